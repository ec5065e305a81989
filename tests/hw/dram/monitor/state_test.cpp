#include "tests/hw/dram/monitor/monitor_test.h"

namespace tensordash::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using C = DramCommand;

// Commands far enough apart that only states can be wrong; self-refresh needs the most.
std::vector<std::string> broken_by(const std::vector<DramCommandRecord>& commands,
                                   unsigned ranks = 2) {
  CommandChecker checker = unrefreshed(ranks);
  DramClock clock = 0;
  for (DramCommandRecord command : commands) {
    command.clock = clock += 1000;
    checker.check(command);
  }
  return names(checker.violations());
}

TEST(State, ActNeedsAClosedBank) {
  EXPECT_THAT(broken_by({at(0, C::act, 0, 3), at(0, C::act, 0, 3)}),
              ElementsAre("ACT to an open bank"));
  EXPECT_THAT(broken_by({at(0, C::act, 0, 3), at(0, C::act, 0, 4), at(0, C::act, 1, 3)}),
              IsEmpty());
  EXPECT_THAT(broken_by({at(0, C::act, 0, 3), at(0, C::pre, 0, 3), at(0, C::act, 0, 3)}),
              IsEmpty());
  EXPECT_THAT(broken_by({at(0, C::act, 0, 3), at(0, C::prea), at(0, C::act, 0, 3)}), IsEmpty());
}

TEST(State, ColumnCommandsNeedAnOpenBank) {
  for (const C command : {C::rd, C::wr, C::mwr, C::rda, C::wra}) {
    SCOPED_TRACE(name_of(command));
    EXPECT_THAT(broken_by({at(0, command, 0, 3)}), ElementsAre("column command to a closed bank"));
    EXPECT_THAT(broken_by({at(0, C::act, 0, 3), at(0, command, 0, 3)}), IsEmpty());
    EXPECT_THAT(broken_by({at(0, C::act, 0, 3), at(0, command, 0, 2)}),
                ElementsAre("column command to a closed bank"));
    EXPECT_THAT(broken_by({at(0, C::act, 1, 3), at(0, command, 0, 3)}),
                ElementsAre("column command to a closed bank"));
  }
}

TEST(State, AutoPrechargeClosesItsBank) {
  for (const C command : {C::rda, C::wra}) {
    EXPECT_THAT(broken_by({at(0, C::act, 0, 3), at(0, command, 0, 3), at(0, C::rd, 0, 3)}),
                ElementsAre("column command to a closed bank"));
    EXPECT_THAT(broken_by({at(0, C::act, 0, 3), at(0, command, 0, 3), at(0, C::ref)}), IsEmpty());
  }
  for (const C command : {C::rd, C::wr, C::mwr}) {
    EXPECT_THAT(broken_by({at(0, C::act, 0, 3), at(0, command, 0, 3), at(0, C::rd, 0, 3)}),
                IsEmpty());
  }
}

TEST(State, PrechargeOfAClosedBankIsAllowed) {
  EXPECT_THAT(broken_by({at(0, C::pre, 0, 3), at(0, C::prea), at(0, C::prea)}), IsEmpty());
}

TEST(State, RefreshNeedsClosedBanks) {
  EXPECT_THAT(broken_by({at(0, C::act, 0, 3), at(0, C::ref)}),
              ElementsAre("REF with an open bank"));
  EXPECT_THAT(broken_by({at(0, C::act, 1, 3), at(0, C::ref)}), IsEmpty());
  EXPECT_THAT(broken_by({at(0, C::act, 0, 3), at(0, C::sre)}),
              ElementsAre("SRE with an open bank"));
  EXPECT_THAT(broken_by({at(0, C::act, 0, 3), at(0, C::refpb, 0, 3)}),
              ElementsAre("REFPB to an open bank"));
  EXPECT_THAT(broken_by({at(0, C::act, 0, 3), at(0, C::refpb, 0, 2)}), IsEmpty());
}

