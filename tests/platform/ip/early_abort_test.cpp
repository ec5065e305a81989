// ABORT before the worker has seen what it ends; and rings that became too small.
#include <gmock/gmock.h>

#include "tests/differential/systemc_kernel.h"
#include "tests/platform/ip/guest_bench.h"

namespace tensordash::testing {
namespace {

constexpr std::uint32_t enable = 1, abort_it = 1U << 8U, done = 1, empty = 4, aborted = 8;
constexpr std::uint32_t control = 0x20, status = 0x24, events = 0x2c, head = 0x4c, tail = 0x50,
                        error_count = 0x70;

class EarlyAborts : public ::testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Styles, EarlyAborts, ::testing::Range(0U, 4U));

class Bench : public GuestBench {
 public:
  explicit Bench(const Style& style) : GuestBench("bench", small_machine(style), {}) {
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    start();
    settle();
  }

  /// As a driver has it: with the local time of its processor.
  void write_late(std::uint32_t offset, std::uint32_t value, double ns) {
    tlm::tlm_generic_payload payload;
    payload.set_command(tlm::TLM_WRITE_COMMAND);
    payload.set_address(offset);
    payload.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
    payload.set_data_length(4);
    payload.set_streaming_width(4);
    sc_core::sc_time delay(ns, sc_core::SC_NS);
    host->b_transport(payload, delay);
    EXPECT_TRUE(payload.is_response_ok());
  }

  /// Nothing of the ring has been touched, and the host knows why.
  void expect_aborted(const GuestLayer& layer, std::uint32_t at) {
    EXPECT_EQ(read(control), 0U);
    ASSERT_TRUE(wait_idle());
    sc_core::sc_start(sc_core::sc_time(3, sc_core::SC_US));
    EXPECT_EQ(read(control), 0U);
    EXPECT_EQ(read(status), 1U);
    EXPECT_EQ(read(events) & (done | empty | aborted), aborted);
    EXPECT_EQ(syndrome().code, 17U);
    EXPECT_EQ(syndrome().descriptor, at);
    EXPECT_EQ(read(error_count), 1U);
    EXPECT_EQ(read(head), at);
    EXPECT_FALSE(layer.right(Operation::forward, bytes));
    write(0x80, 1);
    EXPECT_EQ(counter(2), 0U);
    EXPECT_EQ(counter(7), 0U);
  }

