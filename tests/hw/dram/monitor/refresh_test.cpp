#include "tests/hw/dram/monitor/monitor_test.h"

namespace tensordash::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using C = DramCommand;

// tREFI is 6246. A refresh that is due may be 608 + 97 + 34 = 739 clocks late.
CommandChecker refreshed(unsigned postpone, RefreshMode mode = RefreshMode::all_bank,
                         unsigned ranks = 1) {
  return {default_spec(), ranks, mode, postpone};
}

// Refreshes at `clocks`, then nothing until `end`.
std::vector<std::string> starved(CommandChecker checker, const std::vector<DramClock>& clocks,
                                 DramClock end) {
  for (const DramClock clock : clocks) checker.check(at(clock, C::ref));
  checker.finish(end);
  return names(checker.violations());
}

TEST(Refresh, OneEachIntervalIsEnough) {
  CommandChecker checker = refreshed(0);
  for (DramClock i = 1; i <= 100; ++i) checker.check(at(6246 * i, C::ref));
  EXPECT_THAT(checker.violations(), IsEmpty());
}

TEST(Refresh, LessIsTooLittle) {
  CommandChecker checker = refreshed(0);
  for (DramClock i = 1; i <= 100; ++i) checker.check(at(6310 * i, C::ref));
  EXPECT_GE(checker.violation_count(), 1U);
  checker = refreshed(8);
  for (DramClock i = 1; i <= 1000; ++i) checker.check(at(6310 * i, C::ref));
  EXPECT_GE(checker.violation_count(), 1U);
}

TEST(Refresh, AResetBeginsAnew) {
  CommandChecker checker = refreshed(0);
  for (DramClock i = 1; i <= 8; ++i) checker.check(at(6246 * i, C::ref));
  EXPECT_THAT(checker.reset(50000), IsEmpty());
  EXPECT_THAT(checker.finish(50000 + 13231), IsEmpty());
  EXPECT_THAT(names(checker.finish(50000 + 13232)), ElementsAre(bus_rule::starved));
  // What was missing before it was missing.
  checker = refreshed(0);
  EXPECT_THAT(names(checker.reset(20000)), ElementsAre(bus_rule::starved));
}

TEST(Refresh, RanksAreIdleAfterAReset) {
  CommandChecker checker = refreshed(0, RefreshMode::none, 2);
  checker.check(at(100, C::act, 0, 1));
  checker.check(at(110, C::pde, 1));
  checker.check(at(129, C::rd, 0, 1));
  checker.reset(131);
  EXPECT_THAT(checker.check(at(131, C::act, 0, 1)), IsEmpty());
  EXPECT_THAT(checker.check(at(135, C::act, 1, 1)), IsEmpty());
  EXPECT_THAT(checker.check(at(131 + 29, C::rd, 0, 1)), IsEmpty());
  EXPECT_THAT(names(checker.check(at(200, C::rd, 0, 2))), ElementsAre(bus_rule::column_closed));
  EXPECT_EQ(names(checker.check(at(130, C::ref, 1))).size(), 1U) << "before the last command";
}

TEST(Refresh, TheFirstMayComeAnIntervalLater) {
  EXPECT_THAT(starved(refreshed(0), {}, 13231), IsEmpty());
  EXPECT_THAT(starved(refreshed(0), {}, 13232), ElementsAre("refresh starved"));
  EXPECT_THAT(starved(refreshed(0), {13231}, 13231), IsEmpty());
}

TEST(Refresh, MayBeALittleLate) {
  EXPECT_THAT(starved(refreshed(0), {6246, 12492}, 19477), IsEmpty());
  EXPECT_THAT(starved(refreshed(0), {6246, 12492}, 19478), ElementsAre("refresh starved"));
  // The next is due when it always was.
  EXPECT_THAT(starved(refreshed(0), {6246, 12492, 19477}, 25723), IsEmpty());
  EXPECT_THAT(starved(refreshed(0), {6246, 12492, 19477}, 25724), ElementsAre("refresh starved"));
}