TEST(State, EveryBankIsRefreshedBeforeAnySecondTime) {
  std::vector<DramCommandRecord> round;
  for (const unsigned bank : {3, 1, 4, 0, 5, 2, 6, 7}) round.push_back(at(0, C::refpb, 0, bank));
  EXPECT_THAT(broken_by(round), IsEmpty());
  std::vector<DramCommandRecord> two_rounds = round;
  two_rounds.insert(two_rounds.end(), round.rbegin(), round.rend());
  EXPECT_THAT(broken_by(two_rounds), IsEmpty());

  EXPECT_THAT(broken_by({at(0, C::refpb, 0, 1), at(0, C::refpb, 0, 2), at(0, C::refpb, 0, 1)}),
              ElementsAre("REFPB twice in a round of banks"));
  EXPECT_THAT(broken_by({at(0, C::refpb, 0, 1), at(0, C::refpb, 1, 1)}), IsEmpty());
  // A refresh of all banks starts a new round.
  EXPECT_THAT(broken_by({at(0, C::refpb, 0, 1), at(0, C::ref), at(0, C::refpb, 0, 1)}), IsEmpty());
  EXPECT_THAT(
      broken_by({at(0, C::refpb, 0, 1), at(0, C::sre), at(0, C::srx), at(0, C::refpb, 0, 1)}),
      IsEmpty());
}

TEST(State, OnlyPdxReachesAPoweredDownRank) {
  for (const C command : all_dram_commands) {
    SCOPED_TRACE(name_of(command));
    const std::vector<std::string> broken = broken_by({at(0, C::pde), at(0, command)});
    if (command == C::pdx) {
      EXPECT_THAT(broken, IsEmpty());
    } else {
      EXPECT_THAT(broken, Contains("command in power-down"));
    }
  }
  EXPECT_THAT(broken_by({at(0, C::pde, 0), at(0, C::act, 1)}), IsEmpty());
  EXPECT_THAT(broken_by({at(0, C::pde), at(0, C::pdx), at(0, C::act)}), IsEmpty());
}

TEST(State, OnlySrxReachesASelfRefreshingRank) {
  for (const C command : all_dram_commands) {
    SCOPED_TRACE(name_of(command));
    const std::vector<std::string> broken = broken_by({at(0, C::sre), at(0, command)});
    if (command == C::srx) {
      EXPECT_THAT(broken, IsEmpty());
    } else {
      EXPECT_THAT(broken, Contains("command in self-refresh"));
    }
  }
  EXPECT_THAT(broken_by({at(0, C::sre, 0), at(0, C::act, 1)}), IsEmpty());
  EXPECT_THAT(broken_by({at(0, C::sre), at(0, C::srx), at(0, C::act)}), IsEmpty());
}

TEST(State, ExitsNeedAnEntry) {
  EXPECT_THAT(broken_by({at(0, C::pdx)}), ElementsAre("PDX without power-down"));
  EXPECT_THAT(broken_by({at(0, C::srx)}), ElementsAre("SRX without self-refresh"));
  EXPECT_THAT(broken_by({at(0, C::pde, 0), at(0, C::pdx, 1)}),
              ElementsAre("PDX without power-down"));
  EXPECT_THAT(broken_by({at(0, C::pde), at(0, C::pdx), at(0, C::pdx)}),
              ElementsAre("PDX without power-down"));
}

TEST(State, RowsStayOpenInPowerDown) {
  EXPECT_THAT(broken_by({at(0, C::act), at(0, C::pde), at(0, C::pdx), at(0, C::rd)}), IsEmpty());
}

TEST(State, MessageNamesTheCause) {
  CommandChecker checker = unrefreshed();
  checker.check(at(1000, C::act, 1, 3));
  EXPECT_EQ(describe(checker.check(at(2000, C::act, 1, 3)).at(0)),
            "ACT to an open bank: ACT rank 1 bank 3 at 2000 after ACT rank 1 bank 3 at 1000");
  EXPECT_EQ(describe(checker.check(at(3000, C::pdx, 1)).at(0)),
            "PDX without power-down: PDX rank 1 at 3000");
}