  /// What was left pending runs as if nothing had been.
  void expect_runs(const GuestLayer& layer, std::uint32_t up_to) {
    clear();
    write(control, enable);
    ASSERT_TRUE(wait_idle());
    EXPECT_EQ(read(head), up_to);
    EXPECT_EQ(syndrome().code, 0U);
    EXPECT_EQ(read(events) & (done | empty | aborted), done | empty);
    EXPECT_TRUE(layer.right(Operation::forward, bytes));
  }
};

TEST_P(EarlyAborts, DirectlyBehindTheDoorbell) {
  for (const bool keeps_enable : {true, false}) {
    for (const unsigned times : {1U, 2U}) {
      const differential::SystemCKernel kernel;
      {
        Bench bench(all_styles[GetParam()]);
        std::mt19937 random(3);
        const GuestLayer layer(small_shape(), random, bench.bytes, true);
        layer.spoil(Operation::forward, bench.bytes);
        bench.write(0x28, aborted);
        bench.submit(layer.descriptor(Operation::forward));
        bench.write(control, abort_it | (keeps_enable ? enable : 0));
        for (unsigned time = 1; time < times; ++time) bench.write(control, abort_it);
        bench.expect_aborted(layer, 0);
        EXPECT_TRUE(bench.irq.read());
        EXPECT_EQ(bench.read(tail), 1U);
        bench.expect_runs(layer, 1);
      }
      EXPECT_THAT(kernel.complaints(), ::testing::IsEmpty());
    }
  }
}

TEST_P(EarlyAborts, WhileTheDoorbellIsOnItsWay) {
  for (const double abort_ns : {12.0, 30.0}) {
    const differential::SystemCKernel kernel;
    {
      Bench bench(all_styles[GetParam()]);
      std::mt19937 random(3);
      const GuestLayer layer(small_shape(), random, bench.bytes, true);
      layer.spoil(Operation::forward, bench.bytes);
      HandDescriptor nothing;
      nothing.command(0);
      bench.run(nothing);
      bench.clear();
      bench.write(0x80, 3);
      bench.submit(layer.descriptor(Operation::forward));
      bench.submit(nothing);
      bench.write_late(tail, 3, 12);
      bench.write_late(control, abort_it | enable, abort_ns);
      bench.expect_aborted(layer, 1);
      EXPECT_EQ(bench.read(tail), 3U);
      bench.expect_runs(layer, 3);
    }
    EXPECT_THAT(kernel.complaints(), ::testing::IsEmpty());
  }
}

TEST_P(EarlyAborts, DirectlyBehindEnable) {
  const differential::SystemCKernel kernel;
  {
    Bench bench(all_styles[GetParam()]);
    std::mt19937 random(3);
    const GuestLayer layer(small_shape(), random, bench.bytes, true);
    layer.spoil(Operation::forward, bench.bytes);
    bench.write(control, 0);
    bench.submit(layer.descriptor(Operation::forward));
    bench.settle();
    // IDLE, for ENABLE is 0: there is nothing to end.
    bench.write(control, abort_it);
    bench.settle();
    EXPECT_EQ(bench.read(events), 0U);
    EXPECT_EQ(bench.syndrome().code, 0U);
    bench.write(control, enable);
    bench.write(control, enable | abort_it);
    bench.expect_aborted(layer, 0);
    bench.expect_runs(layer, 1);
  }
  EXPECT_THAT(kernel.complaints(), ::testing::IsEmpty());
}

TEST_P(EarlyAborts, NothingWhenIdle) {
  const differential::SystemCKernel kernel;
  {
    Bench bench(all_styles[GetParam()]);
    std::mt19937 random(3);
    const GuestLayer layer(small_shape(), random, bench.bytes, true);
    for (std::uint32_t round = 0; round < 3; ++round) {
      bench.write(control, enable | abort_it);
      if (round != 1) bench.settle();
      EXPECT_EQ(bench.read(control), enable);
      EXPECT_EQ(bench.read(status), 1U);
      EXPECT_EQ(bench.read(events), 0U);
      EXPECT_EQ(bench.read(error_count), 0U);
      layer.spoil(Operation::forward, bench.bytes);
      bench.run(layer.descriptor(Operation::forward));
      EXPECT_EQ(bench.read(head), round + 1);
      EXPECT_EQ(bench.syndrome().code, 0U);
      EXPECT_EQ(bench.read(control), enable);
      EXPECT_TRUE(layer.right(Operation::forward, bench.bytes));
      bench.clear();
    }
  }
  EXPECT_THAT(kernel.complaints(), ::testing::IsEmpty());
}

TEST(ShrunkRings, AreNotEnabledWithMoreThanTheyHold) {
  const differential::SystemCKernel kernel;
  {
    Bench bench(all_styles[0]);
    HandDescriptor nothing;
    nothing.command(0, interrupt_flag);
    bench.write(control, 0);
    for (unsigned place = 0; place < 8; ++place) bench.submit(nothing);
    for (const unsigned log2 : {0U, 1U, 2U}) {
      bench.clear();
      bench.write(0x48, log2);
      bench.write(control, enable);
      EXPECT_EQ(bench.read(control), 0U) << log2;
      EXPECT_EQ(bench.syndrome().code, 16U) << log2;
      EXPECT_EQ(bench.read(events), 2U) << log2;
      sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_US));
      EXPECT_EQ(bench.read(head), 0U) << log2;
      EXPECT_EQ(bench.read(status), 1U) << log2;
    }
    bench.clear();
    bench.write(0x48, 3);
    bench.write(control, enable);
    EXPECT_EQ(bench.read(control), enable);
    ASSERT_TRUE(bench.wait_idle());
    EXPECT_EQ(bench.read(head), 8U);
    EXPECT_EQ(bench.syndrome().code, 0U);
    // As many as it holds are not too many.
    bench.write(control, 0);
    bench.write(tail, 10);
    bench.write(0x48, 1);
    bench.write(control, enable);
    EXPECT_EQ(bench.read(control), enable);
    ASSERT_TRUE(bench.wait_idle());
    EXPECT_EQ(bench.read(head), 10U);
    EXPECT_EQ(bench.syndrome().code, 0U);
  }
  EXPECT_THAT(kernel.complaints(), ::testing::IsEmpty());
}

}  // namespace
}  // namespace tensordash::testing
