#include "hw/pe/staging_buffer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "hw/numeric/fp32.h"
#include "tests/hw/pe/clocked_test.h"

namespace tensordash {
namespace {

// A staging buffer of 4 lanes whose pins the test holds.
class StagingBufferTest : public ClockedTest {
 protected:
  static constexpr unsigned lanes = 4;

  explicit StagingBufferTest(unsigned depth = 3)
      : fill("fill", depth, signals_of<LaneRow>(lanes)),
        row("row", depth, signals_of<LaneRow>(lanes)),
        buffer("buffer", {lanes, depth}) {
    buffer.clk(clk);
    buffer.rst_n(rst_n);
    buffer.fill(fill);
    buffer.fill_status(fill_status);
    buffer.advance(advance);
    buffer.turn(turn);
    buffer.row(row);
    buffer.nonzero(nonzero);
    buffer.rows(rows);
  }

  // Stream row number k: lane values 10k, 10k + 1, ...; row 0 has a zero in lane 0.
  static LaneRow stream_row(unsigned k) {
    const auto first = static_cast<float>(10 * k);
    return row_of({first, first + 1, first + 2, first + 3});
  }

  // Stream rows from `first` on the write ports.
  void offer(unsigned first, unsigned count, bool starts = false) {
    for (unsigned port = 0; port < fill.size(); ++port) {
      fill[port].write(port < count ? stream_row(first + port) : LaneRow(lanes));
    }
    fill_status.write({static_cast<std::uint8_t>(count), starts});
  }

  void drain(unsigned count, bool with_turn = false) {
    advance.write(count);
    turn.write(with_turn);
    tick();
    advance.write(0);
    turn.write(false);
  }

  // The stream rows in the window, and nothing behind them.
  void expect_window(const std::vector<unsigned>& stream_rows) {
    EXPECT_EQ(rows.read(), stream_rows.size());
    for (unsigned step = 0; step < row.size(); ++step) {
      const bool held = step < stream_rows.size();
      EXPECT_EQ(row[step].read(), held ? stream_row(stream_rows[step]) : LaneRow(lanes))
          << "step " << step;
      const std::uint64_t bits = !held ? 0x0 : stream_rows[step] == 0 ? 0xe : 0xf;
      EXPECT_EQ(nonzero.read().row[step], bits) << "step " << step;
    }
  }

