// Descriptors that fail, between others that do not.
#include <gmock/gmock.h>

#include <functional>

#include "tests/differential/systemc_kernel.h"
#include "tests/platform/ip/guest_bench.h"

namespace tensordash::testing {
namespace {

constexpr std::uint64_t memory_bytes = 1U << 20U;
constexpr std::uint32_t done = 1, error = 2, empty = 4;
constexpr std::uint64_t nowhere = 0x4000000000U;

struct Fault {
  const char* name;
  std::function<void(HandDescriptor&)> spoil;
  std::uint32_t code, detail;
  std::uint64_t address;
};

const std::vector<Fault>& faults() {
  const auto word = [](unsigned at, std::uint32_t value) {
    return [=](HandDescriptor& bad) { bad.words[at] = value; };
  };
  const auto address = [](unsigned at, std::uint64_t value) {
    return [=](HandDescriptor& bad) { bad.address(at, value); };
  };
  static const std::vector<Fault> all = {
      {"opcode", word(0, 0x1ff), 1, 0, 0},
      {"version", word(0, 0x201), 1, 0, 0},
      {"reserved", word(63, 1), 2, 63, 0},
      {"type", word(1, 2), 3, 1, 0},
      {"shape", word(7, 0), 4, 7, 0},
      {"too large", word(4, 0xffffffffU), 5, 0, 0},
      {"alignment", word(20, 0x10001), 6, 20, 0x10001},
      {"overlap", address(36, 0x1000), 7, 0, 0x1000},
      {"range", address(24, 0xffffffffffffffc0U), 8, 24, 0xffffffffffffffc0U},
      {"no memory to read", address(20, nowhere), 11, 2, nowhere},
      {"no memory to write", address(36, nowhere), 12, 2, nowhere}};
  return all;
}

class DescriptorFaults : public ::testing::TestWithParam<unsigned> {
 protected:
  const Style& style() const { return all_styles[GetParam()]; }
};
INSTANTIATE_TEST_SUITE_P(Styles, DescriptorFaults, ::testing::Range(0U, 4U));

TEST_P(DescriptorFaults, BetweenTwoGoodOnes) {
  const differential::SystemCKernel kernel;
  {
    RamParameters ram;
    ram.bytes = memory_bytes;
    GuestBench bench("bench", small_machine(style()), ram);
    fill_with_garbage(bench.memory, memory_bytes, 1);
    std::mt19937 random(1);
    const GuestLayer layer(small_shape(), random, bench.bytes, false);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    bench.start();
    bench.write(0x28, 0xf);
    std::uint32_t head = 0, errors = 0;
    for (const Fault& fault : faults()) {
      for (const Operation operation : {Operation::forward, Operation::backward_data}) {
        layer.spoil(operation, bench.bytes);
      }
      HandDescriptor bad = layer.descriptor(Operation::forward);
      fault.spoil(bad);
      bench.clear();
      bench.submit(layer.descriptor(Operation::forward));
      bench.submit(bad);
      bench.submit(layer.descriptor(Operation::backward_data, 0));
      ASSERT_TRUE(bench.wait_idle()) << fault.name;
      const Syndrome got = bench.syndrome();
      EXPECT_EQ(got.code, fault.code) << fault.name;
      EXPECT_EQ(got.detail, fault.detail) << fault.name;
      if (fault.address != nowhere) {
        EXPECT_EQ(got.address, fault.address) << fault.name;
      } else {
        EXPECT_GE(got.address, nowhere) << fault.name;
        EXPECT_LT(got.address, nowhere + 0x10000) << fault.name;
      }
      EXPECT_EQ(got.descriptor, head + 1) << fault.name;
      EXPECT_EQ(bench.read(0x4c), head += 3) << fault.name;
      EXPECT_EQ(bench.read(0x70), ++errors) << fault.name;
      EXPECT_EQ(bench.read(0x2c), done | error | empty) << fault.name;
      EXPECT_EQ(bench.read(0x24), 1U) << fault.name;
      EXPECT_TRUE(bench.irq.read());
      EXPECT_TRUE(layer.right(Operation::forward, bench.bytes)) << fault.name;
      EXPECT_TRUE(layer.right(Operation::backward_data, bench.bytes)) << fault.name;
    }
    bench.write(0x80, 1);
    EXPECT_EQ(bench.counter(1), 2 * faults().size());
  }
  EXPECT_THAT(kernel.complaints(), ::testing::IsEmpty());
}

TEST_P(DescriptorFaults, StopOnErrorLeavesTheRestForLater) {
  const differential::SystemCKernel kernel;
  {
    GuestBench bench("bench", small_machine(style()), {});
    std::mt19937 random(1);
    const GuestLayer layer(small_shape(), random, bench.bytes, true);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    bench.start(3, 3);
    HandDescriptor bad;
    bad.words[0] = 0xff;
    layer.spoil(Operation::forward, bench.bytes);
    bench.submit(bad);
    bench.submit(layer.descriptor(Operation::forward));
    ASSERT_TRUE(bench.wait_idle());
    sc_core::sc_start(sc_core::sc_time(10, sc_core::SC_US));
    EXPECT_EQ(bench.read(0x20), 2U);
    EXPECT_EQ(bench.read(0x4c), 1U);
    EXPECT_EQ(bench.read(0x2c), error);
    EXPECT_FALSE(layer.right(Operation::forward, bench.bytes));
    bench.write(0x20, 3);
    ASSERT_TRUE(bench.wait_idle());
    EXPECT_EQ(bench.read(0x4c), 2U);
    EXPECT_EQ(bench.read(0x2c), done | error | empty);
    EXPECT_TRUE(layer.right(Operation::forward, bench.bytes));
  }
  EXPECT_THAT(kernel.complaints(), ::testing::IsEmpty());
}

/// The memory refuses one line of a tensor: its first, one in the middle, or its last.
TEST_P(DescriptorFaults, LinesThatTheMemoryRefuses) {
  struct Line {
    unsigned word;
    std::uint64_t at;
    tlm::tlm_response_status response;
    std::uint32_t code, detail;
  };
  // A has 10 groups, W 16, O 6.
  const std::vector<Line> lines = {{20, 0, tlm::TLM_GENERIC_ERROR_RESPONSE, 11, 1},
                                   {20, 5 * 1024 + 64, tlm::TLM_ADDRESS_ERROR_RESPONSE, 11, 2},
                                   {24, 7 * 1024, tlm::TLM_COMMAND_ERROR_RESPONSE, 11, 3},
                                   {36, 0, tlm::TLM_BURST_ERROR_RESPONSE, 12, 4},
                                   {36, 3 * 1024 + 512, tlm::TLM_GENERIC_ERROR_RESPONSE, 12, 1},
                                   {36, 6 * 1024 - 64, tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE, 12, 5}};
  for (const Line& line : lines) {
    const differential::SystemCKernel kernel;
    {
      ImageMemory scratch;
      std::mt19937 seed(1);
      const GuestLayer where(small_shape(), seed, scratch, false);
      const HandDescriptor descriptor = where.descriptor(Operation::forward);
      const std::uint64_t refused = address_in(descriptor, line.word) + line.at;
      RamParameters ram;
      ram.stress.refusals = {{refused, refused + 63, line.response}};
      GuestBench bench("bench", small_machine(style()), ram);
      std::mt19937 random(1);
      const GuestLayer layer(small_shape(), random, bench.bytes, false);
      const GuestLayer other(small_shape(), random, bench.bytes, true, 0x80000);
      sc_core::sc_start(sc_core::SC_ZERO_TIME);
      bench.start();
      bench.submit(layer.descriptor(Operation::forward));
      bench.submit(other.descriptor(Operation::forward));
      ASSERT_TRUE(bench.wait_idle());
      const Syndrome got = bench.syndrome();
      EXPECT_EQ(got.code, line.code) << line.word << " " << line.at;
      EXPECT_EQ(got.detail, line.detail);
      EXPECT_EQ(got.address, refused);
      EXPECT_EQ(got.descriptor, 0U);
      EXPECT_EQ(bench.read(0x4c), 2U);
      EXPECT_EQ(bench.read(0x2c), done | error | empty);
      EXPECT_TRUE(other.right(Operation::forward, bench.bytes));
      EXPECT_EQ(bench.memory.in_flight(), 0U);
    }
    EXPECT_THAT(kernel.complaints(), ::testing::IsEmpty());
  }
}

TEST_P(DescriptorFaults, DirectoriesAndGroupsThatCannotBe) {
  const differential::SystemCKernel kernel;
  {
    GuestBench bench("bench", small_machine(style()), {});
    std::mt19937 random(1);
    const GuestLayer layer(small_shape(), random, bench.bytes, true);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    bench.start();
    const HandDescriptor descriptor = layer.descriptor(Operation::forward);
    const std::uint64_t entry = address_in(descriptor, 22) + 2 * 3;
    const std::uint64_t slot = address_in(descriptor, 20) + 3 * 1024;
    struct Corruption {
      std::uint64_t at;
      std::vector<std::uint8_t> bytes;
      std::uint32_t code;
      std::uint64_t address;
    };
    const std::vector<Corruption> all = {{entry, {0x55, 0x55}, 13, entry},
                                         {entry, {0, 0}, 13, entry},
                                         {slot, std::vector<std::uint8_t>(32, 0xff), 14, slot}};
    for (const Corruption& corruption : all) {
      std::vector<std::uint8_t> before(corruption.bytes.size());
      bench.bytes.read(corruption.at, before.data(), before.size());
      bench.bytes.write(corruption.at, corruption.bytes.data(), corruption.bytes.size());
      bench.run(descriptor);
      EXPECT_EQ(bench.syndrome().code, corruption.code);
      EXPECT_EQ(bench.syndrome().address, corruption.address);
      bench.bytes.write(corruption.at, before.data(), before.size());
      layer.spoil(Operation::forward, bench.bytes);
      bench.run(descriptor);
      EXPECT_EQ(bench.syndrome().code, 0U);
      EXPECT_TRUE(layer.right(Operation::forward, bench.bytes));
    }
  }
  EXPECT_THAT(kernel.complaints(), ::testing::IsEmpty());
}

TEST_P(DescriptorFaults, RingsThatAreWrong) {
  const differential::SystemCKernel kernel;
  {
    GuestBench bench("bench", small_machine(style()), {});
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    bench.start(2);
    for (const std::uint32_t tail : {5U, 0x80000000U, 0xffffffffU}) {
      bench.clear();
      bench.write(0x50, tail);
      bench.settle();
      EXPECT_EQ(bench.syndrome().code, 15U);
      EXPECT_EQ(bench.read(0x50), 0U);
      EXPECT_EQ(bench.read(0x24), 1U);
      EXPECT_EQ(bench.read(0x2c), error);
    }
    bench.clear();
    bench.start(5);  // of 4 at most
    EXPECT_EQ(bench.read(0x20), 0U);
    EXPECT_EQ(bench.syndrome().code, 16U);
    bench.clear();
    bench.start(1, 1, 0xffffffffffffff00U);
    EXPECT_EQ(bench.read(0x20), 0U);
    EXPECT_EQ(bench.syndrome().code, 16U);
    EXPECT_EQ(bench.syndrome().address, 0xffffffffffffff00U);
    // The last descriptor of the address space may be one, though here is no memory.
    for (const std::uint64_t base : {std::uint64_t{0xffffffffffffff00U}, nowhere}) {
      bench.start(0, 1, base);
      EXPECT_EQ(bench.read(0x20), 1U);
      bench.clear();
      const std::uint32_t head = bench.read(0x4c);
      bench.write(0x50, head + 1);
      ASSERT_TRUE(bench.wait_idle());
      EXPECT_EQ(bench.syndrome().code, 10U);
      EXPECT_EQ(bench.syndrome().detail, 2U);
      EXPECT_EQ(bench.syndrome().address, base);
      EXPECT_EQ(bench.syndrome().descriptor, head);
      EXPECT_EQ(bench.read(0x4c), head + 1);
      EXPECT_EQ(bench.read(0x2c), error | empty);
    }
    // The ring wraps around where its places end.
    bench.start(2);
    const std::uint32_t head = bench.read(0x4c);
    HandDescriptor nothing;
    nothing.command(0, interrupt_flag);
    for (unsigned round = 0; round < 9; ++round) {
      bench.run(nothing);
      EXPECT_EQ(bench.syndrome().code, 0U);
      EXPECT_EQ(bench.read(0x2c), done | empty);
    }
    EXPECT_EQ(bench.read(0x4c), head + 9);
  }
  EXPECT_THAT(kernel.complaints(), ::testing::IsEmpty());
}

/// RING_HEAD would pass RING_TAIL, and 2^32 descriptors would seem to wait.
TEST_P(DescriptorFaults, WhatRunsCannotBeTakenBack) {
  const differential::SystemCKernel kernel;
  {
    RamParameters slow;
    slow.read_latency = sc_core::sc_time(500, sc_core::SC_NS);
    GuestBench bench("bench", small_machine(style()), slow);
    std::mt19937 random(1);
    const GuestLayer layer(small_shape(), random, bench.bytes, false);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    bench.start();
    bench.submit(layer.descriptor(Operation::forward));
    bench.submit(layer.descriptor(Operation::forward));
    sc_core::sc_start(sc_core::sc_time(200, sc_core::SC_NS));
    ASSERT_EQ(bench.read(0x24), 2U);
    bench.write(0x50, 0);
    EXPECT_EQ(bench.read(0x50), 2U);
    EXPECT_EQ(bench.syndrome().code, 15U);
    bench.clear();
    bench.write(0x50, 1);  // the other can be
    EXPECT_EQ(bench.read(0x50), 1U);
    ASSERT_TRUE(bench.wait_idle());
    EXPECT_EQ(bench.syndrome().code, 0U);
    EXPECT_EQ(bench.read(0x4c), 1U);
    EXPECT_EQ(bench.read(0x2c), done | empty);
    // After a reset nothing of what is still coming to rest counts.
    bench.write(0x50, 2);
    sc_core::sc_start(sc_core::sc_time(200, sc_core::SC_NS));
    bench.write(0x20, 0x200);
    bench.write(0x50, 0);
    bench.write(0x50, 1);
    bench.write(0x50, 0);
    EXPECT_EQ(bench.syndrome().code, 0U);
    ASSERT_TRUE(bench.wait_idle());
    EXPECT_EQ(bench.read(0x4c), 0U);
    EXPECT_EQ(bench.read(0x2c), 0U);
  }
  EXPECT_THAT(kernel.complaints(), ::testing::IsEmpty());
}

}  // namespace
}  // namespace tensordash::testing
