#include "tests/hw/memory/transposer_test.h"

#include <gtest/gtest.h>

namespace tensordash {
namespace {

constexpr const char* id = "/tensordash/memory/transposer";

class TransposerTest : public TransposerBench {
 protected:
  TransposerTest() : TransposerBench(3) {}
};

TEST_F(TransposerTest, StartsReadyForBlocks) {
  settle();
  EXPECT_TRUE(fill_ready.read());
  EXPECT_FALSE(column_ready.read());
  EXPECT_FALSE(result_valid.read());
  EXPECT_FALSE(busy.read());
}

TEST_F(TransposerTest, TakesABlockAndGivesAColumnAClock) {
  for (unsigned group = 0; group < 3; ++group) {
    const auto base = static_cast<float>(10 * group);
    for (unsigned k = 0; k < 3; ++k) {
      EXPECT_TRUE(fill_ready.read() || group + k == 0);
      const auto first = base + static_cast<float>(3 * k);
      fill(row_of({first, first + 1, first + 2}));
      columns.write(3);  // the last row ends the phase, marked or not
      edge();
      EXPECT_TRUE(busy.read());
    }
    EXPECT_FALSE(fill_ready.read());
    for (unsigned k = 0; k < 3; ++k) {
      EXPECT_TRUE(column_ready.read());
      ask();
      edge();
      const auto first = base + static_cast<float>(k);
      expect_result({first, first + 3, first + 6});
    }
    EXPECT_FALSE(column_ready.read());
    EXPECT_TRUE(fill_ready.read());
  }
  EXPECT_TRUE(busy.read());  // the last column still stands on the link
  edge();
  EXPECT_FALSE(busy.read());
}

TEST_F(TransposerTest, GivesNamedColumnsOfAPartialGroup) {
  fill(row_of({1, 2, 3}));
  edge();
  last_fill(row_of({4, 5, 6}), 2);
  edge();
  EXPECT_TRUE(column_ready.read());
  ask(2);
  edge();
  expect_result({3, 6, 0});
  ask(0);
  edge();
  expect_result({1, 4, 0});
  EXPECT_FALSE(column_ready.read());  // two columns were announced
  edge();
  EXPECT_FALSE(result_valid.read());
}

TEST_F(TransposerTest, HoldsAColumnUntilItIsTaken) {
  last_fill(row_of({1, 2, 3}), 3);
  edge();
  result_ready.write(false);
  ask();
  edge();
  for (int clock = 0; clock < 3; ++clock) {
    EXPECT_FALSE(column_ready.read());
    ask();
    edge();
    expect_result({1, 0, 0});
  }
  result_ready.write(true);
  settle();
  EXPECT_TRUE(column_ready.read());  // taken and replaced at the same edge
  ask();
  edge();
  expect_result({2, 0, 0});
}

TEST_F(TransposerTest, FillsBehindAColumnThatWaits) {
  last_fill(row_of({1, 2, 3}), 1);
  edge();
  result_ready.write(false);
  ask();
  edge();
  EXPECT_TRUE(fill_ready.read());
  last_fill(row_of({7, 8, 9}), 1);
  edge();
  expect_result({1, 0, 0});
  result_ready.write(true);
  ask();
  edge();
  expect_result({7, 0, 0});
}

TEST_F(TransposerTest, ForgetsEverythingAtAResetEdge) {
  last_fill(row_of({1, 2, 3}), 3);
  edge();
  result_ready.write(false);
  ask();
  edge();
  rst_n.write(false);
  settle();
  EXPECT_TRUE(result_valid.read());  // synchronous
  EXPECT_FALSE(column_ready.read());
  edge();
  EXPECT_FALSE(result_valid.read());
  EXPECT_FALSE(busy.read());
  EXPECT_FALSE(fill_ready.read());
  last_fill(row_of({4, 5, 6}), 3);
  edge();
  rst_n.write(true);
  settle();
  EXPECT_FALSE(busy.read());
  EXPECT_TRUE(fill_ready.read());
  EXPECT_FALSE(column_ready.read());
  fill(row_of({7, 8, 9}));
  edge();
  last_fill(row_of({10, 11, 12}), 1);
  edge();
  result_ready.write(true);
  ask();
  edge();
  expect_result({7, 10, 0});
}

TEST_F(TransposerTest, ReportsAColumnThatDoesNotExist) {
  expect_report(id, sc_core::SC_ERROR, "column 3 of");
  last_fill(row_of({1, 2, 3}), 3);
  edge();
  ask(3);
  EXPECT_THROW(tick(), sc_core::sc_report);
}

TEST_F(TransposerTest, ReportsAGroupOfNoColumns) {
  expect_report(id, sc_core::SC_ERROR, "0 columns");
  last_fill(row_of({1, 2, 3}), 0);
  EXPECT_THROW(tick(), sc_core::sc_report);
}

TEST_F(TransposerTest, ReportsABlockOfAnotherWidth) {
  expect_report(id, sc_core::SC_ERROR, "block of 2 values");
  fill(row_of({1, 2}));
  EXPECT_THROW(tick(), sc_core::sc_report);
}
class WideTransposerTest : public TransposerBench {
 protected:
  WideTransposerTest() : TransposerBench(3, 3) {}
  void more(unsigned at, const LaneRow& block) {
    more_valid[at].write(true);
    more_value[at].write(block);
  }
};

TEST_F(WideTransposerTest, TakesSeveralBlocksAClockInOrder) {
  fill(row_of({1, 2, 3}));
  more(1, row_of({4, 5, 6}));  // the second place stays empty
  edge();
  EXPECT_TRUE(fill_ready.read());
  last_fill(row_of({7, 8, 9}), 2);
  edge();
  EXPECT_FALSE(fill_ready.read());
  ask();
  edge();
  expect_result({1, 4, 7});
  ask();
  edge();
  expect_result({2, 5, 8});
  fill(row_of({1, 2, 3}));
  more(0, row_of({4, 5, 6}));
  more(1, row_of({7, 8, 9}));
  columns.write(1);
  edge();
  EXPECT_TRUE(column_ready.read());  // all rows are filled, marked or not
  ask();
  edge();
  expect_result({1, 4, 7});
}

TEST_F(WideTransposerTest, DropsABlockBeyondTheLast) {
  fill(row_of({1, 2, 3}));
  more(0, row_of({4, 5, 6}));
  edge();
  expect_report(id, sc_core::SC_ERROR, "rows are all filled");
  sc_core::sc_report_handler::set_actions(id, sc_core::SC_ERROR, sc_core::SC_DO_NOTHING);
  fill(row_of({7, 8, 9}));
  more(0, row_of({10, 11, 12}));
  columns.write(1);
  edge();
  sc_core::sc_report_handler::set_actions(id, sc_core::SC_ERROR, sc_core::SC_UNSPECIFIED);
  ask();
  edge();
  expect_result({1, 4, 7});
}

}  // namespace
}  // namespace tensordash
