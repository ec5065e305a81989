#include "hw/dram/monitor/monitor_table.h"

#include <algorithm>

#include "tests/hw/dram/monitor/monitor_test.h"

namespace tensordash::testing {
namespace {

using C = DramCommand;

TEST(RuleRecord, KeepsTheLeastAndCounts) {
  CommandChecker checker = unrefreshed();
  EXPECT_EQ(checker.rule("tRCD").seen(), std::nullopt);
  EXPECT_EQ(checker.rule("tRCD").pairs, 0U);
  EXPECT_FALSE(checker.rule("tRCD").reached());
  for (const DramCommandRecord& command :
       {at(0, C::act, 0, 0), at(20, C::act, 0, 1), at(55, C::rd, 0, 0), at(65, C::rd, 0, 1)}) {
    checker.check(command);
  }
  EXPECT_EQ(checker.rule("tRCD").seen(), 45);
  EXPECT_EQ(checker.rule("tRCD").pairs, 2U);
  EXPECT_FALSE(checker.rule("tRCD").reached());
  checker.check(at(94, C::rd, 0, 1));
  EXPECT_EQ(checker.rule("tRCD").seen(), 45);
  checker.check(at(200, C::act, 1, 1));
  checker.check(at(229, C::rd, 1, 1));
  EXPECT_EQ(checker.rule("tRCD").seen(), 29);
  EXPECT_TRUE(checker.rule("tRCD").reached());
}

// Of several commands that a rule measures from, the latest counts.
TEST(RuleRecord, MeasuresFromTheLatestOfTheSet) {
  CommandChecker checker = unrefreshed();
  for (const DramCommandRecord& command :
       {at(0, C::act), at(29, C::wr), at(61, C::mwr), at(120, C::rd)}) {
    checker.check(command);
  }
  EXPECT_EQ(checker.rule("tWTR").seen(), 59);
  EXPECT_EQ(checker.rule("tWTR").pairs, 1U);
}

TEST(RuleRecord, UnknownNameThrows) {
  EXPECT_THROW(unrefreshed().rule("tXYZ"), DramError);
}

std::string line_of(const std::string& table, const std::string& rule) {
  const std::size_t begin = table.find("\n" + rule + " ") + 1;
  std::string line = table.substr(begin, table.find('\n', begin) - begin);
  std::string single;
  for (const char letter : line) {
    if (letter != ' ' || single.empty() || single.back() != ' ') single += letter;
  }
  return single;
}

TEST(MonitorTable, HasALineARule) {
  CommandChecker checker = unrefreshed();
  checker.check(at(0, C::act));
  checker.check(at(29, C::rd));
  checker.check(at(47, C::rda));
  const std::string table = monitor_table(checker.rules());
  EXPECT_EQ(line_of(table, "tRCD"), "tRCD ACT RD WR MWR RDA WRA same bank 29 29 2 exact");
  EXPECT_EQ(line_of(table, "tCCD reads"), "tCCD reads RD RDA RD RDA same rank 8 18 1");
  EXPECT_EQ(line_of(table, "tRRD"), "tRRD ACT ACT other bank 16 - 0");
  EXPECT_EQ(line_of(table, "tFAW"), "tFAW ACT ACT fourth before 64 - 0");
  EXPECT_EQ(line_of(table, "data bus"),
            "data bus RD WR MWR RDA WRA RD WR MWR RDA WRA same rank 0 10 1");
  EXPECT_EQ(static_cast<std::size_t>(std::count(table.begin(), table.end(), '\n')),
            checker.rules().size() + 1);
}

TEST(MonitorTable, ChannelsCanBeMerged) {
  CommandChecker first = unrefreshed();
  CommandChecker second = unrefreshed();
  first.check(at(0, C::act));
  first.check(at(31, C::rd));
  second.check(at(0, C::act));
  second.check(at(30, C::rd));
  second.check(at(40, C::rd));
  std::vector<BusRuleRecord> rules = first.rules();
  merge_rules(rules, second.rules());
  const auto rule = [&rules](std::string_view name) {
    return *std::find_if(rules.begin(), rules.end(),
                         [name](const BusRuleRecord& record) { return record.rule.name == name; });
  };
  EXPECT_EQ(rule("tRCD").seen(), 30);
  EXPECT_EQ(rule("tRCD").pairs, 3U);
  EXPECT_EQ(rule("tCCD reads").seen(), 10);
  EXPECT_EQ(rule("tRRD").seen(), std::nullopt);
  merge_rules(rules, first.rules());
  EXPECT_EQ(rule("tRCD").seen(), 30);
  EXPECT_EQ(rule("tRCD").pairs, 4U);
}

TEST(MonitorTable, DifferentRulesCannotBeMerged) {
  std::vector<BusRuleRecord> rules = unrefreshed().rules();
  DramSpec spec = default_spec();
  ++spec.timings.trcd;
  EXPECT_THROW(merge_rules(rules, unrefreshed(1, spec).rules()), DramError);
  rules.pop_back();
  EXPECT_THROW(merge_rules(rules, unrefreshed().rules()), DramError);
}

TEST(Scope, Names) {
  EXPECT_EQ(name_of(RuleScope::same_bank), "same bank");
  EXPECT_EQ(name_of(RuleScope::fourth_before), "fourth before");
}

}  // namespace
}  // namespace tensordash::testing
