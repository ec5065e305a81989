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
  reset();
}

void ArrayTest::reset() {
  rst_n.write(false);
  tick();
  rst_n.write(true);
}

ObservedOperation ArrayTest::operate(PassSource& source, bool dense) {
  constexpr std::uint64_t too_long = 100000;
  ObservedOperation operation;
  operation.steps.resize(array->tiles());
  operation.states.resize(array->tiles());
  running_.assign(array->tiles(), {});
  awaiting_.assign(array->tiles(), {});
  array->set_source(&source);
  bypass.write(dense);
  start.write(true);
  tick();
  start.write(false);
  settle();
  EXPECT_TRUE(busy.read());
  sample(operation);
  while (busy.read() && operation.clocks < too_long) {
    tick();
    ++operation.clocks;
    sample(operation);
  }
  EXPECT_FALSE(busy.read()) << "the operation does not end";
  for (unsigned tile = 0; tile < array->tiles(); ++tile) {
    EXPECT_EQ(array->wires(tile).state.read(), TileState::idle) << "tile " << tile;
    EXPECT_TRUE(awaiting_[tile].empty()) << "results missing on tile " << tile;
    EXPECT_TRUE(running_[tile].steps.empty()) << "a pass has not ended on tile " << tile;
  }
  operation.cycles = cycles.read();
  operation.reported = array->tile_steps();
  EXPECT_EQ(operation.cycles, operation.clocks);
  EXPECT_EQ(operation.reported, operation.steps);
  return operation;
}

void ArrayTest::sample(ObservedOperation& operation) {
  for (unsigned tile = 0; tile < array->tiles(); ++tile) {
    const TileArray::Wires& wires = array->wires(tile);
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
    if (wires.state.read() != TileState::idle) sample_step(tile, operation);
  }
}

void ArrayTest::sample_step(unsigned tile, ObservedOperation& operation) {
  const TileArray::Wires& wires = array->wires(tile);
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
