#include "hw/memory/scratchpad.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>

#include "hw/pe/staging_buffer.h"
#include "tests/hw/pe/clocked_test.h"

namespace tensordash {
namespace {

constexpr const char* id = "/tensordash/memory/scratchpad";
constexpr unsigned lanes = 4;

LaneRow numbered_row(unsigned number) {
  const auto first = static_cast<float>(100 * number);
  return row_of({first + 1, first + 2, first + 3, first + 4});
}

// A scratchpad whose pins the test holds.
class ScratchpadBench : public ClockedTest {
 protected:
  explicit ScratchpadBench(const ScratchpadParameters& parameters)
      : fill("fill", parameters.fill_rows, signals_of<LaneRow>(lanes)),
        row("row", parameters.banks, signals_of<LaneRow>(lanes)),
        pad("pad", parameters),
        shape(parameters) {
    pad.clk(clk);
    pad.rst_n(rst_n);
    pad.fill(fill);
    pad.fill_count(fill_count);
    pad.room(room);
    pad.read_offset(read_offset);
    pad.read_rows(read_rows);
    pad.row(row);
    pad.available(available);
    pad.shrink(shrink);
    pad.held(held);
  }

  // The next `count` rows of the stream on the write ports.
  void offer(unsigned count) {
    for (unsigned port = 0; port < fill.size(); ++port) fill[port].write(numbered_row(next + port));
    fill_count.write(count);
  }
  void fill_edge(unsigned count) {
    offer(count);
    tick();
    next += count;
    fill_count.write(0);
    settle();
  }
  void shrink_edge(unsigned count) {
    shrink.write(count);
    tick();
    shrink.write(0);
    settle();
  }
  void look(unsigned offset, unsigned rows) {
    read_offset.write(offset);
    read_rows.write(rows);
    settle();
  }
  void expect_rows(const std::vector<unsigned>& numbers) {
    EXPECT_EQ(available.read(), numbers.size());
    for (unsigned port = 0; port < row.size(); ++port) {
      EXPECT_EQ(row[port].read(),
                port < numbers.size() ? numbered_row(numbers[port]) : LaneRow(lanes))
          << "port " << port;
    }
  }

