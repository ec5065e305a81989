#include "tests/hw/memory/scratchpad_test.h"

#include <gtest/gtest.h>

namespace tensordash {
namespace {

constexpr const char* id = "/tensordash/memory/scratchpad";

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

TEST_F(ScratchpadTest, ShrinksByMoreThanItsBanks) {
  for (int k = 0; k < 3; ++k) fill_edge(2);
  shrink_edge(4);
  look(0, 3);
  expect_rows({4, 5});
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
}  // namespace
}  // namespace tensordash