TEST(Range, RankBankRowAndColumn) {
  EXPECT_THAT(broken_by({at(0, C::act, 1)}), IsEmpty());
  EXPECT_THAT(broken_by({at(0, C::act, 2)}), ElementsAre("rank out of range"));
  EXPECT_THAT(broken_by({at(0, C::act, 1)}, 1), ElementsAre("rank out of range"));
  EXPECT_THAT(broken_by({at(0, C::ref, 4)}, 4), ElementsAre("rank out of range"));
  EXPECT_THAT(broken_by({at(0, C::act, 0, 7)}), IsEmpty());
  EXPECT_THAT(broken_by({at(0, C::act, 0, 8)}), ElementsAre("bank out of range"));
  EXPECT_THAT(broken_by({at(0, C::prea, 0, 8)}), IsEmpty());  // names no bank

  DramCommandRecord act = at(0, C::act);
  act.row = 131071;
  EXPECT_THAT(broken_by({act}), IsEmpty());
  act.row = 131072;
  EXPECT_THAT(broken_by({act}), ElementsAre("row out of range"));

  DramCommandRecord read = at(0, C::rd);
  read.column = 1008;
  EXPECT_THAT(broken_by({at(0, C::act), read}), IsEmpty());
  read.column = 1024;
  EXPECT_THAT(broken_by({at(0, C::act), read}), ElementsAre("column out of range"));
  read.column = 1000;
  EXPECT_THAT(broken_by({at(0, C::act), read}), ElementsAre("column not at a burst boundary"));
}

TEST(Range, WhatIsOutOfRangeChangesNothing) {
  EXPECT_THAT(broken_by({at(0, C::act, 0, 8), at(0, C::ref)}), ElementsAre("bank out of range"));
}

TEST(Order, ClocksDoNotGoBack) {
  CommandChecker checker = unrefreshed();
  checker.check(at(1000, C::act));
  EXPECT_THAT(names(checker.check(at(999, C::act, 1))), ElementsAre("out of order"));
  // It was left out: bank 0 of rank 1 is closed.
  EXPECT_THAT(names(checker.check(at(2000, C::act, 1))), IsEmpty());
  EXPECT_EQ(checker.command_count(), 3U);
}

TEST(Order, CkeMovesBesideACommand) {
  CommandChecker checker = unrefreshed();
  checker.check(at(1000, C::act));
  EXPECT_THAT(names(checker.check(at(1000, C::pde, 1))), IsEmpty());
}

TEST(Violations, AreCountedBeyondThoseKept) {
  CommandChecker checker = unrefreshed();
  for (DramClock i = 1; i <= CommandChecker::most_kept + 5; ++i) {
    checker.check(at(1000 * i, C::srx));
  }
  EXPECT_EQ(checker.violation_count(), CommandChecker::most_kept + 5);
  EXPECT_EQ(checker.violations().size(), CommandChecker::most_kept);
  EXPECT_EQ(checker.violations().back().command.clock, 1000 * CommandChecker::most_kept);
}

TEST(Construction, RefusesWhatItCannotCheck) {
  DramSpec spec = default_spec();
  EXPECT_THROW(unrefreshed(0), DramError);
  EXPECT_THROW(unrefreshed(17), DramError);
  spec.banks = 33;
  EXPECT_THROW(unrefreshed(1, spec), DramError);
  spec.banks = 0;
  EXPECT_THROW(unrefreshed(1, spec), DramError);
  spec.banks = 32;
  EXPECT_NO_THROW(unrefreshed(16, spec));
  spec.burst_length = 0;
  EXPECT_THROW(unrefreshed(1, spec), DramError);
}

TEST(Construction, TakesAConfiguration) {
  DramParameters parameters;
  parameters.ranks = 4;
  CommandChecker checker{DramConfiguration(parameters)};
  EXPECT_THAT(names(checker.check(at(10, C::act, 3))), IsEmpty());
  EXPECT_THAT(names(checker.check(at(20, C::act, 4))), ElementsAre("rank out of range"));
}

}  // namespace
}  // namespace tensordash::testing
