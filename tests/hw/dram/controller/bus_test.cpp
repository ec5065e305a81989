// The controller's command bus under the monitor.
#include <gmock/gmock.h>

#include <map>
#include <set>

#include "hw/dram/monitor/command_checker.h"
#include "hw/dram/monitor/monitor_table.h"
#include "tests/hw/dram/controller/bus_scenarios.h"

namespace tensordash::testing {
namespace {

/// Rules that the controller never brings to their minimum, and why.
const std::map<std::string, std::string, std::less<>>& never_reached() {
  static const std::map<std::string, std::string, std::less<>> reasons = {
      {"tRTRS write to read", "shorter than the command itself: CA bus after 4 clocks"},
      {"nWR", "no PRE for a bank that closes by itself"},
      {"tFAW REFPB to REFPB", "tRFCpb is longer"},
      {"tRFCpb PRE", "no PRE for a closed bank; ACT, tRFCpb and tRAS come before"},
      {"tRFCab precharge", "no precharge of closed banks; ACT, tRFCab and tRAS come before"},
      {"tCMDCKE ACT", "every ACT is for a burst: read to PDE, write to PDE"},
      {"tCKE high", "a rank is woken for a command, which comes tXP later"},
  };
  return reasons;
}

/// What the bus and single accesses show of a controller whose timings may be wrong.
struct Findings {
  std::uint64_t violations = 0;
  std::string first_violation;
  std::set<std::string> reached;
  std::vector<DramClock> observed;
};

void change(DramTimings& timings, unsigned DramTimings::*timing, int by) {
  timings.*timing = static_cast<unsigned>(static_cast<int>(timings.*timing) + by);
}

/// Clocks that no distance between commands tells: where data ends, when refreshes come.
std::vector<DramClock> observe(unsigned DramTimings::*timing, int by) {
  const auto configured = [&](const DramParameters& parameters) {
    DramConfiguration configuration(parameters);
    change(configuration.spec.timings, timing, by);
    return configuration;
  };
  const DramParameters quiet = quiet_parameters();
  DramParameters all_bank = quiet;
  all_bank.refresh = RefreshMode::all_bank;
  DramParameters per_bank = quiet;
  per_bank.refresh = RefreshMode::per_bank;
  const Driven read = drive(configured(quiet), {read_at(0, 0, 0), write_at(500, 0, 0)}, 1000);
  return {read.service(0).latency(), read.service(1).latency(),
          drive(configured(all_bank), {}, 7000).clocks(DramCommand::ref).at(0),
          drive(configured(per_bank), {}, 1000).clocks(DramCommand::refpb).at(0)};
}

/// Runs every scenario with one timing of the controller changed; the monitor keeps to the truth.
Findings find(unsigned DramTimings::*timing, int by) {
  Findings findings;
  std::vector<BusRuleRecord> rules;
  for (const BusScenario& scenario : bus_scenarios()) {
    const DramConfiguration truth(scenario.parameters);
    DramConfiguration changed = truth;
    change(changed.spec.timings, timing, by);
    CommandChecker checker(truth);
    drive(changed, scenario.arrivals, scenario.end,
          [&](const DramCommandRecord& record) { checker.check(record); });
    checker.finish(scenario.end);
    if (checker.violation_count() != 0 && findings.violations == 0) {
      findings.first_violation = scenario.name + ": " + describe(checker.violations().front());
    }
    findings.violations += checker.violation_count();
    if (rules.empty()) {
      rules = checker.rules();
    } else {
      merge_rules(rules, checker.rules());
    }
  }
  for (const BusRuleRecord& rule : rules) {
    if (rule.reached()) findings.reached.emplace(rule.rule.name);
  }
  findings.observed = observe(timing, by);
  return findings;
}

std::set<std::string> all_that_can_be_reached() {
  std::set<std::string> names;
  const DramConfiguration configuration(quiet_parameters());
  const CommandChecker checker(configuration);
  for (const BusRuleRecord& rule : checker.rules()) {
    if (never_reached().count(rule.rule.name) == 0) names.emplace(rule.rule.name);
  }
  return names;
}

const std::vector<DramClock> true_clocks = {71, 26, 6246, 780};

TEST(ControllerBus, IsLegalAndReachesEveryMinimum) {
  const Findings findings = find(&DramTimings::rl, 0);
  EXPECT_EQ(findings.violations, 0) << findings.first_violation;
  EXPECT_THAT(findings.reached, ::testing::ContainerEq(all_that_can_be_reached()));
  EXPECT_EQ(findings.observed, true_clocks);
}

TEST(ControllerBus, EveryBurstOfTheScenariosIsServed) {
  for (const BusScenario& scenario : bus_scenarios()) {
    const DramConfiguration configuration(scenario.parameters);
    const Driven driven = drive(configuration, scenario.arrivals, scenario.end);
    EXPECT_EQ(driven.services.size(), scenario.arrivals.size()) << scenario.name;
  }
}

/// Timings whose shortening nothing can show, because others imply them: tFAW is 4 tRRD. tRCpb is
/// tRAS + tRPpb, but of rows that close by themselves only tRCpb tells when.
bool implied_by_others(std::string_view timing) {
  return timing == "tFAW";
}

class TimingMutation : public ::testing::TestWithParam<std::size_t> {};

TEST_P(TimingMutation, IsNoticed) {
  const DramTimingField& field = dram_timing_fields()[GetParam()];
  for (const int by : {-1, 1}) {
    const Findings findings = find(field.member, by);
    const bool noticed = findings.violations != 0 ||
                         findings.reached != all_that_can_be_reached() ||
                         findings.observed != true_clocks;
    EXPECT_EQ(noticed, by > 0 || !implied_by_others(field.name)) << field.name << " by " << by;
  }
}

INSTANTIATE_TEST_SUITE_P(Timings, TimingMutation,
                         ::testing::Range(std::size_t{0}, dram_timing_fields().size()),
                         [](const ::testing::TestParamInfo<std::size_t>& at) {
                           return std::string(dram_timing_fields()[at.param].name);
                         });

}  // namespace
}  // namespace tensordash::testing
