// Whole operations on an array: its clocks, its order of passes, and what one operation leaves
// behind for the next.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/hw/array/array_test.h"

namespace tensordash {
namespace {

constexpr unsigned lanes = 4;
constexpr unsigned fill_and_drain = 4;  // fill a window, multiply, tree, accumulate

TileParameters small_tile(Sync sync = Sync::lockstep) {
  TileParameters tile;
  tile.rows = 2;
  tile.columns = 1;
  tile.sync = sync;
  return tile;
}

// A pass of `stream_rows` rows; row k of stream i holds `value` in all lanes, or zeros where the
// pattern has a '.' (one character a row, repeated).
WrittenPass pass_of(std::uint64_t stream_rows, float value, const std::string& pattern) {
  WrittenPass pass;
  pass.stream_rows = stream_rows;
  pass.b.assign(2, std::vector<float>(stream_rows * lanes));
  pass.a.assign(1, std::vector<float>(stream_rows * lanes, 1.0F));
  for (std::uint64_t k = 0; k < stream_rows; ++k) {
    if (pattern[k % pattern.size()] == '.') continue;
    for (auto& stream : pass.b) std::fill_n(stream.begin() + k * lanes, lanes, value);
  }
  return pass;
}

WrittenPass dense_pass(std::uint64_t stream_rows, float value = 1.0F) {
  return pass_of(stream_rows, value, "#");
}

class OperationTest : public ArrayTest {
 protected:
  void build_small(unsigned tiles, Sync sync = Sync::lockstep) {
    build(tiles, small_tile(sync), Connectivity::named("paper", lanes, 3));
  }
  ListedPasses passes_on(unsigned tiles, std::vector<WrittenPass> passes) {
    return {std::move(passes), tiles, tile()};
  }

