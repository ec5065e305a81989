// The accelerator's sockets before the conformance suite.
#include <gmock/gmock.h>

#include "tb/conformance/initiator_monitor.h"
#include "tb/conformance/target_suite.h"
#include "tests/differential/systemc_kernel.h"
#include "tests/platform/ip/guest_bench.h"

namespace tensordash::testing {
namespace {

using conformance::InitiatorMonitor;
using conformance::MonitorOptions;
using conformance::Verdict;
using ::testing::Contains;
using ::testing::IsEmpty;
using Rules = std::vector<std::string>;

/// A monitor between accelerator and RAM.
class WatchedBench : public HostBench {
 public:
  InitiatorMonitor<> monitor;
  Memory<> memory;
  RawBytes bytes{memory};

  WatchedBench(const sc_core::sc_module_name& name, const AcceleratorParameters& parameters,
               const MonitorOptions& options)
      : HostBench(name, parameters, bytes), monitor("monitor", options), memory("memory") {
    accelerator.memory.bind(monitor.socket);
    monitor.initiator_socket.bind(memory.socket);
  }
};

class WatchedMemorySocket : public ::testing::TestWithParam<std::tuple<unsigned, bool>> {};
INSTANTIATE_TEST_SUITE_P(Styles, WatchedMemorySocket,
                         ::testing::Combine(::testing::Range(0U, 4U), ::testing::Bool()));

TEST_P(WatchedMemorySocket, KeepsEveryRuleUnderBackPressureToo) {
  const differential::SystemCKernel kernel;
  const auto [style, held] = GetParam();
  {
    MonitorOptions options;
    options.largest_aligned_burst = 64;
    if (held) {
      options.hold_request = sc_core::sc_time(20, sc_core::SC_NS);
      options.hold_response = sc_core::sc_time(60, sc_core::SC_NS);
    }
    WatchedBench bench("bench", small_machine(all_styles[style]), options);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    bench.start();
    std::mt19937 random(7);
    const GuestLayer layer(small_shape(), random, bench.bytes, true);
    for (const Operation operation : all_operations) {
      bench.submit(layer.descriptor(operation));
      ASSERT_TRUE(bench.wait_idle());
      EXPECT_TRUE(layer.right(operation, bench.bytes));
    }
    // An abort leaves nothing under way either.
    bench.submit(layer.descriptor(Operation::forward));
    sc_core::sc_start(sc_core::sc_time(300, sc_core::SC_NS));
    bench.write(0x20, 1U << 8U);
    ASSERT_TRUE(bench.wait_idle());
    sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_US));
    bench.monitor.finish();
    EXPECT_TRUE(bench.monitor.findings.clean());
    EXPECT_EQ(bench.monitor.in_flight(), 0U);
    EXPECT_GE(bench.monitor.findings.rules(Verdict::passed).size(), 8U);
    if (!bench.monitor.findings.clean()) bench.monitor.findings.report(std::cout);
  }
  EXPECT_THAT(kernel.complaints(), IsEmpty());
}

TEST(RegisterSocket, KeepsEveryRule) {
  const differential::SystemCKernel kernel;
  {
    sc_core::sc_clock clk("clk", sc_core::sc_time(2, sc_core::SC_NS));
    sc_core::sc_signal<bool> rst_n("rst_n", true), irq("irq");
    Accelerator<> accelerator("accelerator", small_machine(all_styles[0]));
    Memory<> memory("memory");
    conformance::Window registers;
    registers.kind = conformance::WindowKind::registers;
    registers.bytes = register_window_bytes;
    registers.words = {
        {0x000, 0}, {0x028, 0xf}, {0x040, 0xffffff00U}, {0x044, 0xffffffffU}, {0x048, 0xf}};
    conformance::Window hole;
    hole.kind = conformance::WindowKind::hole;
    hole.base = register_window_bytes;
    hole.bytes = register_window_bytes;
    conformance::TargetDescription description;
    description.windows = {registers, hole};
    conformance::TargetSuite<> suite("suite", description);
    accelerator.clk(clk);
    accelerator.rst_n(rst_n);
    accelerator.irq(irq);
    accelerator.memory.bind(memory.socket);
    suite.socket.bind(accelerator.registers);
    sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_MS));
    EXPECT_TRUE(suite.done());
    EXPECT_TRUE(suite.findings.clean());
    if (!suite.findings.clean()) suite.findings.report(std::cout);
    for (const char* rule : {"registers.access", "registers.read_back", "lt.address_error",
                             "lt.response_set", "lt.delay", "dmi.refused"}) {
      EXPECT_THAT(suite.findings.rules(Verdict::passed), Contains(rule));
    }
  }
  EXPECT_THAT(kernel.complaints(), IsEmpty());
}

}  // namespace
}  // namespace tensordash::testing
