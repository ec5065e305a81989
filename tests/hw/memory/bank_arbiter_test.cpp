#include "hw/memory/bank_arbiter.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <stdexcept>

namespace tensordash {
namespace {

using Bundle = std::vector<RowRequest>;
using Clocks = std::vector<unsigned>;

RowRequest at(unsigned bank, unsigned row) {
  return {true, bank, row};
}
constexpr RowRequest nothing;

TEST(BankArbiterTest, AnEmptyBundleTakesAClock) {
  for (const Bundle& bundle : {Bundle{}, Bundle{nothing, nothing}}) {
    const BundleSchedule schedule = schedule_bundle(bundle, 4, 1);
    EXPECT_EQ(schedule.clocks, 1U);
    EXPECT_EQ(schedule.accesses, 0U);
    EXPECT_EQ(schedule.clock.size(), bundle.size());
  }
}

TEST(BankArbiterTest, DifferentBanksTakeOneClock) {
  const BundleSchedule schedule = schedule_bundle({at(2, 5), at(0, 5), at(3, 1), at(1, 5)}, 4, 1);
  EXPECT_EQ(schedule.clocks, 1U);
  EXPECT_EQ(schedule.accesses, 4U);
  EXPECT_EQ(schedule.clock, (Clocks{0, 0, 0, 0}));
}

TEST(BankArbiterTest, ABankServesItsRequestsInOrder) {
  const BundleSchedule schedule =
      schedule_bundle({at(1, 9), at(0, 3), at(1, 2), at(1, 7), at(0, 1)}, 4, 1);
  EXPECT_EQ(schedule.clocks, 3U);
  EXPECT_EQ(schedule.accesses, 5U);
  EXPECT_EQ(schedule.clock, (Clocks{0, 0, 1, 2, 1}));
}

TEST(BankArbiterTest, EqualAddressesShareAnAccess) {
  const BundleSchedule schedule =
      schedule_bundle({at(1, 9), at(1, 2), at(1, 9), at(1, 2), at(0, 9)}, 2, 1);
  EXPECT_EQ(schedule.clocks, 2U);
  EXPECT_EQ(schedule.accesses, 3U);
  EXPECT_EQ(schedule.clock, (Clocks{0, 1, 0, 1, 0}));
}

TEST(BankArbiterTest, BanksMayReadSeveralRowsAClock) {
  const Bundle bundle{at(0, 0), at(0, 1), at(0, 2), at(0, 3), at(0, 4), at(1, 0)};
  EXPECT_EQ(schedule_bundle(bundle, 2, 2).clock, (Clocks{0, 0, 1, 1, 2, 0}));
  EXPECT_EQ(schedule_bundle(bundle, 2, 2).clocks, 3U);
  EXPECT_EQ(schedule_bundle(bundle, 2, 3).clocks, 2U);
  EXPECT_EQ(schedule_bundle(bundle, 2, 5).clocks, 1U);
}

TEST(BankArbiterTest, WhatIsNotValidTakesNothing) {
  const BundleSchedule schedule =
      schedule_bundle({{false, 0, 1}, at(0, 2), {false, 9, 9}, at(0, 2)}, 1, 1);
  EXPECT_EQ(schedule.clocks, 1U);
  EXPECT_EQ(schedule.accesses, 1U);
}

TEST(BankArbiterTest, RefusesBanksThatDoNotExist) {
  EXPECT_THROW(schedule_bundle({at(4, 0)}, 4, 1), std::out_of_range);
  EXPECT_NO_THROW(schedule_bundle({at(3, 0)}, 4, 1));
  EXPECT_THROW(BankArbiter(0, 1), std::invalid_argument);
  EXPECT_THROW(BankArbiter(1, 0), std::invalid_argument);
}

TEST(BankArbiterTest, CountsWhatItScheduled) {
  BankArbiter arbiter(2, 1);
  arbiter.take({at(0, 0), at(0, 1), at(0, 2), at(1, 0)});
  arbiter.take({});
  arbiter.take({at(1, 1), at(1, 1), at(1, 2)});
  EXPECT_EQ(arbiter.bundles(), 3U);
  EXPECT_EQ(arbiter.accesses(), 6U);
  EXPECT_EQ(arbiter.conflict_clocks(), 3U);
  EXPECT_THROW(arbiter.take({at(2, 0)}), std::out_of_range);
  EXPECT_EQ(arbiter.bundles(), 3U);
}

// Serves a bundle clock by clock: every bank looks through the requests from the first and serves
// what still waits, until it has opened as many rows as it may.
BundleSchedule served_clock_by_clock(const Bundle& bundle, unsigned banks,
                                     unsigned rows_per_clock) {
  BundleSchedule result;
  result.clocks = 0;
  result.clock.assign(bundle.size(), 0);
  std::set<std::size_t> waiting;
  for (std::size_t k = 0; k < bundle.size(); ++k) {
    if (bundle[k].valid) waiting.insert(k);
  }
  do {
    for (unsigned bank = 0; bank < banks; ++bank) {
      std::set<unsigned> open;
      for (std::size_t k = 0; k < bundle.size(); ++k) {
        if (waiting.count(k) == 0 || bundle[k].bank != bank) continue;
        if (open.count(bundle[k].row) == 0 && open.size() == rows_per_clock) continue;
        open.insert(bundle[k].row);
        result.clock[k] = result.clocks;
        waiting.erase(k);
      }
      result.accesses += static_cast<unsigned>(open.size());
    }
    ++result.clocks;
  } while (!waiting.empty());
  return result;
}

TEST(BankArbiterTest, AgreesWithServingClockByClock) {
  std::mt19937 random(3);
  unsigned longest = 0;
  for (unsigned turn = 0; turn < 5000; ++turn) {
    const unsigned banks = 1 + random() % 6;
    const unsigned rows_per_clock = 1 + random() % 3;
    Bundle bundle(random() % 17);
    for (RowRequest& request : bundle) {
      request = {random() % 5 != 0, static_cast<unsigned>(random() % banks),
                 static_cast<unsigned>(random() % 6)};
    }
    const BundleSchedule schedule = schedule_bundle(bundle, banks, rows_per_clock);
    const BundleSchedule expected = served_clock_by_clock(bundle, banks, rows_per_clock);
    ASSERT_EQ(schedule.clocks, expected.clocks);
    ASSERT_EQ(schedule.accesses, expected.accesses);
    ASSERT_EQ(schedule.clock, expected.clock);
    longest = std::max(longest, schedule.clocks);
  }
  EXPECT_GE(longest, 6U);
}

}  // namespace
}  // namespace tensordash
