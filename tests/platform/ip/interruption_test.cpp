// Aborts, soft resets and resets at any moment.
#include <gmock/gmock.h>

#include "tests/differential/systemc_kernel.h"
#include "tests/platform/ip/guest_bench.h"

namespace tensordash::testing {
namespace {

constexpr std::uint32_t enable = 1, abort_it = 1U << 8U, reset_it = 1U << 9U;
constexpr std::uint32_t status_idle = 1, status_running = 2, status_aborting = 4;
constexpr unsigned operations = 3;

enum class Means { abort, soft_reset, pin };

class Interrupted : public GuestBench {
 public:
  Interrupted(const AcceleratorParameters& parameters, const RamParameters& ram, unsigned seed)
      : GuestBench("bench", parameters, ram), random(seed) {
    fill_with_garbage(memory, ram.bytes, seed);
    layer = std::make_unique<GuestLayer>(small_shape(), random, bytes, true);
    // A of the layer from its groups into C order.
    convert = layer->descriptor(Operation::forward);
    convert.command(5);
    convert.words[1] = 0x800;
    for (const unsigned word : {32U, 34U}) {
      convert.address(word, address_in(convert, word - 12));
    }
    for (unsigned word = 20; word < 32; ++word) convert.words[word] = 0;
    convert.address(36, (layer->end() + 4095) / 4096 * 4096);
  }

  void some_time(unsigned most_ns) {
    sc_core::sc_start(
        sc_core::sc_time(static_cast<double>(1 + random() % (1000 * most_ns)), sc_core::SC_PS));
  }

  void submit_some() {
    for (unsigned count = 1 + random() % 3; count != 0; --count) {
      const unsigned which = random() % (operations + 1);
      if (which == operations) {
        submit(convert);
      } else {
        submit(layer->descriptor(static_cast<Operation>(which)));
      }
    }
  }

  void interrupt(Means means, std::uint32_t enabled) {
    switch (means) {
      case Means::abort:
        write(0x20, enabled | abort_it);
        break;
      case Means::soft_reset:
        write(0x20, reset_it);
        break;
      case Means::pin:
        rst_n.write(false);
        some_time(20);
        rst_n.write(true);
        settle();
        break;
    }
  }

  void require_consistent() {
    settle();
    const std::uint32_t status = read(0x24);
    EXPECT_NE((status & status_idle) != 0, (status & (status_running | status_aborting)) != 0 ||
                                               (read(0x4c) != read(0x50) && (read(0x20) & 1) != 0));
    EXPECT_EQ(irq.read(), (read(0x28) & read(0x2c)) != 0);
  }

  std::mt19937 random;
  std::unique_ptr<GuestLayer> layer;
  HandDescriptor convert;
};

void interrupt_often(const Style& style, unsigned rounds, const RamParameters& ram, unsigned seed) {
  const differential::SystemCKernel kernel;
  unsigned aborted = 0, reset = 0;
  {
    Interrupted bench(small_machine(style), ram, seed);
    const unsigned span = 1500;
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    bench.start();
    for (unsigned round = 0; round < rounds; ++round) {
      SCOPED_TRACE(std::string(style.name) + " round " + std::to_string(round));
      bench.write(0x28, bench.random() % 16);
      bench.clear();
      bench.submit_some();
      bench.some_time(bench.random() % 4 == 0 ? 40 : span);
      const bool running = (bench.read(0x24) & status_running) != 0;
      const std::uint32_t head = bench.read(0x4c);
      Means last = static_cast<Means>(bench.random() % 3);
      bool was_reset = last != Means::abort;
      bench.interrupt(last, enable);
      bench.require_consistent();
      // Often once more before it has come to rest.
      for (unsigned more = bench.random() % 3; more != 0; --more) {
        bench.some_time(bench.random() % 2 == 0 ? 5 : 100);
        last = static_cast<Means>(bench.random() % 3);
        was_reset = was_reset || last != Means::abort;
        bench.interrupt(last, 0);
        bench.require_consistent();
      }
      if (was_reset) {
        ++reset;
        EXPECT_EQ(bench.read(0x4c), 0U);
        EXPECT_EQ(bench.read(0x50), 0U);
        EXPECT_EQ(bench.read(0x2c), 0U);
      }
      ASSERT_TRUE(bench.wait_idle());
      bench.require_consistent();
      EXPECT_EQ(bench.read(0x24), status_idle);
      EXPECT_EQ(bench.memory.in_flight(), 0U);
      if (!was_reset && running) {
        ++aborted;
        EXPECT_EQ(bench.syndrome().code, 17U);
        EXPECT_EQ(bench.syndrome().descriptor, head);
        EXPECT_EQ(bench.read(0x4c), head + 1);
        EXPECT_EQ(bench.read(0x2c) & 0xaU, 0xaU);
        EXPECT_EQ(bench.read(0x20), 0U);
      }
      // What is left in the ring is forgotten, and what comes next is as if nothing had been.
      bench.write(0x20, reset_it);
      ASSERT_TRUE(bench.wait_idle());
      bench.start();
      const auto operation = static_cast<Operation>(bench.random() % operations);
      bench.layer->spoil(operation, bench.bytes);
      bench.run(bench.layer->descriptor(operation));
      EXPECT_EQ(bench.syndrome().code, 0U);
      EXPECT_EQ(bench.read(0x2c), 5U);
      ASSERT_TRUE(bench.layer->right(operation, bench.bytes));
      bench.require_consistent();
      if (::testing::Test::HasFailure()) return;
    }
  }
  EXPECT_GE(aborted, rounds / 20);
  EXPECT_GE(reset, rounds / 4);
  EXPECT_THAT(kernel.complaints(), ::testing::IsEmpty());
}

RamParameters slow_ram() {
  RamParameters ram;
  ram.bytes = std::uint64_t{1} << 18U;
  ram.read_latency = ram.write_latency = sc_core::sc_time(30, sc_core::SC_NS);
  ram.byte_time = sc_core::sc_time(50, sc_core::SC_PS);
  ram.dmi_read_latency = ram.dmi_write_latency = sc_core::sc_time(10, sc_core::SC_PS);
  return ram;
}

RamParameters rude_ram(unsigned seed) {
  RamParameters ram = slow_ram();
  ram.stress.seed = seed;
  ram.stress.request_delay = sc_core::sc_time(7, sc_core::SC_NS);
  ram.stress.response_delay = sc_core::sc_time(60, sc_core::SC_NS);
  ram.stress.any_order = ram.stress.shortcuts = true;
  return ram;
}

class Interruptions : public ::testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Styles, Interruptions, ::testing::Range(0U, 4U));

TEST_P(Interruptions, AtAnyMoment) {
  const Style& style = all_styles[GetParam()];
  const unsigned rounds = style.level == EngineLevel::pin ? 8 : 50;
  interrupt_often(style, rounds * TENSORDASH_ROUNDS, slow_ram(), 1);
}

TEST_P(Interruptions, AtAnyMomentWithARudeMemory) {
  const Style& style = all_styles[GetParam()];
  const unsigned rounds = style.level == EngineLevel::pin ? 8 : 50;
  interrupt_often(style, rounds * TENSORDASH_ROUNDS, rude_ram(2), 2);
}

}  // namespace
}  // namespace tensordash::testing
