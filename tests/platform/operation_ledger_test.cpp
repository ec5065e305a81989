#include "platform/pin/operation_ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tensordash {
namespace {

/// A tile of one PE with two lanes; a pass of two stream rows, side A without zeros.
class OperationLedgerTest : public testing::Test {
 protected:
  OperationLedgerTest() {
    parameters_.tiles = 1;
    parameters_.tile.rows = parameters_.tile.columns = 1;
  }

  OperationLedger ledger() {
    return {parameters_, 2, [this](std::uint64_t) {
              return PassKinds{b_.size(), {b_.data()}, {a_.data()}};
            }};
  }

  static PassRecord pairs(const std::vector<StreamPlace>& slots) {
    PassRecord record;
    record.slots = {slots};
    return record;
  }

  MachineParameters parameters_;
  std::vector<ValueKind> b_ = {ValueKind::nonzero, ValueKind::zero, ValueKind::structural,
                               ValueKind::nonzero};
  std::vector<ValueKind> a_ = std::vector<ValueKind>(4, ValueKind::nonzero);
  const OperationClocks clocks_{0, 2, 6};  // 2 steps and 4 cycles of fill
};

TEST_F(OperationLedgerTest, AddsUpToAllLanesInAllCycles) {
  OperationLedger sums = ledger();
  sums.add_pairs(pairs({0, idle_slot, 3, idle_slot}));
  sums.add_idle({0, 2, {{0, 1, 0, 1}}});
  const CycleLedger found = sums.finish(clocks_, {2});
  EXPECT_EQ(found.fill, 8U);
  EXPECT_EQ(found.effectual, 2U);
  EXPECT_EQ(found.tail, 1U);
  EXPECT_EQ(found.connectivity, 1U);
  EXPECT_EQ(found.total(), 12U);
}

TEST_F(OperationLedgerTest, FailsWhenALaneCycleIsLostOrCountedTwice) {
  for (const std::uint64_t tails : {0U, 2U}) {
    OperationLedger sums = ledger();
    sums.add_pairs(pairs({0, idle_slot, 3, idle_slot}));
    sums.add_idle({0, 2, {{0, tails, 0, 1}}});
    try {
      sums.finish(clocks_, {2});
      ADD_FAILURE() << "no word on a ledger that does not add up";
    } catch (const std::logic_error& problem) {
      EXPECT_THAT(problem.what(), testing::HasSubstr("cycle ledger"));
      EXPECT_THAT(problem.what(), testing::HasSubstr(std::to_string(11 + tails) + " lane-cycles"));
      EXPECT_THAT(problem.what(), testing::HasSubstr("are 12"));
    }
  }
}

// Such a schedule is the judge's to explain; it must not look like a ledger that is wrong.
TEST_F(OperationLedgerTest, CountsPlacesBehindTheStreamAsStructural) {
  OperationLedger sums = ledger();
  sums.add_pairs(pairs({0, 1, 2, 4}));
  sums.add_idle({0, 2, {{0, 0, 0, 0}}});
  const CycleLedger found = sums.finish(clocks_, {2});
  EXPECT_EQ(found.effectual, 1U);
  EXPECT_EQ(found.zero_b, 1U);
  EXPECT_EQ(found.structural, 2U);
}

}  // namespace
}  // namespace tensordash
