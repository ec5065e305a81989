#include "hw/dram/controller/refresh_plan.h"

#include <gtest/gtest.h>

#include <random>

namespace tensordash {
namespace {

// The dates one by one.
struct NaivePlan {
  DramClock first, interval;
  unsigned may_owe;
  DramClock hurry;  // by which those that were put off press before they are late
  std::uint64_t given = 0;
  bool batch = false;

  DramClock due(std::uint64_t number) const { return first + number * interval; }
  std::uint64_t owed(DramClock now) const {
    std::uint64_t count = 0;
    while (due(given + count) <= now) ++count;
    return count;
  }
  bool pressing(DramClock now, bool busy) {
    const std::uint64_t count = owed(now);
    batch = count > 0 && (batch || owed(now + hurry) > may_owe || !busy);
    return batch;
  }
  DramClock next_change(DramClock now) const {
    std::uint64_t number = given;
    while (due(number) <= now) ++number;
    if (number == given) return due(number);  // none is put off
    return due(number) - hurry > now ? due(number) - hurry : due(number);
  }
};

DramConfiguration configuration_of(RefreshMode mode, unsigned postpone) {
  DramParameters parameters;
  parameters.refresh = mode;
  parameters.refresh_postpone = postpone;
  return DramConfiguration(parameters);
}

void walk(RefreshMode mode, unsigned postpone) {
  const bool per_bank = mode == RefreshMode::per_bank;
  RefreshPlan plan(configuration_of(mode, postpone), 0, 1);
  // The second rank of two.
  const DramClock interval = per_bank ? 780 : 6246;
  // WL + tDQSS + BL/2 + tWR + tRCpb + tRPab.
  const DramClock hurry = postpone == 0 ? 0 : 14 + 1 + 8 + 29 + 97 + 34;
  NaivePlan naive{interval, interval, postpone * (per_bank ? 8 : 1), hurry};
  EXPECT_TRUE(plan.enabled());
  EXPECT_EQ(plan.per_bank(), per_bank);
  std::mt19937 random(postpone);
  std::uint32_t round = 255;
  DramClock now = 0;
  for (unsigned step = 0; step < 3000; ++step) {
    now += random() % (interval / 2);
    const bool busy = random() % 8 != 0;
    ASSERT_EQ(plan.owed(now), naive.owed(now));
    ASSERT_EQ(plan.next_due(), naive.due(naive.given));
    ASSERT_EQ(plan.next_change(now), naive.next_change(now));
    ASSERT_EQ(plan.pressing(now, busy), naive.pressing(now, busy));
    ASSERT_EQ(plan.round(), round);
    if (naive.owed(now) != 0 && (naive.batch || random() % 4 == 0)) {
      unsigned bank = random() % 8;
      while ((round >> bank & 1U) == 0) bank = (bank + 1) % 8;
      plan.given(bank);
      ++naive.given;
      if (per_bank) {
        round &= ~(1U << bank);
        if (round == 0) round = 255;
      }
    }
    if (random() % 200 == 0) {
      plan.restart(now);
      naive = {now + interval, interval, naive.may_owe, hurry};
      round = 255;
    }
  }
}

TEST(RefreshPlan, AllBanks) {
  for (const unsigned postpone : {0U, 1U, 8U}) walk(RefreshMode::all_bank, postpone);
}

TEST(RefreshPlan, BankByBank) {
  for (const unsigned postpone : {0U, 1U, 8U}) walk(RefreshMode::per_bank, postpone);
}

TEST(RefreshPlan, Never) {
  RefreshPlan plan(configuration_of(RefreshMode::none, 0), 0, 0);
  EXPECT_FALSE(plan.enabled());
  EXPECT_EQ(plan.owed(1000000), 0U);
  EXPECT_FALSE(plan.pressing(1000000, false));
  EXPECT_EQ(plan.next_change(1000000), ~DramClock{0});
}

TEST(RefreshPlan, SpreadsRanksAndStaggeredChannels) {
  DramParameters parameters;
  parameters.channels = 4;
  parameters.ranks = 2;
  const auto first = [&parameters](unsigned channel, unsigned rank) {
    return RefreshPlan(DramConfiguration(parameters), channel, rank).next_due();
  };
  for (unsigned channel = 0; channel < 4; ++channel) {
    EXPECT_EQ(first(channel, 0), 3123U);
    EXPECT_EQ(first(channel, 1), 6246U);
  }
  parameters.refresh_phase = RefreshPhase::staggered;
  for (unsigned part = 0; part < 8; ++part) {
    EXPECT_EQ(first(part % 4, part / 4), 6246 * (part + 1) / 8);
  }
}

}  // namespace
}  // namespace tensordash
