#include <algorithm>
#include <random>

#include "tests/hw/dram/monitor/monitor_test.h"

namespace tensordash::testing {
namespace {

using C = DramCommand;

bool in_scope(RuleScope scope, const DramCommandRecord& a, const DramCommandRecord& b) {
  const bool same_rank = a.rank == b.rank;
  switch (scope) {
    case RuleScope::same_bank:
      return same_rank && a.bank == b.bank;
    case RuleScope::same_rank:
      return same_rank;
    case RuleScope::other_bank:
      return same_rank && a.bank != b.bank;
    case RuleScope::other_rank:
      return !same_rank;
    default:
      return true;
  }
}

// The commands that a rule measures the last of `commands` from, by a search through all before it.
const DramCommandRecord* measured_from(const BusRule& rule,
                                       const std::vector<DramCommandRecord>& commands) {
  const DramCommandRecord& last = commands.back();
  if (!rule.to.contains(last.command)) return nullptr;
  unsigned activations = 0;
  for (std::size_t i = commands.size() - 1; i-- > 0;) {
    const DramCommandRecord& command = commands[i];
    if (rule.scope == RuleScope::fourth_before) {
      const bool activation = command.command == C::act || command.command == C::refpb;
      if (!activation || command.rank != last.rank || ++activations < 4) continue;
      return rule.from.contains(command.command) ? &command : nullptr;
    }
    if (rule.from.contains(command.command) && in_scope(rule.scope, command, last)) {
      return &command;
    }
  }
  return nullptr;
}

// Commands without sense or order, close together, judged by a search that remembers nothing.
TEST(RandomCommands, AreMeasuredAsByASearch) {
  CommandChecker checker = unrefreshed(3);
  std::vector<BusRuleRecord> expected;
  for (const BusRule& rule : bus_rules(default_spec())) expected.push_back({rule});

  std::mt19937 random(20);
  const auto below = [&random](unsigned limit) { return static_cast<unsigned>(random() % limit); };
  std::vector<DramCommandRecord> commands;
  DramClock clock = 0;
  for (unsigned i = 0; i < 3000; ++i) {
    clock += below(4) == 0 ? below(300) : below(20);
    const C command = all_dram_commands[below(dram_command_count)];
    commands.push_back(at(clock, command, below(3), has_bank(command) ? below(4) : 0));

    std::vector<std::string> broken;
    for (BusRuleRecord& record : expected) {
      const DramCommandRecord* from = measured_from(record.rule, commands);
      if (from == nullptr) continue;
      const auto distance = static_cast<std::int64_t>(clock - from->clock);
      record.see(distance);
      if (distance < record.rule.required) broken.emplace_back(record.rule.name);
    }
    std::vector<std::string> found;
    for (const BusViolation& violation : checker.check(commands.back())) {
      if (!violation.required || violation.rule.substr(0, 8) == "data bus") continue;
      found.emplace_back(violation.rule);
      ASSERT_TRUE(violation.earlier);
      EXPECT_EQ(static_cast<std::int64_t>(clock - violation.earlier->clock), violation.seen);
      EXPECT_TRUE(std::any_of(commands.begin(), commands.end(),
                              [&violation](const DramCommandRecord& command_before) {
                                const DramCommandRecord& earlier = *violation.earlier;
                                return command_before.clock == earlier.clock &&
                                       command_before.command == earlier.command &&
                                       command_before.rank == earlier.rank &&
                                       (!has_bank(earlier.command) ||
                                        command_before.bank == earlier.bank);
                              }))
          << describe(violation);
    }
    ASSERT_EQ(found, broken) << "command " << i;
  }
  for (const BusRuleRecord& record : expected) {
    EXPECT_EQ(checker.rule(record.rule.name).pairs, record.pairs) << record.rule.name;
    EXPECT_EQ(checker.rule(record.rule.name).seen(), record.seen()) << record.rule.name;
    EXPECT_GT(record.pairs, 0U) << record.rule.name;
  }
}

}  // namespace
}  // namespace tensordash::testing