  sc_core::sc_vector<sc_core::sc_signal<LaneRow>> fill, row;
  sc_core::sc_signal<FillStatus> fill_status{"fill_status"};
  sc_core::sc_signal<unsigned> advance{"advance"}, rows{"rows"};
  sc_core::sc_signal<bool> turn{"turn"};
  sc_core::sc_signal<WindowBits> nonzero{"nonzero"};
  StagingBuffer buffer;
};

TEST_F(StagingBufferTest, StartsEmptyAndStaysSoWithoutRows) {
  tick();
  expect_window({});
}

TEST_F(StagingBufferTest, FillsAllItsRowsInOneClock) {
  offer(0, 3);
  settle();
  EXPECT_EQ(rows.read(), 0U);  // registered: nothing enters before the edge
  tick();
  expect_window({0, 1, 2});
}

TEST_F(StagingBufferTest, TakesWhatThereIs) {
  offer(0, 1);
  tick();
  expect_window({0});
  offer(1, 1);
  tick();
  expect_window({0, 1});
}

TEST_F(StagingBufferTest, TakesNoMoreThanThereIsRoomFor) {
  offer(0, 2);
  tick();
  offer(2, 3);
  tick();
  expect_window({0, 1, 2});
  offer(3, 3);
  tick();
  expect_window({0, 1, 2});
}

TEST_F(StagingBufferTest, ShiftsByOneAndRefillsAtTheSameEdge) {
  offer(0, 3);
  tick();
  offer(3, 3);
  drain(1);
  expect_window({1, 2, 3});
}

TEST_F(StagingBufferTest, ShiftsByTwo) {
  offer(0, 3);
  tick();
  offer(3, 3);
  drain(2);
  expect_window({2, 3, 4});
}

TEST_F(StagingBufferTest, ReplacesTheWholeWindow) {
  offer(0, 3);
  tick();
  offer(3, 3);
  drain(3);
  expect_window({3, 4, 5});
}

TEST_F(StagingBufferTest, KeepsItsRowsWhenNothingIsDrained) {
  offer(4, 3);
  tick();
  offer(7, 3);
  for (int clock = 0; clock < 3; ++clock) {
    drain(0);
    expect_window({4, 5, 6});
  }
}

TEST_F(StagingBufferTest, RunsEmptyAtTheTail) {
  offer(0, 3);
  tick();
  offer(3, 1);
  drain(2);
  expect_window({2, 3});
  offer(0, 0);
  drain(1);
  expect_window({3});
  drain(1);
  expect_window({});
}

TEST_F(StagingBufferTest, KeepsTheNextPassOutUntilItsTurn) {
  offer(0, 2);
  tick();
  offer(5, 3, true);
  drain(0);
  expect_window({0, 1});
  drain(1);
  expect_window({1});
  drain(1);
  expect_window({});  // empty, but the tile has not turned: another window is still at work
  drain(0);
  expect_window({});
  drain(0, true);
  expect_window({5, 6, 7});
}

TEST_F(StagingBufferTest, TakesTheNextPassAtTheEdgeThatEmptiesTheWindow) {
  offer(0, 2);
  tick();
  offer(5, 3, true);
  drain(2, true);
  expect_window({5, 6, 7});
}

TEST_F(StagingBufferTest, NeverHoldsRowsOfTwoPasses) {
  offer(0, 3);
  tick();
  offer(5, 3, true);
  drain(2, true);  // told to turn while a row stays
  expect_window({2});
}

TEST_F(StagingBufferTest, TakesItsOwnPassWithOrWithoutTurn) {
  offer(0, 3);
  tick();
  offer(3, 2);
  drain(1, true);
  expect_window({1, 2, 3});
}

TEST_F(StagingBufferTest, ForgetsEverythingAtAResetEdge) {
  offer(0, 3);
  tick();
  rst_n.write(false);
  settle();
  EXPECT_EQ(rows.read(), 3U);  // synchronous
  advance.write(2);
  tick();
  expect_window({});
  advance.write(0);
  rst_n.write(true);
  offer(6, 2);
  tick();
  expect_window({6, 7});
}

TEST_F(StagingBufferTest, CallsBothZerosZeroAndNothingElse) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float tiny = std::numeric_limits<float>::denorm_min();
  const float infinity = std::numeric_limits<float>::infinity();
  fill[0].write(row_of({0.0F, -0.0F, nan, -nan}));
  fill[1].write(row_of({tiny, -tiny, infinity, -infinity}));
  fill[2].write(row_of({-0.0F, 1.0F, -0.0F, 0.0F}));
  fill_status.write({3, false});
  tick();
  EXPECT_EQ(nonzero.read(), bits_of({"..##", "####", ".#.."}));
  fill_status.write({0, false});
  drain(1);
  EXPECT_EQ(nonzero.read(), bits_of({"####", ".#.."}));
}

TEST_F(StagingBufferTest, CarriesBitsUnchanged) {
  const LaneRow odd =
      row_of({-0.0F, fp32_value(0x7fa12345U), fp32_value(0xffc00001U), fp32_value(0x00000001U)});
  fill[0].write(odd);
  fill_status.write({1, false});
  tick();
  EXPECT_EQ(row[0].read(), odd);
}

TEST_F(StagingBufferTest, ReportsADrainOfMoreThanItHolds) {
  expect_report("/tensordash/pe/staging_buffer", sc_core::SC_ERROR, "more rows than it holds");
  offer(0, 1);
  tick();
  offer(0, 0);
  advance.write(2);
  EXPECT_THROW(tick(), sc_core::sc_report);
}

class OneRowStagingBufferTest : public StagingBufferTest {
 protected:
  OneRowStagingBufferTest() : StagingBufferTest(1) {}
};

TEST_F(OneRowStagingBufferTest, ReplacesItsRowEveryClock) {
  offer(0, 1);
  tick();
  expect_window({0});
  for (unsigned k = 1; k < 4; ++k) {
    offer(k, 1);
    drain(1);
    expect_window({k});
  }
}

class DeepStagingBufferTest : public StagingBufferTest {
 protected:
  DeepStagingBufferTest() : StagingBufferTest(max_depth) {}
};

TEST_F(DeepStagingBufferTest, ShiftsAndRefills) {
  offer(0, 8);
  tick();
  expect_window({0, 1, 2, 3, 4, 5, 6, 7});
  offer(8, 8);
  drain(5);
  expect_window({5, 6, 7, 8, 9, 10, 11, 12});
  offer(13, 8);
  drain(8);
  expect_window({13, 14, 15, 16, 17, 18, 19, 20});
}

}  // namespace
}  // namespace tensordash
