#include "hw/dram/monitor/command_bus_monitor.h"

#include <functional>
#include <utility>

#include "tests/hw/dram/monitor/monitor_test.h"
#include "tests/support/systemc_test.h"

namespace tensordash::testing {
namespace {

using C = DramCommand;

// Tells its commands one after another, then says that it is done.
class CommandSource : public sc_core::sc_module {
 public:
  tlm::tlm_analysis_port<DramCommandRecord> commands{"commands"};

  CommandSource(sc_core::sc_module_name name, std::vector<DramCommandRecord> sequence,
                std::function<void()> done)
      : sc_module(name), sequence_(std::move(sequence)), done_(std::move(done)) {
    SC_HAS_PROCESS(CommandSource);
    SC_THREAD(run);
  }

 private:
  void run() {
    for (const DramCommandRecord& command : sequence_) {
      wait(1, sc_core::SC_NS);
      commands.write(command);
    }
    done_();
  }

  std::vector<DramCommandRecord> sequence_;
  std::function<void()> done_;
};

class CommandBusMonitorTest : public SystemCTest {
 protected:
  static DramConfiguration configuration(RefreshMode refresh = RefreshMode::none) {
    DramParameters parameters;
    parameters.ranks = 2;
    parameters.refresh = refresh;
    return DramConfiguration(parameters);
  }
};

const std::vector<DramCommandRecord> good = {at(0, C::act, 1, 2), at(29, C::rd, 1, 2)};
const std::vector<DramCommandRecord> bad = {at(0, C::act, 1, 2), at(28, C::rd, 1, 2),
                                            at(60, C::act, 1, 2)};
const std::string trcd_line =
    "tRCD: RD rank 1 bank 2 at 28 after ACT rank 1 bank 2 at 0: 28 clocks, required 29";

TEST_F(CommandBusMonitorTest, HearsAnAnalysisPort) {
  CommandBusMonitor monitor("monitor", configuration());
  CommandSource source("source", good, [this] { finished(); });
  source.commands.bind(monitor);
  run_until_finished({1, sc_core::SC_US});
  EXPECT_EQ(monitor.violation_count(), 0U);
  EXPECT_EQ(monitor.checker().command_count(), 2U);
  EXPECT_EQ(monitor.checker().rule("tRCD").seen(), 29);
  EXPECT_EQ(monitor.rules().size(), monitor.checker().rules().size());
}

TEST_F(CommandBusMonitorTest, ViolationIsAnError) {
  expect_report("/tensordash/dram/monitor", sc_core::SC_ERROR, trcd_line);
  CommandBusMonitor monitor("monitor", configuration());
  CommandSource source("source", bad, [] {});
  source.commands.bind(monitor);
  EXPECT_THROW(sc_core::sc_start(1, sc_core::SC_US), sc_core::sc_report);
  EXPECT_EQ(monitor.violation_count(), 1U);
  finished();
}

TEST_F(CommandBusMonitorTest, ViolationsCanBeCollectedOnly) {
  CommandBusMonitor monitor("monitor", configuration(), ViolationReports::none);
  CommandSource source("source", bad, [this] { finished(); });
  source.commands.bind(monitor);
  run_until_finished({1, sc_core::SC_US});
  EXPECT_THAT(names(monitor.violations()),
              ::testing::ElementsAre("tRCD", "tRCpb", "ACT to an open bank"));
  EXPECT_EQ(monitor.violation_count(), 3U);
  EXPECT_EQ(describe(monitor.violations()[0]), trcd_line);
}

TEST_F(CommandBusMonitorTest, MayJudgeByAnotherDescription) {
  DramConfiguration changed = configuration();
  ++changed.spec.timings.trcd;
  CommandBusMonitor strict("strict", changed, ViolationReports::none);
  DramSpec spec = configuration().spec;
  spec.timings.trcd -= 1;
  CommandBusMonitor lax("lax", CommandChecker(spec, 2, RefreshMode::none, 0));
  CommandSource source("source", good, [this] { finished(); });
  source.commands.bind(strict);
  source.commands.bind(lax);
  run_until_finished({1, sc_core::SC_US});
  EXPECT_THAT(names(strict.violations()), ::testing::ElementsAre("tRCD"));
  EXPECT_EQ(lax.checker().rule("tRCD").rule.required, 28);
}

TEST_F(CommandBusMonitorTest, MissingRefreshIsFoundAtTheEnd) {
  expect_report("/tensordash/dram/monitor", sc_core::SC_ERROR, "refresh starved: REF rank 0");
  CommandBusMonitor monitor("monitor", configuration(RefreshMode::all_bank));
  CommandSource source("source", good, [this] { finished(); });
  source.commands.bind(monitor);
  run_until_finished({1, sc_core::SC_US});
  EXPECT_THROW(monitor.finish(20000), sc_core::sc_report);
  EXPECT_EQ(monitor.violation_count(), 2U);  // of both ranks
}

}  // namespace
}  // namespace tensordash::testing