  static void expect_clocks(const ObservedOperation& operation, std::uint64_t steps) {
    EXPECT_EQ(operation.most_steps(), steps);
    EXPECT_EQ(operation.cycles, steps + fill_and_drain);
  }
};

TEST_F(OperationTest, FillAndDrainTakeFourClocks) {
  EXPECT_EQ(OperationCounter::fill_cycles, fill_and_drain);
  build_small(1);
  ListedPasses source = passes_on(1, {dense_pass(5)});
  const ObservedOperation operation = operate(source);
  expect_clocks(operation, 5);
  ASSERT_EQ(operation.passes.size(), 1U);
  EXPECT_EQ(operation.passes[0].result_clock, operation.cycles);
  EXPECT_EQ(operation.passes[0].totals, (std::vector<Fp32>{{20.0F}, {20.0F}}));
  // One clock to fill, five steps, three to drain, and the state after the last edge.
  const std::vector<TileState> expected = {
      TileState::idle, TileState::run,  TileState::run,  TileState::run,  TileState::tail,
      TileState::tail, TileState::idle, TileState::idle, TileState::idle, TileState::idle};
  std::vector<TileState> states = operation.states[0];
  states.erase(states.begin());  // the clock of the start itself
  EXPECT_EQ(states, std::vector<TileState>(expected.begin() + 1, expected.end()));
}

TEST_F(OperationTest, AnOperationWithoutPassesFillsAndDrains) {
  build_small(3);
  ListedPasses source = passes_on(3, {});
  const ObservedOperation operation = operate(source);
  expect_clocks(operation, 0);
  EXPECT_TRUE(operation.passes.empty());
}

TEST_F(OperationTest, OnePassOfOneRow) {
  build_small(1);
  ListedPasses source = passes_on(1, {dense_pass(1)});
  expect_clocks(operate(source), 1);
}

TEST_F(OperationTest, FewerPassesThanTiles) {
  build_small(4);
  ListedPasses source = passes_on(4, {dense_pass(3, 2.0F), dense_pass(6, 3.0F)});
  const ObservedOperation operation = operate(source);
  expect_clocks(operation, 6);
  EXPECT_EQ(operation.steps, (std::vector<std::uint64_t>{3, 6, 0, 0}));
  ASSERT_EQ(operation.passes.size(), 2U);
  EXPECT_EQ(operation.passes[0].totals[0], (Fp32{24.0F}));
  EXPECT_EQ(operation.passes[1].totals[0], (Fp32{72.0F}));
}

// Lists of passes by their numbers of stream rows, all values set: as many steps as rows.
class PassListTest : public OperationTest,
                     public ::testing::WithParamInterface<std::vector<unsigned>> {};

TEST_P(PassListTest, TakesItsStepsAndAConstantDenseOrSparse) {
  constexpr unsigned tiles = 2;
  build_small(tiles);
  std::vector<WrittenPass> list;
  std::vector<std::uint64_t> rows_of_tile(tiles);
  for (const unsigned rows : GetParam()) {
    rows_of_tile[list.size() % tiles] += rows;
    list.push_back(dense_pass(rows));
  }
  ListedPasses source = passes_on(tiles, std::move(list));
  for (const bool dense : {false, true}) {
    source.rewind();
    const ObservedOperation operation = operate(source, dense);
    expect_clocks(operation, *std::max_element(rows_of_tile.begin(), rows_of_tile.end()));
    EXPECT_EQ(operation.steps, rows_of_tile);
    EXPECT_EQ(operation.passes.size(), source.size());
  }
}

// All zero: three rows a step, at the end of a pass the rest.
TEST_P(PassListTest, LosesNoClockBetweenPasses) {
  constexpr unsigned tiles = 2;
  build_small(tiles);
  std::vector<WrittenPass> list;
  std::vector<std::uint64_t> steps_of_tile(tiles);
  for (const unsigned rows : GetParam()) {
    steps_of_tile[list.size() % tiles] += (rows + 2) / 3;
    list.push_back(pass_of(rows, 1.0F, "."));
  }
  ListedPasses source = passes_on(tiles, std::move(list));
  const ObservedOperation operation = operate(source);
  EXPECT_EQ(operation.steps, steps_of_tile);
  expect_clocks(operation, *std::max_element(steps_of_tile.begin(), steps_of_tile.end()));
  for (unsigned tile = 0; tile < tiles; ++tile) {
    // Idle for the start and nothing else until the last step.
    const auto& states = operation.states[tile];
    for (std::size_t clock = 0; clock < states.size(); ++clock) {
      const bool works = clock >= 1 && clock <= steps_of_tile[tile];
      EXPECT_EQ(states[clock] != TileState::idle, works) << "tile " << tile << " clock " << clock;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Lists, PassListTest,
                         ::testing::Values(std::vector<unsigned>{1},
                                           std::vector<unsigned>{1, 1, 1, 1, 1},
                                           std::vector<unsigned>{10},
                                           std::vector<unsigned>{3, 3, 3, 3},
                                           std::vector<unsigned>{2, 9, 4, 1, 1, 7, 3},
                                           std::vector<unsigned>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10},
                                           std::vector<unsigned>{10, 9, 8, 7, 6, 5, 4, 3, 2, 1}));

TEST_F(OperationTest, PassesOfATileKeepTheirOrder) {
  build_small(3);
  std::vector<WrittenPass> list;
  for (unsigned id = 0; id < 11; ++id) {
    list.push_back(dense_pass(1 + id % 4, static_cast<float>(id + 1)));
  }
  ListedPasses source = passes_on(3, std::move(list));
  const ObservedOperation operation = operate(source);
  std::vector<std::vector<std::uint64_t>> ids(3);
  for (const ObservedPass& pass : operation.passes) {
    ids[pass.tile].push_back(pass.id);
    const auto rows = static_cast<float>(1 + pass.id % 4);
    EXPECT_EQ(pass.totals[1], (Fp32{4 * rows * static_cast<float>(pass.id + 1)}));
    EXPECT_EQ(pass.steps.size(), 1 + pass.id % 4);
  }
  EXPECT_EQ(ids[0], (std::vector<std::uint64_t>{0, 3, 6, 9}));
  EXPECT_EQ(ids[1], (std::vector<std::uint64_t>{1, 4, 7, 10}));
  EXPECT_EQ(ids[2], (std::vector<std::uint64_t>{2, 5, 8}));
}

TEST_F(OperationTest, TilesDoNotWaitForEachOther) {
  build_small(2);
  ListedPasses source = passes_on(2, {dense_pass(9), dense_pass(1), dense_pass(1), dense_pass(2)});
  const ObservedOperation operation = operate(source);
  EXPECT_EQ(operation.steps, (std::vector<std::uint64_t>{10, 3}));
  expect_clocks(operation, 10);
  std::vector<std::uint64_t> order;
  for (const ObservedPass& pass : operation.passes) order.push_back(pass.id);
  EXPECT_EQ(order, (std::vector<std::uint64_t>{1, 3, 0, 2}));
}

TEST_F(OperationTest, OneOperationAfterTheOther) {
  build_small(2);
  ListedPasses first = passes_on(2, {dense_pass(4), dense_pass(2), pass_of(6, 1.0F, ".#")});
  ListedPasses second = passes_on(2, {dense_pass(1, 7.0F)});
  ListedPasses none = passes_on(2, {});
  expect_clocks(operate(first), 4 + 3);
  expect_clocks(operate(none), 0);
  const ObservedOperation third = operate(second);
  expect_clocks(third, 1);
  EXPECT_EQ(third.passes.at(0).totals[0], (Fp32{28.0F}));
  for (int clock = 0; clock < 5; ++clock) tick();  // some time between operations
  EXPECT_EQ(cycles.read(), 5U);                    // the count stays
  first.rewind();
  expect_clocks(operate(first, true), 4 + 6);
  first.rewind();
  expect_clocks(operate(first), 4 + 3);
}

TEST_F(OperationTest, AResetEndsAnOperation) {
  build_small(2);
  ListedPasses cut = passes_on(2, {dense_pass(9, 5.0F), dense_pass(9, 5.0F), dense_pass(9, 5.0F)});
  array->set_source(&cut);
  start.write(true);
  tick();
  start.write(false);
  for (int clock = 0; clock < 4; ++clock) tick();
  EXPECT_TRUE(busy.read());
  EXPECT_EQ(array->wires(0).state.read(), TileState::run);
  reset();
  EXPECT_FALSE(busy.read());
  EXPECT_EQ(cycles.read(), 0U);
  EXPECT_EQ(array->wires(0).state.read(), TileState::idle);
  for (int clock = 0; clock < 6; ++clock) {
    tick();
    EXPECT_FALSE(array->wires(0).result_valid.read());
    EXPECT_EQ(array->wires(0).state.read(), TileState::idle);
  }
  ListedPasses whole = passes_on(2, {dense_pass(2), dense_pass(3)});
  const ObservedOperation operation = operate(whole);
  expect_clocks(operation, 3);
  EXPECT_EQ(operation.passes.at(0).totals[0], (Fp32{8.0F}));
}

TEST_F(OperationTest, NothingMovesWithoutAStart) {
  build_small(1);
  ListedPasses source = passes_on(1, {dense_pass(2)});
  array->set_source(&source);
  for (int clock = 0; clock < 5; ++clock) tick();
  EXPECT_FALSE(busy.read());
  EXPECT_EQ(array->wires(0).state.read(), TileState::idle);
  expect_clocks(operate(source), 2);
}

TEST_F(OperationTest, ReportsAPassWithoutRows) {
  expect_report("/tensordash/array/ideal_memory", sc_core::SC_ERROR, "at least one stream row");
  build_small(1);
  ListedPasses source = passes_on(1, {dense_pass(0)});
  array->set_source(&source);
  start.write(true);
  EXPECT_THROW(tick(), sc_core::sc_report);
}

// With windows of their own the rows of a tile may be whole passes' ends apart, never further.
TEST_F(OperationTest, ElasticRowsMeetAtTheEndOfAPass) {
  build_small(1, Sync::elastic);
  WrittenPass uneven = dense_pass(6);
  std::fill(uneven.b[0].begin(), uneven.b[0].end(), 0.0F);
  ListedPasses source = passes_on(1, {uneven, uneven});
  const ObservedOperation operation = operate(source);
  expect_clocks(operation, 12);
  ASSERT_EQ(operation.passes.size(), 2U);
  for (const ObservedPass& pass : operation.passes) {
    EXPECT_EQ(pass.totals, (std::vector<Fp32>{{0.0F}, {24.0F}}));
    std::vector<unsigned> first_row;
    for (const ObservedStep& step : pass.steps) first_row.push_back(step.advance[0]);
    EXPECT_EQ(first_row, (std::vector<unsigned>{3, 3, 0, 0, 0, 0}));
  }
}

}  // namespace
}  // namespace tensordash
