#include "hw/array/operation_counter.h"

#include <gtest/gtest.h>

#include "tests/hw/pe/clocked_test.h"

namespace tensordash {
namespace {

// The counter of two tiles that the test plays.
class OperationCounterTest : public ClockedTest {
 protected:
  OperationCounterTest() {
    counter.clk(clk);
    counter.rst_n(rst_n);
    counter.start(start);
    counter.state(state);
    counter.offering(offering);
    counter.busy(busy);
    counter.cycles(cycles);
  }

  void begin() {
    start.write(true);
    tick();
    start.write(false);
  }
  void clocks(int count) {
    for (int clock = 0; clock < count; ++clock) tick();
  }
  void expect(bool is_busy, std::uint64_t count) {
    EXPECT_EQ(busy.read(), is_busy);
    EXPECT_EQ(cycles.read(), count);
  }

  sc_core::sc_signal<bool> start{"start"}, busy{"busy"};
  sc_core::sc_vector<sc_core::sc_signal<TileState>> state{"state", 2};
  sc_core::sc_vector<sc_core::sc_signal<bool>> offering{"offering", 2};
  sc_core::sc_signal<sc_dt::uint64> cycles{"cycles"};
  OperationCounter counter{"counter", 2};
};

TEST_F(OperationCounterTest, WaitsForAStart) {
  state[0].write(TileState::run);
  clocks(3);
  expect(false, 0);
  EXPECT_EQ(counter.tile_steps(), (std::vector<std::uint64_t>{0, 0}));
}

TEST_F(OperationCounterTest, CountsFillAndDrainOfNothing) {
  begin();
  expect(true, 0);
  clocks(3);
  expect(true, 3);
  tick();
  expect(false, 4);
  clocks(3);
  expect(false, 4);
}

TEST_F(OperationCounterTest, CountsTheStepsOfEachTile) {
  begin();
  tick();
  state[0].write(TileState::run);
  state[1].write(TileState::dense);
  clocks(2);
  state[1].write(TileState::idle);
  tick();
  state[0].write(TileState::tail);
  tick();
  state[0].write(TileState::idle);
  clocks(2);
  expect(true, 7);
  tick();
  expect(false, 8);
  EXPECT_EQ(counter.tile_steps(), (std::vector<std::uint64_t>{4, 2}));
}

TEST_F(OperationCounterTest, AnyTileKeepsItBusy) {
  begin();
  tick();
  state[1].write(TileState::run);
  clocks(5);
  state[1].write(TileState::idle);
  clocks(2);
  expect(true, 8);
  tick();
  expect(false, 9);
  EXPECT_EQ(counter.tile_steps(), (std::vector<std::uint64_t>{0, 5}));
}

TEST_F(OperationCounterTest, WaitsForRowsThatAreOnOffer) {
  begin();
  offering[1].write(true);
  clocks(3);
  offering[1].write(false);
  state[1].write(TileState::run);
  tick();
  state[1].write(TileState::idle);
  clocks(2);
  expect(true, 6);
  tick();
  expect(false, 7);
  EXPECT_EQ(counter.tile_steps(), (std::vector<std::uint64_t>{0, 1}));
}

TEST_F(OperationCounterTest, AQuietClockInBetweenIsNoEnd) {
  begin();
  clocks(3);
  state[0].write(TileState::run);
  tick();
  state[0].write(TileState::idle);
  clocks(2);
  expect(true, 6);
  tick();
  expect(false, 7);
}

TEST_F(OperationCounterTest, CountsStallsApartFromSteps) {
  begin();
  state[0].write(TileState::stalled);  // waits for its first rows
  clocks(5);
  state[0].write(TileState::idle);
  tick();
  state[0].write(TileState::run);
  tick();
  state[0].write(TileState::stalled);
  state[1].write(TileState::tail);
  clocks(2);
  state[0].write(TileState::tail);
  state[1].write(TileState::stalled);
  tick();
  state[0].write(TileState::idle);
  clocks(6);
  expect(true, 16);  // a stalled tile has work to do
  state[1].write(TileState::idle);
  clocks(3);
  expect(false, 19);
  EXPECT_EQ(counter.tile_steps(), (std::vector<std::uint64_t>{2, 2}));
  EXPECT_EQ(counter.tile_stalls(), (std::vector<std::uint64_t>{7, 7}));
  begin();
  EXPECT_EQ(counter.tile_stalls(), (std::vector<std::uint64_t>{0, 0}));
}

TEST_F(OperationCounterTest, CountsAnewFromEveryStart) {
  begin();
  state[0].write(TileState::run);
  clocks(3);
  state[0].write(TileState::idle);
  clocks(3);
  expect(false, 6);
  begin();
  expect(true, 0);
  EXPECT_EQ(counter.tile_steps(), (std::vector<std::uint64_t>{0, 0}));
  clocks(4);
  expect(false, 4);
}

TEST_F(OperationCounterTest, ForgetsEverythingAtAResetEdge) {
  begin();
  state[0].write(TileState::run);
  clocks(2);
  rst_n.write(false);
  tick();
  expect(false, 0);
  EXPECT_EQ(counter.tile_steps(), (std::vector<std::uint64_t>{0, 0}));
  start.write(true);
  tick();
  expect(false, 0);  // no start while in reset
}

}  // namespace
}  // namespace tensordash
