// The controller's command bus under the monitor.
#include <gmock/gmock.h>

#include "hw/dram/monitor/command_checker.h"
#include "hw/dram/monitor/monitor_table.h"
#include "tests/hw/dram/controller/bus_scenarios.h"

namespace tensordash::testing {
namespace {

TEST(ControllerBus, ReachesEveryMinimum) {
  std::vector<BusRuleRecord> rules;
  for (const BusScenario& scenario : bus_scenarios()) {
    const DramConfiguration configuration(scenario.parameters);
    CommandChecker checker(configuration);
    const Driven driven = drive(configuration, scenario.arrivals, scenario.end,
                                [&](const DramCommandRecord& record) { checker.check(record); });
    checker.finish(scenario.end);
    EXPECT_EQ(driven.services.size(), scenario.arrivals.size()) << scenario.name;
    EXPECT_EQ(checker.violation_count(), 0) << scenario.name;
    if (checker.violation_count() != 0) {
      ADD_FAILURE() << describe(checker.violations().front());
    }
    if (rules.empty()) {
      rules = checker.rules();
    } else {
      merge_rules(rules, checker.rules());
    }
  }
  printf("%s", monitor_table(rules).c_str());
}

}  // namespace
}  // namespace tensordash::testing
