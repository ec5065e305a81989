#include <set>

#include "tests/hw/dram/monitor/monitor_test.h"

namespace tensordash::testing {
namespace {

using C = DramCommand;
using Commands = std::vector<DramCommand>;

enum class Relation { same_bank, other_bank, other_rank };

// Where a rule holds.
const std::set<Relation> bank = {Relation::same_bank};
const std::set<Relation> others = {Relation::other_bank};
const std::set<Relation> rank = {Relation::same_bank, Relation::other_bank};
const std::set<Relation> across = {Relation::other_rank};
const std::set<Relation> channel = {Relation::same_bank, Relation::other_bank,
                                    Relation::other_rank};

const Commands reads = {C::rd, C::rda};
const Commands writes = {C::wr, C::mwr, C::wra};
const Commands columns = {C::rd, C::wr, C::mwr, C::rda, C::wra};
const Commands all_but_cke = {C::act, C::rd,   C::wr,  C::mwr,   C::rda, C::wra,
                              C::pre, C::prea, C::ref, C::refpb, C::sre, C::srx};

// First edge to first edge, worked out by hand for LPDDR4-3200 at 16 Gb.
struct Distance {
  std::string rule;
  Commands from, to;
  std::set<Relation> where;
  std::int64_t clocks;
};

const std::vector<Distance>& distances() {
  static const std::vector<Distance> all = {
      {"CA bus after 4 clocks",
       {C::act, C::rd, C::wr, C::mwr, C::rda, C::wra},
       all_but_cke,
       channel,
       4},
      {"CA bus after 2 clocks",
       {C::pre, C::prea, C::ref, C::refpb, C::sre, C::srx},
       all_but_cke,
       channel,
       2},
      {"tRCD", {C::act}, columns, bank, 29},
      {"tCCD reads", reads, reads, rank, 8},
      {"tCCD writes", writes, writes, rank, 8},
      {"tCCDMW", writes, {C::mwr}, bank, 32},
      {"read to write", reads, writes, rank, 27},
      {"tWTR", writes, reads, rank, 39},
      {"tRTRS reads", reads, reads, across, 10},
      {"tRTRS writes", writes, writes, across, 10},
      {"tRTRS read to write", reads, writes, across, 27},
      {"tRAS", {C::act}, {C::pre}, bank, 70},
      {"tRAS PREA", {C::act}, {C::prea}, rank, 70},
      {"tRTP", reads, {C::pre}, bank, 14},
      {"tRTP PREA", reads, {C::prea}, rank, 14},
      {"tWR", {C::wr, C::mwr}, {C::pre}, bank, 54},
      {"tWR PREA", {C::wr, C::mwr}, {C::prea}, rank, 54},
      {"nWR", {C::wra}, {C::pre}, bank, 55},
      {"nWR PREA", {C::wra}, {C::prea}, rank, 55},
      {"tPPD", {C::pre, C::prea}, {C::pre, C::prea}, rank, 4},
      {"tRPpb", {C::pre}, {C::act}, bank, 27},
      {"tRPpb REFPB", {C::pre}, {C::refpb}, bank, 29},
      {"tRPpb REF", {C::pre}, {C::ref, C::sre}, rank, 29},
      {"tRPab", {C::prea}, {C::act}, rank, 32},
      {"tRPab refresh", {C::prea}, {C::ref, C::refpb, C::sre}, rank, 34},
      {"RDA to ACT", {C::rda}, {C::act}, bank, 41},
      {"RDA to REFPB", {C::rda}, {C::refpb}, bank, 43},
      {"RDA to REF", {C::rda}, {C::ref, C::sre}, rank, 43},
      {"WRA to ACT", {C::wra}, {C::act}, bank, 82},
      {"WRA to REFPB", {C::wra}, {C::refpb}, bank, 84},
      {"WRA to REF", {C::wra}, {C::ref, C::sre}, rank, 84},
      {"tRCpb", {C::act}, {C::act}, bank, 97},
      {"tRCpb REFPB", {C::act}, {C::refpb}, bank, 99},
      {"tRCpb REF", {C::act}, {C::ref, C::sre}, rank, 99},
      {"tRRD", {C::act}, {C::act}, others, 16},
      {"tRRD ACT to REFPB", {C::act}, {C::refpb}, others, 18},
      {"tRRD REFPB to ACT", {C::refpb}, {C::act}, others, 14},
      {"tRFCpb", {C::refpb}, {C::act}, bank, 302},
      {"tRFCpb refresh", {C::refpb}, {C::ref, C::refpb, C::sre}, rank, 304},
      {"tRFCpb PRE", {C::refpb}, {C::pre}, bank, 304},
      {"tRFCpb PREA", {C::refpb}, {C::prea}, rank, 304},
      {"tRFCab", {C::ref}, {C::act}, rank, 606},
      {"tRFCab refresh", {C::ref}, {C::ref, C::refpb, C::sre}, rank, 608},
      {"tRFCab precharge", {C::ref}, {C::pre, C::prea}, rank, 608},
      {"tCMDCKE ACT", {C::act}, {C::pde}, rank, 6},
      {"tCMDCKE", {C::pre, C::prea, C::ref, C::refpb}, {C::pde}, rank, 4},
      {"read to PDE", reads, {C::pde}, rank, 43},
      {"write to PDE", {C::wr, C::mwr}, {C::pde}, rank, 55},
      {"WRA to PDE", {C::wra}, {C::pde}, rank, 57},
      {"tCKE low", {C::pde}, {C::pdx}, rank, 12},
      {"tCKE high", {C::pdx}, {C::pde}, rank, 12},
      {"tXP",
       {C::pdx},
       {C::act, C::rd, C::wr, C::mwr, C::rda, C::wra, C::pre, C::prea, C::ref, C::refpb, C::sre},
       rank,
       12},
      {"tSR", {C::sre}, {C::srx}, rank, 24},
      {"tXSR",
       {C::srx},
       {C::act, C::rd, C::wr, C::mwr, C::rda, C::wra, C::pre, C::prea, C::ref, C::refpb, C::sre,
        C::pde},
       rank,
       620},
  };
  return all;
}

// Rules that distances() leaves to tests of their own: windows, and those that the default timings
// never make longer than nothing.
const std::set<std::string> elsewhere = {"tFAW",
                                         "tFAW ACT to REFPB",
                                         "tFAW REFPB to ACT",
                                         "tFAW REFPB to REFPB",
                                         "tRTRS write to read",
                                         "data bus",
                                         "data bus between ranks"};

class DistanceTest : public ::testing::TestWithParam<std::size_t> {};

std::vector<BusViolation> named(const std::vector<BusViolation>& all, const std::string& rule) {
  std::vector<BusViolation> some;
  for (const BusViolation& violation : all) {
    if (violation.rule == rule) some.push_back(violation);
  }
  return some;
}

TEST_P(DistanceTest, OneClockLessIsBrokenWhereTheRuleHolds) {
  const Distance& distance = distances()[GetParam()];
  for (const C from : distance.from) {
    for (const C to : distance.to) {
      for (const Relation relation :
           {Relation::same_bank, Relation::other_bank, Relation::other_rank}) {
        SCOPED_TRACE(std::string(name_of(from)) + " " + std::string(name_of(to)) + " relation " +
                     std::to_string(static_cast<int>(relation)));
        const DramCommandRecord first = at(1000, from, 1, 5);
        const DramCommandRecord second =
            at(1000 + distance.clocks - 1, to, relation == Relation::other_rank ? 0 : 1,
               relation == Relation::other_bank ? 3 : 5);
        CommandChecker checker = unrefreshed();
        checker.check(first);
        const std::vector<BusViolation> broken = named(checker.check(second), distance.rule);
        if (distance.where.count(relation) == 0) {
          EXPECT_TRUE(broken.empty());
          continue;
        }
        ASSERT_EQ(broken.size(), 1U);
        EXPECT_EQ(broken[0].required, distance.clocks);
        EXPECT_EQ(broken[0].seen, distance.clocks - 1);
        ASSERT_TRUE(broken[0].earlier);
        EXPECT_EQ(broken[0].earlier->clock, 1000U);
        EXPECT_EQ(broken[0].earlier->command, from);
        EXPECT_EQ(broken[0].earlier->rank, 1U);
        if (has_bank(from)) {
          EXPECT_EQ(broken[0].earlier->bank, 5U);
        }
      }
    }
  }
}

TEST_P(DistanceTest, TheDistanceItselfIsAccepted) {
  const Distance& distance = distances()[GetParam()];
  for (const C from : distance.from) {
    for (const C to : distance.to) {
      SCOPED_TRACE(std::string(name_of(from)) + " " + std::string(name_of(to)));
      const Relation relation = *distance.where.begin();
      CommandChecker checker = unrefreshed();
      checker.check(at(1000, from, 1, 5));
      const std::vector<BusViolation>& broken =
          checker.check(at(1000 + distance.clocks, to, relation == Relation::other_rank ? 0 : 1,
                           relation == Relation::other_bank ? 3 : 5));
      EXPECT_TRUE(named(broken, distance.rule).empty());
      EXPECT_EQ(checker.rule(distance.rule).seen(), distance.clocks);
      EXPECT_EQ(checker.rule(distance.rule).pairs, 1U);
      EXPECT_TRUE(checker.rule(distance.rule).reached());
    }
  }
}

// Commands that a rule does not name are not held to it.
TEST_P(DistanceTest, OtherCommandsAreFree) {
  const Distance& distance = distances()[GetParam()];
  const std::set<C> from_set(distance.from.begin(), distance.from.end());
  const std::set<C> to_set(distance.to.begin(), distance.to.end());
  const Relation relation = *distance.where.begin();
  for (const C from : all_dram_commands) {
    for (const C to : all_dram_commands) {
      CommandChecker checker = unrefreshed();
      checker.check(at(1000, from, 1, 5));
      checker.check(at(1001, to, relation == Relation::other_rank ? 0 : 1,
                       relation == Relation::other_bank ? 3 : 5));
      EXPECT_EQ(checker.rule(distance.rule).pairs, from_set.count(from) * to_set.count(to))
          << name_of(from) << ' ' << name_of(to);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Rules, DistanceTest, ::testing::Range<std::size_t>(0, distances().size()),
                         [](const ::testing::TestParamInfo<std::size_t>& test) {
                           std::string name = distances()[test.param].rule;
                           for (char& letter : name) {
                             if (letter == ' ') letter = '_';
                           }
                           return name;
                         });

TEST(DistanceTable, TestsNameEveryRule) {
  std::set<std::string> tested = elsewhere;
  for (const Distance& distance : distances()) tested.insert(distance.rule);
  std::set<std::string> rules;
  const CommandChecker checker = unrefreshed();
  for (const BusRuleRecord& record : checker.rules()) {
    EXPECT_TRUE(rules.insert(std::string(record.rule.name)).second) << record.rule.name;
  }
  EXPECT_EQ(tested, rules);
}

// Five activations with `clocks` from the first to the last; the three between are ACTs.
std::vector<std::string> window(C first, C last, DramClock clocks) {
  CommandChecker checker = unrefreshed();
  checker.check(at(1000, first, 1, 0));
  checker.check(at(1016, C::act, 1, 1));
  checker.check(at(1032, C::act, 1, 2));
  checker.check(at(1034, C::act, 0, 2));  // of another rank: does not count
  checker.check(at(1048, C::act, 1, 3));
  return names(checker.check(at(1000 + clocks, last, 1, 4)));
}

TEST(FourActivateWindow, HoldsNoFifth) {
  using ::testing::Contains;
  using ::testing::Not;
  EXPECT_THAT(window(C::act, C::act, 63), Contains("tFAW"));
  EXPECT_THAT(window(C::act, C::act, 64), Not(Contains("tFAW")));
  EXPECT_THAT(window(C::act, C::refpb, 65), Contains("tFAW ACT to REFPB"));
  EXPECT_THAT(window(C::act, C::refpb, 66), Not(Contains("tFAW ACT to REFPB")));
  EXPECT_THAT(window(C::refpb, C::act, 61), Contains("tFAW REFPB to ACT"));
  EXPECT_THAT(window(C::refpb, C::act, 62), Not(Contains("tFAW REFPB to ACT")));
  EXPECT_THAT(window(C::refpb, C::refpb, 63), Contains("tFAW REFPB to REFPB"));
  EXPECT_THAT(window(C::refpb, C::refpb, 64), Not(Contains("tFAW REFPB to REFPB")));
}

TEST(FourActivateWindow, NamesTheFirstOfTheFive) {
  CommandChecker checker = unrefreshed();
  for (unsigned i = 0; i < 4; ++i) checker.check(at(1000 + 16 * i, C::act, 1, i + 1));
  const std::vector<BusViolation> broken = named(checker.check(at(1063, C::act, 1, 6)), "tFAW");
  ASSERT_EQ(broken.size(), 1U);
  EXPECT_EQ(describe(broken[0]),
            "tFAW: ACT rank 1 bank 6 at 1063 after ACT rank 1 bank 1 at 1000: 63 clocks, required "
            "64");
}

// With a read latency that lets a write's data come late enough to be in the way.
TEST(WriteToRead, OtherRankMayNeedTime) {
  DramSpec spec = default_spec();
  spec.timings.rl = 10;  // 14 + 1 + 8 + 2 - 10 = 15
  for (const C write : writes) {
    CommandChecker checker = unrefreshed(2, spec);
    checker.check(at(100, write, 0, 1));
    EXPECT_THAT(names(checker.check(at(114, C::rd, 1, 1))),
                ::testing::Contains("tRTRS write to read"));
    checker = unrefreshed(2, spec);
    checker.check(at(100, write, 0, 1));
    EXPECT_THAT(names(checker.check(at(115, C::rd, 1, 1))),
                ::testing::Not(::testing::Contains("tRTRS write to read")));
  }
}

// The latest command counts, wherever else commands went since.
TEST(Distance, IsFromTheLatestInScope) {
  CommandChecker checker = unrefreshed(4);
  checker.check(at(100, C::act, 0, 0));
  checker.check(at(120, C::act, 0, 1));
  checker.check(at(140, C::act, 0, 0));
  checker.check(at(144, C::act, 3, 0));
  checker.check(at(148, C::act, 0, 0));
  // Another bank than 0: the one at 120, not those in between.
  const std::vector<BusViolation> broken = named(checker.check(at(151, C::act, 0, 2)), "tRRD");
  ASSERT_EQ(broken.size(), 1U);
  EXPECT_EQ(broken[0].earlier->clock, 148U);
  EXPECT_EQ(broken[0].earlier->bank, 0U);
  EXPECT_EQ(checker.rule("tRRD").seen(), 3);
  EXPECT_EQ(checker.rule("tRCpb").seen(), 8);
}

TEST(Distance, LooksPastTheSameBank) {
  CommandChecker checker = unrefreshed();
  checker.check(at(100, C::act, 0, 3));
  checker.check(at(104, C::act, 0, 0));
  checker.check(at(108, C::act, 0, 0));
  const std::vector<BusViolation> broken = named(checker.check(at(112, C::act, 0, 0)), "tRRD");
  ASSERT_EQ(broken.size(), 1U);
  EXPECT_EQ(broken[0].seen, 12);
  EXPECT_EQ(broken[0].earlier->bank, 3U);
}

TEST(Distance, LooksPastTheSameRank) {
  CommandChecker checker = unrefreshed(4);
  checker.check(at(100, C::rd, 2, 7));
  checker.check(at(104, C::rd, 0, 0));
  checker.check(at(108, C::rd, 0, 0));
  const std::vector<BusViolation> broken =
      named(checker.check(at(109, C::rd, 0, 0)), "tRTRS reads");
  ASSERT_EQ(broken.size(), 1U);
  EXPECT_EQ(broken[0].seen, 9);
  EXPECT_EQ(broken[0].earlier->rank, 2U);
  EXPECT_EQ(broken[0].earlier->bank, 7U);
}

TEST(Distance, RequiredFollowsTheDescription) {
  const DramSpec small = load_dram_spec("lpddr4-3200-8gb");
  const CommandChecker checker = unrefreshed(1, small);
  EXPECT_EQ(checker.rule("tRFCab").rule.required, 446);
  EXPECT_EQ(checker.rule("tRFCpb refresh").rule.required, 224);
  EXPECT_EQ(checker.rule("tXSR").rule.required, 460);
}

}  // namespace
}  // namespace tensordash::testing