  sc_core::sc_vector<sc_core::sc_signal<LaneRow>> fill, row;
  sc_core::sc_signal<unsigned> fill_count{"fill_count"}, room{"room"}, read_offset{"read_offset"},
      read_rows{"read_rows"}, available{"available"}, shrink{"shrink"}, held{"held"};
  Scratchpad pad;
  ScratchpadParameters shape;
  unsigned next = 0;
};

class ScratchpadTest : public ScratchpadBench {
 protected:
  ScratchpadTest() : ScratchpadBench({lanes, 3, 2, 2}) {}
};

TEST_F(ScratchpadTest, StartsEmptyWithRoom) {
  look(0, 3);
  expect_rows({});
  EXPECT_EQ(room.read(), 6U);
  EXPECT_EQ(held.read(), 0U);
}

TEST_F(ScratchpadTest, ShowsARowInTheClockAfterItsFill) {
  look(0, 3);
  offer(2);
  settle();
  expect_rows({});
  fill_edge(2);
  expect_rows({0, 1});
  EXPECT_EQ(room.read(), 4U);
  EXPECT_EQ(held.read(), 2U);
  fill_edge(1);
  expect_rows({0, 1, 2});
}

TEST_F(ScratchpadTest, FollowsTheOffsetWithinAClock) {
  for (int k = 0; k < 3; ++k) fill_edge(2);
  look(2, 3);
  expect_rows({2, 3, 4});
  look(4, 3);
  expect_rows({4, 5});
  look(0, 1);
  expect_rows({0});
  look(5, 2);
  expect_rows({5});
  look(6, 3);
  expect_rows({});
  look(1, 0);
  expect_rows({});
}

TEST_F(ScratchpadTest, CountsReadsAtTheEdge) {
  fill_edge(2);
  fill_edge(2);
  look(0, 3);
  look(2, 3);
  EXPECT_EQ(pad.rows_read(), 0U);
  tick();  // two of the three are there
  EXPECT_EQ(pad.rows_read(), 2U);
  look(0, 3);
  tick();
  EXPECT_EQ(pad.rows_read(), 5U);
  look(9, 0);  // no read, wherever the offset points
  tick();
  EXPECT_EQ(pad.rows_read(), 5U);
  EXPECT_EQ(pad.rows_written(), 4U);
}

TEST_F(ScratchpadTest, ShrinksAndFillsAtTheSameEdge) {
  for (int k = 0; k < 2; ++k) fill_edge(2);
  look(0, 3);
  offer(2);
  shrink.write(3);
  tick();
  shrink.write(0);
  next += 2;
  fill_count.write(0);
  settle();
  expect_rows({3, 4, 5});
  EXPECT_EQ(pad.rows_read(), 3U);  // those of before the shrink
  EXPECT_EQ(room.read(), 3U);
  for (unsigned gone = 0; gone < 3; ++gone) shrink_edge(1);
  expect_rows({});
  EXPECT_EQ(room.read(), 6U);
}

TEST_F(ScratchpadTest, ForgetsEverythingAtAResetEdge) {
  fill_edge(2);
  look(0, 3);
  rst_n.write(false);
  settle();
  EXPECT_EQ(held.read(), 2U);  // synchronous
  EXPECT_EQ(room.read(), 0U);  // but nothing is offered any more
  expect_rows({});
  offer(2);
  tick();
  rst_n.write(true);
  fill_count.write(0);
  settle();
  EXPECT_EQ(held.read(), 0U);
  EXPECT_EQ(room.read(), 6U);
  EXPECT_EQ(pad.rows_written(), 2U);
}

TEST_F(ScratchpadTest, ReportsAFillWithoutRoom) {
  expect_report(id, sc_core::SC_ERROR, "more rows filled");
  for (int k = 0; k < 2; ++k) fill_edge(2);
  fill_edge(1);
  offer(2);
  shrink.write(3);  // room that is being freed does not count
  EXPECT_THROW(tick(), sc_core::sc_report);
}

TEST_F(ScratchpadTest, ReportsMoreRowsThanWritePorts) {
  expect_report(id, sc_core::SC_ERROR, "more rows filled");
  fill_count.write(3);
  EXPECT_THROW(tick(), sc_core::sc_report);
}

TEST_F(ScratchpadTest, ReportsAShrinkOfMoreThanItHolds) {
  expect_report(id, sc_core::SC_ERROR, "shrink by more rows");
  fill_edge(1);
  offer(2);
  shrink.write(2);  // rows that are only coming do not count
  EXPECT_THROW(tick(), sc_core::sc_report);
}

TEST_F(ScratchpadTest, ReportsAShrinkByMoreThanItsBanks) {
  expect_report(id, sc_core::SC_ERROR, "shrink by 4 rows");
  for (int k = 0; k < 3; ++k) fill_edge(2);
  shrink.write(4);
  EXPECT_THROW(tick(), sc_core::sc_report);
}

TEST_F(ScratchpadTest, ReportsAReadOfMoreRowsThanBanks) {
  expect_report(id, sc_core::SC_ERROR, "4 rows read");
  for (int k = 0; k < 3; ++k) fill_edge(2);
  look(0, 4);
  expect_rows({0, 1, 2});
  EXPECT_THROW(tick(), sc_core::sc_report);
}

TEST_F(ScratchpadTest, ReportsAReadBeyondItsSize) {
  expect_report(id, sc_core::SC_ERROR, "beyond the scratchpad's size");
  look(7, 1);
  EXPECT_THROW(tick(), sc_core::sc_report);
}

// A scratchpad straight in front of a staging buffer. The reader beside them asks for as many rows
// as the window has room for after this clock's drain, and lets every row go that has been read.
class FeedTest : public ScratchpadBench, public ::testing::WithParamInterface<unsigned> {
 protected:
  FeedTest()
      : ScratchpadBench({lanes, depth, 4, GetParam()}),
        window("window", depth, signals_of<LaneRow>(lanes)),
        buffer("buffer", {lanes, depth}) {
    buffer.clk(clk);
    buffer.rst_n(rst_n);
    buffer.fill(row);
    buffer.fill_status(status);
    buffer.advance(advance);
    buffer.turn(turn);
    buffer.row(window);
    buffer.nonzero(nonzero);
    buffer.rows(rows);
  }

  static constexpr unsigned depth = 3;
  sc_core::sc_vector<sc_core::sc_signal<LaneRow>> window;
  sc_core::sc_signal<FillStatus> status{"status"};
  sc_core::sc_signal<unsigned> advance{"advance"}, rows{"rows"};
  sc_core::sc_signal<bool> turn{"turn"};
  sc_core::sc_signal<WindowBits> nonzero{"nonzero"};
  StagingBuffer buffer;
};

TEST_P(FeedTest, FeedsAStagingBuffer) {
  std::mt19937 random(GetParam());
  unsigned drained = 0;
  unsigned full_windows = 0;
  for (unsigned clock = 0; clock < 1000; ++clock) {
    settle();
    const unsigned in_window = rows.read();
    full_windows += in_window == depth ? 1 : 0;
    for (unsigned step = 0; step < in_window; ++step) {
      ASSERT_EQ(window[step].read(), numbered_row(drained + step)) << "clock " << clock;
    }
    const unsigned leaving = random() % (in_window + 1);
    look(0, depth - in_window + leaving);
    const unsigned served = available.read();
    status.write({static_cast<std::uint8_t>(served), false});
    shrink.write(served);
    advance.write(leaving);
    const unsigned filled =
        std::min<unsigned>(random() % (GetParam() + 1), static_cast<unsigned>(room.read()));
    offer(filled);
    tick();
    next += filled;
    drained += leaving;
  }
  EXPECT_GT(drained, 300U);
  EXPECT_GT(full_windows, 50U);
  settle();
  // No row was read twice, none was lost.
  EXPECT_EQ(pad.rows_read(), drained + rows.read());
  EXPECT_EQ(pad.rows_written(), next);
  EXPECT_EQ(held.read(), next - drained - rows.read());
}

INSTANTIATE_TEST_SUITE_P(FillRows, FeedTest, ::testing::Values(1U, 2U, 4U));

}  // namespace
}  // namespace tensordash
