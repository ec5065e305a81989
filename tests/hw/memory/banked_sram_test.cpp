#include "tests/hw/memory/banked_sram_test.h"

#include <gtest/gtest.h>

namespace tensordash {
namespace {

constexpr const char* id = "/tensordash/memory/sram";

class BankedSramTest : public SramBench {
 protected:
  BankedSramTest() : SramBench({lanes, 4, 8, 1, 4}) {}
};

TEST_F(BankedSramTest, GivesABundleWithoutConflictsAClockLater) {
  write_all();
  EXPECT_TRUE(request_ready.read());
  EXPECT_FALSE(data_valid.read());
  ask({at(2, 1), at(0, 7), at(1, 1), at(3, 0)});
  edge();
  expect_rows({numbered_sram_row(201), numbered_sram_row(7), numbered_sram_row(101),
               numbered_sram_row(300)});
  EXPECT_TRUE(request_ready.read());
  edge();
  EXPECT_FALSE(data_valid.read());
}

TEST_F(BankedSramTest, TakesABundleAtEveryEdge) {
  write_all();
  for (unsigned k = 0; k < 8; ++k) {
    ask({at(k % 4, k), RowRequest{}, at((k + 1) % 4, 7 - k)});
    edge();
    expect_rows({numbered_sram_row(100 * (k % 4) + k), LaneRow(lanes),
                 numbered_sram_row(100 * ((k + 1) % 4) + 7 - k)});
  }
  EXPECT_EQ(sram.arbiter().bundles(), 8U);
  EXPECT_EQ(sram.arbiter().accesses(), 16U);
  EXPECT_EQ(sram.arbiter().conflict_clocks(), 0U);
}

TEST_F(BankedSramTest, ConflictsTakeTheirClocks) {
  write_all();
  ask({at(1, 1), at(1, 2), at(1, 3), at(0, 1)});
  edge();
  for (int clock = 0; clock < 2; ++clock) {
    EXPECT_FALSE(request_ready.read());
    EXPECT_FALSE(data_valid.read());
    ask({at(0, 0)});  // not taken
    edge();
  }
  expect_rows({numbered_sram_row(101), numbered_sram_row(102), numbered_sram_row(103),
               numbered_sram_row(1)});
  EXPECT_TRUE(request_ready.read());
  EXPECT_EQ(sram.arbiter().bundles(), 1U);
  EXPECT_EQ(sram.arbiter().conflict_clocks(), 2U);
  ask({at(0, 0)});
  edge();
  expect_rows({numbered_sram_row(0)});
}

TEST_F(BankedSramTest, EqualAddressesShareAnAccess) {
  write_all();
  ask({at(1, 1), at(1, 1), at(1, 1), at(1, 1)});
  edge();
  expect_rows(std::vector<LaneRow>(4, numbered_sram_row(101)));
  EXPECT_EQ(sram.arbiter().accesses(), 1U);
}

TEST_F(BankedSramTest, AnEmptyBundleIsAnsweredToo) {
  ask({});
  edge();
  expect_rows({});
}

TEST_F(BankedSramTest, ReadsARowAsItWasBeforeTheWrite) {
  write_all();
  ask({at(0, 1), at(0, 2), at(0, 3)});
  write(0, 1, numbered_sram_row(71));  // read at this edge: still the old one
  edge();
  write(0, 3, numbered_sram_row(73));  // read one edge later: the new one
  edge();
  edge();
  expect_rows({numbered_sram_row(1), numbered_sram_row(2), numbered_sram_row(73)});
  ask({at(0, 1)});
  edge();
  expect_rows({numbered_sram_row(71)});
  EXPECT_EQ(sram.rows_written(), 34U);
}

TEST_F(BankedSramTest, AResetDropsTheBundleAndKeepsTheRows) {
  write_all();
  ask({at(0, 1), at(0, 2), at(0, 3)});
  edge();
  rst_n.write(false);
  settle();
  EXPECT_FALSE(request_ready.read());
  ask({at(0, 5)});
  write(0, 1, numbered_sram_row(71));  // not written
  edge();
  EXPECT_FALSE(request_ready.read());
  EXPECT_FALSE(data_valid.read());
  rst_n.write(true);
  settle();
  EXPECT_TRUE(request_ready.read());
  edge();
  EXPECT_FALSE(data_valid.read());
  ask({at(0, 1)});
  edge();
  expect_rows({numbered_sram_row(1)});
}

TEST_F(BankedSramTest, ReportsAReadOfARowNeverWritten) {
  expect_report(id, sc_core::SC_ERROR, "bank 2 row 3, never written");
  write(2, 4, numbered_sram_row(0));
  edge();
  ask({at(2, 4), at(2, 3)});
  edge();
  EXPECT_THROW(tick(), sc_core::sc_report);
}

TEST_F(BankedSramTest, ReportsAReadOfABankThatDoesNotExist) {
  expect_report(id, sc_core::SC_ERROR, "bank 4 of 4");
  ask({at(4, 0)});
  EXPECT_THROW(tick(), sc_core::sc_report);
}

TEST_F(BankedSramTest, ReportsAReadOfARowThatDoesNotExist) {
  expect_report(id, sc_core::SC_ERROR, "bank 0 row 8");
  ask({at(0, 8)});
  EXPECT_THROW(tick(), sc_core::sc_report);
}

TEST_F(BankedSramTest, ReportsAWriteThatDoesNotExist) {
  expect_report(id, sc_core::SC_ERROR, "bank 3 row 8");
  write(3, 8, numbered_sram_row(0));
  EXPECT_THROW(tick(), sc_core::sc_report);
}

TEST_F(BankedSramTest, NeedsAReadPort) {
  EXPECT_THROW(BankedSram("portless", SramParameters{lanes, 4, 8, 1, 0}), std::invalid_argument);
  edge();  // and leaves nothing behind that the kernel would trip over
  EXPECT_FALSE(data_valid.read());
}
}  // namespace
}  // namespace tensordash
