#include "tests/hw/array/array_test.h"

#include <algorithm>

namespace tensordash {

ListedPasses::ListedPasses(std::vector<WrittenPass> passes, unsigned tiles,
                           const TileParameters& tile)
    : passes_(std::move(passes)), next_(tiles), tile_rows_(tile.rows), tile_columns_(tile.columns) {
  rewind();
}

void ListedPasses::rewind() {
  for (std::size_t tile = 0; tile < next_.size(); ++tile) next_[tile] = tile;
}

bool ListedPasses::next(unsigned tile, Pass& pass) {
  const std::uint64_t id = next_[tile];
  if (id >= passes_.size()) return false;
  next_[tile] += next_.size();
  const WrittenPass& written = passes_[id];
  pass.id = id;
  pass.stream_rows = written.stream_rows;
  pass.sums = written.sums;
  pass.b.assign(tile_rows_, nullptr);
  pass.a.assign(tile_columns_, nullptr);
  for (std::size_t row = 0; row < written.b.size(); ++row) pass.b[row] = written.b[row].data();
  for (std::size_t column = 0; column < written.a.size(); ++column) {
    pass.a[column] = written.a[column].data();
  }
  return true;
}

std::uint64_t ObservedOperation::most_steps() const {
  return *std::max_element(steps.begin(), steps.end());
}

void ArrayTest::build(unsigned tiles, const TileParameters& tile, const Connectivity& table) {
  tile_ = tile;
  table_ = table;
  array = std::make_unique<TileArray>("array", tiles, tile_, *table_);
  array->clk(clk);
  array->rst_n(rst_n);
  array->start(start);
  array->bypass(bypass);
  array->busy(busy);
  array->cycles(cycles);
  attach();
  reset();
}

void ArrayTest::reset() {
  rst_n.write(false);
  tick();
  rst_n.write(true);
}

ObservedOperation ArrayTest::operate(PassSource& source, bool dense) {
  array->set_source(&source);
  ArrayPins pins{start, busy, cycles, {}};
  for (unsigned tile = 0; tile < array->tiles(); ++tile) pins.wires.push_back(&array->wires(tile));
  ObservedOperation operation = watch(pins, dense);
  operation.reported = array->tile_steps();
  EXPECT_EQ(operation.reported, operation.steps);
  EXPECT_EQ(array->tile_stalls(), std::vector<std::uint64_t>(array->tiles(), 0));
  EXPECT_EQ(operation.stalls, array->tile_stalls());
  return operation;
}

ObservedOperation ArrayTest::watch(const ArrayPins& pins, bool dense) {
  constexpr std::uint64_t too_long = 100000;
  const std::size_t tiles = pins.wires.size();
  ObservedOperation operation;
  operation.steps.resize(tiles);
  operation.stalls.resize(tiles);
  operation.states.resize(tiles);
  running_.assign(tiles, {});
  awaiting_.assign(tiles, {});
  bypass.write(dense);
  pins.start.write(true);
  tick();
  pins.start.write(false);
  settle();
  EXPECT_TRUE(pins.busy.read());
  sample(pins, operation);
  while (pins.busy.read() && operation.clocks < too_long) {
    tick();
    ++operation.clocks;
    sample(pins, operation);
  }
  EXPECT_FALSE(pins.busy.read()) << "the operation does not end";
  for (std::size_t tile = 0; tile < tiles; ++tile) {
    EXPECT_EQ(pins.wires[tile]->state.read(), TileState::idle) << "tile " << tile;
    EXPECT_TRUE(awaiting_[tile].empty()) << "results missing on tile " << tile;
    EXPECT_TRUE(running_[tile].steps.empty()) << "a pass has not ended on tile " << tile;
  }
  operation.cycles = pins.cycles.read();
  EXPECT_EQ(operation.cycles, operation.clocks);
  return operation;
}

void ArrayTest::sample(const ArrayPins& pins, ObservedOperation& operation) {
  for (unsigned tile = 0; tile < pins.wires.size(); ++tile) {
    const TileArray::Wires& wires = *pins.wires[tile];
    operation.states[tile].push_back(wires.state.read());
    if (wires.result_valid.read()) {
      if (awaiting_[tile].empty()) {
        ADD_FAILURE() << "tile " << tile << " shows results of a pass that never ran";
        continue;
      }
      ObservedPass pass = std::move(awaiting_[tile].front());
      awaiting_[tile].pop_front();
      for (const auto& total : wires.total) pass.totals.push_back(total.read());
      pass.result_clock = operation.clocks;
      operation.passes.push_back(std::move(pass));
    }
    if (wires.state.read() == TileState::stalled) {
      ++operation.stalls[tile];
      EXPECT_FALSE(wires.turn.read());
      for (const auto& advance : wires.advance) EXPECT_EQ(advance.read(), 0U);
    } else if (wires.state.read() != TileState::idle) {
      sample_step(wires, tile, operation);
    }
  }
}

void ArrayTest::sample_step(const TileArray::Wires& wires, unsigned tile,
                            ObservedOperation& operation) {
  ObservedStep step;
  for (const auto& select : wires.select) step.selects.push_back(select.read());
  for (const auto& advance : wires.advance) step.advance.push_back(advance.read());
  running_[tile].steps.push_back(std::move(step));
  ++operation.steps[tile];
  if (!wires.turn.read()) return;
  running_[tile].id = wires.pass.read();
  running_[tile].tile = tile;
  awaiting_[tile].push_back(std::move(running_[tile]));
  running_[tile] = {};
}

}  // namespace tensordash
