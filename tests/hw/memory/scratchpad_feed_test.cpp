#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "hw/pe/staging_buffer.h"
#include "tests/hw/memory/scratchpad_test.h"

namespace tensordash {
namespace {

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
      ASSERT_EQ(window[step].read(), numbered_stream_row(drained + step)) << "clock " << clock;
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
