#include "hw/memory/stream_fetcher.h"

#include <gtest/gtest.h>

#include "tests/hw/memory/listed_programs.h"
#include "tests/hw/pe/clocked_test.h"

namespace tensordash {
namespace {

// A fetch engine of one stream, with two rows in its scratchpad; the test plays the SRAM.
class StreamFetcherTest : public ClockedTest {
 protected:
  StreamFetcherTest()
      : row("row", 1, signals_of<LaneRow>(2)),
        fill("fill", 1, signals_of<LaneRow>(2)),
        fetcher("fetcher", {2, 1, 1, 1, 2}) {
    fetcher.clk(clk);
    fetcher.rst_n(rst_n);
    fetcher.start(start);
    fetcher.landed(landed);
    fetcher.request_valid(request_valid);
    fetcher.request(request);
    fetcher.request_ready(request_ready);
    fetcher.data_valid(data_valid);
    fetcher.row(row);
    fetcher.fill(fill);
    fetcher.fill_count(fill_count);
    fetcher.shrink(shrink);
    fetcher.release_before(release_before);
    fetcher.awaited(awaited);
    fetcher.state(state);
    fetcher.set_program(&program);
    request_ready.write(true);
    start.write(true);
    edge();
    start.write(false);
    settle();
  }
  void edge() {
    tick();
    settle();
  }
  void expect_state(FetchState expected) {
    settle();
    EXPECT_EQ(state.read(), expected);
    EXPECT_EQ(request_valid.read(), expected == FetchState::first);
  }

  sc_core::sc_signal<bool> start{"start"}, request_valid{"request_valid"},
      request_ready{"request_ready"}, data_valid{"data_valid"};
  sc_core::sc_signal<unsigned> landed{"landed"}, fill_count{"fill_count"}, shrink{"shrink"},
      release_before{"release_before"}, awaited{"awaited"};
  sc_core::sc_signal<FetchState> state{"state"};
  sc_core::sc_vector<sc_core::sc_signal<RowRequest>> request{"request", 1};
  sc_core::sc_vector<sc_core::sc_signal<LaneRow>> row, fill;
  ListedBundles program{{one_row(0, 5, 2), one_row(0, 6, 2), one_row(3, 7, 2, 3)}};
  StreamFetcher fetcher;
};

TEST_F(StreamFetcherTest, ShowsWhatItDoes) {
  expect_state(FetchState::waits_portion);
  EXPECT_EQ(awaited.read(), 0U);
  landed.write(1);
  expect_state(FetchState::first);
  EXPECT_EQ(request[0].read(), (RowRequest{true, 0, 5}));
  edge();
  EXPECT_EQ(request[0].read(), (RowRequest{true, 0, 6}));
  request_ready.write(false);
  settle();
  EXPECT_EQ(state.read(), FetchState::further);
  request_ready.write(true);
  expect_state(FetchState::first);
  edge();
  // The scratchpad is full, and the portion has not landed: that counts first.
  expect_state(FetchState::waits_portion);
  EXPECT_EQ(awaited.read(), 3U);
  landed.write(3);
  expect_state(FetchState::waits_portion);
  landed.write(4);
  expect_state(FetchState::waits_room);
  shrink.write(1);
  expect_state(FetchState::waits_room);
  edge();
  shrink.write(0);
  expect_state(FetchState::first);
  edge();
  expect_state(FetchState::idle);
  EXPECT_EQ(release_before.read(), 3U);
}

TEST_F(StreamFetcherTest, LetsGoOnlyWhenTheLastRowHasBeenRead) {
  landed.write(4);
  settle();
  edge();
  shrink.write(1);
  edge();
  shrink.write(0);
  EXPECT_EQ(release_before.read(), 0U);
  edge();
  request_ready.write(false);
  settle();
  EXPECT_EQ(release_before.read(), 0U);
  edge();
  request_ready.write(true);
  settle();
  EXPECT_EQ(release_before.read(), 3U);
}

TEST_F(StreamFetcherTest, FillsWithinTheClockOfTheAnswer) {
  landed.write(1);
  settle();
  edge();
  EXPECT_EQ(fill_count.read(), 0U);
  row[0].write(row_of({1, 2}));
  data_valid.write(true);
  settle();
  EXPECT_EQ(fill_count.read(), 1U);
  EXPECT_EQ(fill[0].read(), row_of({1, 2}));
  EXPECT_EQ(fetcher.rows_filled(), 0U);
  edge();
  EXPECT_EQ(fetcher.rows_filled(), 1U);
}

}  // namespace
}  // namespace tensordash
