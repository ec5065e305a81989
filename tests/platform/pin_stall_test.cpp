// The monitors at the pins of tiles that stall write down what they do at tiles that never do.

#include <gtest/gtest.h>

#include <map>

#include "platform/pin/ledger_monitor.h"
#include "platform/pin/schedule_monitor.h"
#include "tests/hw/array/late_array_test.h"

namespace tensordash {
namespace {

/// Both monitors at one tile, and what they wrote down, by pass.
struct Monitors {
  Monitors(const std::string& name, unsigned number, const Tile& tile,
           const TileArray::Wires& wires)
      : schedule((name + "_schedule").c_str(), number, tile.parameters(), tile.table(), wires,
                 [this](PassRecord&& record) { passes[record.pass] = std::move(record); }),
        ledger((name + "_ledger").c_str(), tile) {
    ledger.state(wires.state);
    ledger.turn(wires.turn);
    ledger.pass(wires.pass);
    ledger.set_sink([this](IdleRecord&& record) { idle[record.pass] = std::move(record); });
  }

  std::map<std::uint64_t, PassRecord> passes;
  std::map<std::uint64_t, IdleRecord> idle;
  ScheduleMonitor schedule;
  LedgerMonitor ledger;
};

class PinStallTest : public LateArrayTest, public ::testing::WithParamInterface<Sparsity> {
 protected:
  void attach() override {
    ideal_monitors = std::make_unique<Monitors>("ideal", 0, array->tile(0), array->wires(0));
    late_monitors = std::make_unique<Monitors>("late", 0, late->tile(0), late->wires(0));
    for (Monitors* monitors : {ideal_monitors.get(), late_monitors.get()}) {
      monitors->schedule.clk(clk);
      monitors->ledger.clk(clk);
    }
  }

  std::unique_ptr<Monitors> ideal_monitors, late_monitors;
};

void expect_same_idle(const IdleRecord& found, const IdleRecord& ideal) {
  EXPECT_EQ(found.steps, ideal.steps);
  ASSERT_EQ(found.idle.size(), ideal.idle.size());
  for (std::size_t scheduler = 0; scheduler < ideal.idle.size(); ++scheduler) {
    EXPECT_EQ(found.idle[scheduler].waiting, ideal.idle[scheduler].waiting);
    EXPECT_EQ(found.idle[scheduler].tail, ideal.idle[scheduler].tail);
    EXPECT_EQ(found.idle[scheduler].priority, ideal.idle[scheduler].priority);
    EXPECT_EQ(found.idle[scheduler].connectivity, ideal.idle[scheduler].connectivity);
  }
}

TEST_P(PinStallTest, MonitorsDoNotTakeAStallForAStep) {
  TileParameters parameters;
  parameters.rows = 3;
  parameters.columns = 2;
  parameters.sparsity = GetParam();
  build_both(1, parameters, Connectivity::named("paper", 16, 3));
  std::vector<WrittenPass> passes;
  for (unsigned count = 0; count < 12; ++count) passes.push_back(random_pass(20, 16));
  ListedPasses source(passes, 1, tile());
  const LateMemory memory{"late", {0.4, 4, 0.01, 9}, {0.5, 3, 0, 0}};
  const bool dense = GetParam() == Sparsity::none;
  const ObservedOperation ideal = operate(source, dense);
  const ObservedOperation found = operate_late(source, random_delays(source, memory), dense);
  tick();  // the monitors read the last results at the next edge
  EXPECT_GT(found.stalls[0], 100U);
  EXPECT_EQ(found.cycles, ideal.cycles + found.stalls[0]);
  ASSERT_EQ(ideal_monitors->passes.size(), passes.size());
  ASSERT_EQ(late_monitors->passes.size(), passes.size());
  ASSERT_EQ(ideal_monitors->idle.size(), passes.size());
  ASSERT_EQ(late_monitors->idle.size(), passes.size());
  for (std::uint64_t pass = 0; pass < passes.size(); ++pass) {
    SCOPED_TRACE("pass " + std::to_string(pass));
    EXPECT_EQ(late_monitors->passes[pass].slots, ideal_monitors->passes[pass].slots);
    EXPECT_EQ(late_monitors->passes[pass].outputs, ideal_monitors->passes[pass].outputs);
    expect_same_idle(late_monitors->idle[pass], ideal_monitors->idle[pass]);
  }
}

INSTANTIATE_TEST_SUITE_P(Sparsities, PinStallTest,
                         ::testing::Values(Sparsity::none, Sparsity::one_sided,
                                           Sparsity::two_sided));

}  // namespace
}  // namespace tensordash