TEST(Refresh, MayBePostponedUpToTheLimit) {
  // 9 tREFI between two, not a clock more.
  EXPECT_THAT(starved(refreshed(8), {6246}, 62460), IsEmpty());
  EXPECT_THAT(starved(refreshed(8), {6246}, 62461), ElementsAre("refresh starved"));
  EXPECT_THAT(starved(refreshed(3), {6246}, 31969), IsEmpty());
  EXPECT_THAT(starved(refreshed(3), {6246}, 31970), ElementsAre("refresh starved"));
  // One of nine has been made up for: the next may not be put off as long.
  EXPECT_THAT(starved(refreshed(8), {6246, 62460}, 68706), IsEmpty());
  EXPECT_THAT(starved(refreshed(8), {6246, 62460}, 68707), ElementsAre("refresh starved"));
}

TEST(Refresh, WhatComesEarlyDoesNotCountLater) {
  EXPECT_THAT(starved(refreshed(0), {6246, 7000, 8000, 9000}, 15985), IsEmpty());
  EXPECT_THAT(starved(refreshed(0), {6246, 7000, 8000, 9000}, 15986),
              ElementsAre("refresh starved"));
}

TEST(Refresh, IsToldOnceAndForgiven) {
  CommandChecker checker = refreshed(0);
  checker.check(at(20000, C::prea));
  EXPECT_EQ(checker.violation_count(), 1U);
  checker.check(at(20100, C::prea));
  EXPECT_EQ(checker.violation_count(), 1U);
  checker.finish(26985);
  EXPECT_EQ(checker.violation_count(), 1U);
  checker.finish(26986);
  EXPECT_EQ(checker.violation_count(), 2U);
}

TEST(Refresh, OfNoneIsAskedWithoutRefreshes) {
  EXPECT_THAT(starved(refreshed(0, RefreshMode::none), {}, 10000000), IsEmpty());
}

TEST(Refresh, EveryRankNeedsItsOwn) {
  CommandChecker checker = refreshed(0, RefreshMode::all_bank, 2);
  for (DramClock i = 1; i <= 3; ++i) checker.check(at(6246 * i, C::ref, 0));
  ASSERT_EQ(checker.violation_count(), 1U);
  EXPECT_EQ(describe(checker.violations()[0]),
            "refresh starved: REF rank 1 at 18738: 12492 clocks, allowed 6985");
}

TEST(Refresh, MessageNamesTheLast) {
  CommandChecker checker = refreshed(0);
  checker.check(at(6246, C::ref));
  EXPECT_EQ(describe(checker.finish(20000).at(0)),
            "refresh starved: REF rank 0 at 20000 after REF rank 0 at 6246: 13754 clocks, allowed "
            "6985");
  checker.check(at(21000, C::refpb, 0, 5));
  EXPECT_EQ(describe(checker.finish(40000).at(0)),
            "refresh starved: REF rank 0 at 40000 after REFPB rank 0 bank 5 at 21000: 19220 "
            "clocks, allowed 6985");
}

// Banks in turn, one every `interval` clocks.
CommandChecker bank_by_bank(DramClock interval, unsigned count) {
  CommandChecker checker = refreshed(0, RefreshMode::per_bank);
  for (DramClock i = 1; i <= count; ++i) {
    checker.check(at(interval * i, C::refpb, 0, static_cast<unsigned>(i % 8)));
  }
  return checker;
}

TEST(Refresh, BankByBank) {
  EXPECT_THAT(bank_by_bank(780, 1000).violations(), IsEmpty());
  EXPECT_GE(bank_by_bank(800, 1000).violation_count(), 1U);
  CommandChecker checker = bank_by_bank(780, 8);  // the last at 6240
  EXPECT_THAT(checker.finish(13225), IsEmpty());
  EXPECT_THAT(names(checker.finish(13226)), ElementsAre("refresh starved"));
}

TEST(Refresh, ARankThatRefreshesItselfNeedsNone) {
  CommandChecker checker = refreshed(0);
  for (const DramCommandRecord& command :
       {at(6246, C::ref), at(7000, C::sre), at(207000, C::srx)}) {
    checker.check(command);
  }
  EXPECT_THAT(checker.finish(213985), IsEmpty());
  EXPECT_THAT(names(checker.finish(213986)), ElementsAre("refresh starved"));
}

TEST(Refresh, PowerDownDoesNotPutItOff) {
  CommandChecker checker = refreshed(0);
  checker.check(at(6246, C::ref));
  checker.check(at(7000, C::pde));
  EXPECT_THAT(names(checker.check(at(20000, C::pdx))), ElementsAre("refresh starved"));
}

}  // namespace
}  // namespace tensordash::testing
