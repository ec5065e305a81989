// What is right passes, with every rule that applies put to the test.
#include <gmock/gmock.h>

#include <iostream>

#include "hw/dram/lpddr4.h"
#include "platform/soc/bus.h"
#include "platform/soc/interrupt_controller.h"
#include "platform/soc/memory.h"
#include "platform/soc/timer.h"
#include "tb/conformance/initiator_monitor.h"
#include "tb/conformance/target_suite.h"
#include "tests/support/systemc_test.h"

namespace tensordash::conformance {
namespace {

using sc_core::SC_NS;
using sc_core::sc_time;
using ::testing::IsEmpty;

Window memory_window(std::uint64_t base, std::uint64_t bytes, bool dmi) {
  Window window{WindowKind::memory, base, bytes};
  window.dmi = dmi;
  return window;
}

class GoodTargetsTest : public testing::SystemCTest {
 protected:
  template <typename Socket>
  void run(const TargetDescription& description, Socket& socket,
           const MonitorOptions& options = {}) {
    TargetSuite<> suite("suite", description);
    InitiatorMonitor<> monitor("monitor", options);
    suite.socket.bind(monitor.socket);
    monitor.initiator_socket.bind(socket);
    sc_core::sc_start(sc_time(20, sc_core::SC_MS));
    EXPECT_TRUE(suite.done());
    EXPECT_THAT(lines(suite.findings), IsEmpty());
    EXPECT_EQ(suite.findings.rules(Verdict::not_exercised), unexercised);
    monitor.finish();
    // The suite sends illegal payloads on purpose.
    for (const std::string& rule : monitor.findings.rules(Verdict::broken)) {
      EXPECT_EQ(rule.substr(0, 8), "payload.") << rule;
    }
    exercised = suite.findings.rules(Verdict::passed).size();
    if (::testing::Test::HasFailure()) suite.findings.report(std::cout);
    finished();
  }
  static std::vector<std::string> lines(const Findings& findings) {
    std::vector<std::string> result;
    for (const Finding& each : findings.all()) result.push_back(each.line());
    return result;
  }
  std::size_t exercised = 0;
  std::vector<std::string> unexercised;
};

TEST_F(GoodTargetsTest, PlainMemory) {
  RamParameters parameters;
  parameters.bytes = 0x3000;
  parameters.read_latency = {10, SC_NS};
  Memory<> memory("memory", parameters);
  TargetDescription description;
  description.windows = {memory_window(0, 0x3000, true), {WindowKind::hole, 0x3000, 0x100}};
  description.reset = [&memory] { memory.reset(); };
  run(description, memory.socket);
  EXPECT_EQ(exercised, TargetSuiteCore::rules().size() - 2);  // no registers
}

class StressedMemoryTest : public GoodTargetsTest {
 protected:
  void run_stressed(const MonitorOptions& options) {
    RamParameters parameters;
    parameters.bytes = 0x800;
    parameters.byte_time = {1, SC_NS};
    parameters.queue = 3;
    parameters.stress.request_delay = {30, SC_NS};
    parameters.stress.response_delay = {200, SC_NS};
    parameters.stress.any_order = true;
    parameters.stress.shortcuts = true;
    parameters.stress.deny_dmi = true;
    Memory<> memory("memory", parameters);
    TargetDescription description;
    description.windows = {memory_window(0, 0x800, false), {WindowKind::hole, 0x800, 0x100}};
    description.reset = [&memory] { memory.reset(); };
    run(description, memory.socket, options);
    EXPECT_EQ(exercised, TargetSuiteCore::rules().size() - 8 - unexercised.size());
  }
};

TEST_F(StressedMemoryTest, Directly) {
  run_stressed({});
}

TEST_F(StressedMemoryTest, WithPhasesHeldBack) {
  MonitorOptions options;
  options.hold_request = options.hold_response = {50, SC_NS};
  unexercised = {"nb.target_delay"};  // no more answers at once
  run_stressed(options);
}

TEST_F(GoodTargetsTest, BusWithEverything) {
  Bus<> bus("bus", {{3, SC_NS}, {5, SC_NS}});
  RamParameters small;
  small.bytes = 0x900;
  small.stress.shortcuts = true;
  small.stress.response_delay = {100, SC_NS};
  RamParameters large;
  large.bytes = 0x100000;
  Memory<> a("a", small), b("b", large);
  Timer<> timer("timer");
  InterruptController<> controller("controller", 1);
  sc_core::sc_signal<bool> timer_irq("timer_irq"), irq("irq");
  timer.irq.bind(timer_irq);
  controller.lines[0].bind(timer_irq);
  controller.irq.bind(irq);
  bus.map(0x1000, 0x900, a.socket);
  bus.map(0xfffffffffff00000, 0x100000, b.socket);
  bus.map(0x80000, 0x1000, timer.socket);
  bus.map(0x90000, 0x1000, controller.socket);
  Window timer_window{WindowKind::registers, 0x80000, 0x1000};
  timer_window.words = {{0x80000, 0}, {0x80008, ~0U}, {0x80014, ~0U}, {0x80018, 6}};
  Window controller_window{WindowKind::registers, 0x90000, 0x1000};
  controller_window.words = {{0x90000, 0}, {0x90008, 1}, {0x90020, 1}};
  TargetDescription description;
  description.windows = {memory_window(0x1000, 0x900, true),
                         memory_window(0xfffffffffff00000, 0x100000, true),
                         timer_window,
                         controller_window,
                         {WindowKind::hole, 0x1900, 0x1000},
                         {WindowKind::hole, 0, 0x1000}};
  description.reset = [&] {
    a.reset();
    b.reset();
  };
  unexercised = {"nb.target_delay"};  // a bus answers nothing at once
  run(description, bus.socket);
  EXPECT_EQ(exercised, TargetSuiteCore::rules().size() - 1);
}

class ManySeeds : public GoodTargetsTest, public ::testing::WithParamInterface<unsigned> {};

// Stressed memories, one of them behind another bus, with and without phases held back.
TEST_P(ManySeeds, BusesAndStressedMemories) {
  const unsigned seed = GetParam();
  RamParameters parameters;
  parameters.bytes = 0x700;
  parameters.queue = 1 + seed % 3;
  parameters.stress.seed = seed;
  parameters.stress.request_delay = {10.0 * (seed % 2), SC_NS};
  parameters.stress.response_delay = {150, SC_NS};
  parameters.stress.any_order = true;
  parameters.stress.shortcuts = true;
  Memory<> near("near", parameters), far("far", parameters);
  Bus<> outer("outer", {{1, SC_NS}, {2, SC_NS}}), inner("inner");
  outer.map(0x1000, 0x700, near.socket);
  outer.map(0x4000, 0x1000, inner.socket);
  inner.map(0, 0x700, far.socket);
  TargetDescription description;
  description.seed = seed;
  description.windows = {memory_window(0x1000, 0x700, true),
                         memory_window(0x4000, 0x700, true),
                         {WindowKind::hole, 0x1700, 0x100},
                         {WindowKind::hole, 0x4700, 0x900}};
  description.reset = [&] {
    near.reset();
    far.reset();
  };
  MonitorOptions options;
  options.seed = seed;
  if (seed % 4 == 0) options.hold_request = {30, SC_NS};
  if (seed % 4 < 2) options.hold_response = {60, SC_NS};
  unexercised = {"nb.target_delay"};
  run(description, outer.socket, options);
}

INSTANTIATE_TEST_SUITE_P(All, ManySeeds, ::testing::Range(1U, 13U));

TEST_F(GoodTargetsTest, Lpddr4Memory) {
  DramParameters parameters;
  parameters.front_clocks = 4;
  Lpddr4<> memory("memory", DramConfiguration(parameters));
  const std::uint64_t bytes = memory.configuration().bytes();
  TargetDescription description;
  description.windows = {memory_window(0, bytes, true), {WindowKind::hole, bytes, 0x1000}};
  run(description, memory.socket);
  EXPECT_EQ(exercised, TargetSuiteCore::rules().size() - 5);  // no registers, no reset
}

}  // namespace
}  // namespace tensordash::conformance
