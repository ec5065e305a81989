// Memories of every temper give the same results.
#include <gmock/gmock.h>

#include "tests/differential/systemc_kernel.h"
#include "tests/platform/ip/guest_bench.h"

namespace tensordash::testing {
namespace {

struct Temper {
  const char* name;
  RamParameters memory;
};

std::vector<Temper> tempers() {
  RamParameters quick, slow, rude, closed, narrow;
  slow.read_latency = sc_core::sc_time(90, sc_core::SC_NS);
  slow.write_latency = sc_core::sc_time(35, sc_core::SC_NS);
  slow.byte_time = sc_core::sc_time(130, sc_core::SC_PS);
  rude.stress.request_delay = sc_core::sc_time(9, sc_core::SC_NS);
  rude.stress.response_delay = sc_core::sc_time(200, sc_core::SC_NS);
  rude.stress.any_order = rude.stress.shortcuts = true;
  closed.stress.deny_dmi = closed.stress.deny_debug = true;
  narrow.queue = 1;
  narrow.stress = rude.stress;
  narrow.stress.deny_debug = true;
  narrow.stress.seed = 9;
  return {{"quick", quick}, {"slow", slow}, {"rude", rude}, {"closed", closed}, {"narrow", narrow}};
}

class Tempers : public ::testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Styles, Tempers, ::testing::Range(0U, 4U));

TEST_P(Tempers, GiveTheSameBytes) {
  const Style& style = all_styles[GetParam()];
  for (const Temper& temper : tempers()) {
    if (style.level == EngineLevel::pin && temper.memory.stress.seed == 1) continue;
    const differential::SystemCKernel kernel;
    {
      GuestBench bench("bench", small_machine(style, random_layers_log2), temper.memory);
      fill_with_garbage(bench.memory, temper.memory.bytes, 3);
      std::mt19937 random(5);
      sc_core::sc_start(sc_core::SC_ZERO_TIME);
      bench.start();
      const unsigned layers = style.level == EngineLevel::pin ? 1 : 4;
      for (unsigned number = 0; number < layers; ++number) {
        const LayerShape shape =
            number == 0 ? small_shape() : dataflow_testing::random_shape(random);
        const GuestLayer layer(shape, random, bench.bytes, number % 2 == 0);
        ASSERT_LT(layer.end(), temper.memory.bytes);
        for (const Operation operation : all_operations) {
          bench.run(layer.descriptor(operation));
          EXPECT_EQ(bench.syndrome().code, 0U) << style.name << " " << temper.name << " " << number;
          EXPECT_TRUE(layer.right(operation, bench.bytes)) << style.name << " " << temper.name;
        }
      }
    }
    EXPECT_THAT(kernel.complaints(), ::testing::IsEmpty()) << style.name << " " << temper.name;
  }
}

/// Filters that lie in the padding for the most part, and strides that pass it.
TEST_P(Tempers, ShapesAtTheEdgeOfSense) {
  const Style& style = all_styles[GetParam()];
  const differential::SystemCKernel kernel;
  {
    GuestBench bench("bench", small_machine(style), {});
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    bench.start();
    std::mt19937 random(7);
    const std::vector<LayerShape> shapes = {
        conv2d_shape({1, 2, 1, 1}, {3, 2, 1, 1}, {1, 1}, {5, 4}, {1, 1}, 1),
        conv2d_shape({1, 2, 2, 3}, {3, 2, 2, 2}, {9, 7}, {6, 5}, {3, 4}, 1),
        conv2d_shape({2, 4, 1, 2}, {4, 2, 1, 1}, {1000, 1000}, {999, 1001}, {1, 1}, 2),
        conv2d_shape({1, 1, 3, 3}, {1, 1, 2, 2}, {1, 1}, {8, 8}, {7, 7}, 1),
        conv2d_shape({1, 1, 1, 1}, {1, 1, 2, 1}, {1048576, 1}, {1048576, 0}, {1048576, 1}, 1)};
    for (const LayerShape& shape : shapes) {
      const GuestLayer layer(shape, random, bench.bytes, true);
      for (const Operation operation : all_operations) {
        for (const bool removed : {false, true}) {
          if (removed && operation != Operation::backward_data) continue;
          layer.spoil(operation, bench.bytes);
          bench.run(layer.descriptor(operation, removed ? removed_flag : dense_flag));
          EXPECT_EQ(bench.syndrome().code, 0U) << style.name << " " << name_of(operation);
          EXPECT_TRUE(layer.right(operation, bench.bytes)) << style.name << name_of(operation);
        }
      }
    }
  }
  EXPECT_THAT(kernel.complaints(), ::testing::IsEmpty());
}

/// What another initiator does to the operands in the meantime is told, as what it is.
TEST_P(Tempers, OperandsThatChangeAreData) {
  const Style& style = all_styles[GetParam()];
  const differential::SystemCKernel kernel;
  unsigned told = 0;
  {
    RamParameters slow;
    slow.read_latency = sc_core::sc_time(40, sc_core::SC_NS);
    GuestBench bench("bench", small_machine(style), slow);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    bench.start();
    std::mt19937 random(7);
    const unsigned rounds = style.level == EngineLevel::pin ? 10 : 20;
    for (unsigned round = 0; round < rounds; ++round) {
      const GuestLayer layer(small_shape(), random, bench.bytes, round % 2 == 0);
      const HandDescriptor descriptor = layer.descriptor(Operation::forward);
      bench.clear();
      bench.submit(descriptor);
      sc_core::sc_start(sc_core::sc_time(static_cast<double>(60 + random() % 400), sc_core::SC_NS));
      for (unsigned times = 0; times < 40; ++times) {
        const std::uint64_t at = address_in(descriptor, 20) + random() % (10 * 1024);
        const std::uint8_t byte = random() % 3 == 0 ? 0 : 0x3f;
        bench.bytes.write(at, &byte, 1);
      }
      ASSERT_TRUE(bench.wait_idle());
      const std::uint32_t code = bench.syndrome().code;
      EXPECT_TRUE(code == 0 || code == 13 || code == 14) << style.name << " " << code;
      told += code != 0 ? 1 : 0;
      const GuestLayer after(small_shape(), random, bench.bytes, true);
      bench.run(after.descriptor(Operation::backward_weights));
      EXPECT_EQ(bench.syndrome().code, 0U) << style.name;
      EXPECT_TRUE(after.right(Operation::backward_weights, bench.bytes)) << style.name;
    }
  }
  EXPECT_GT(told, 0U) << style.name;
  EXPECT_THAT(kernel.complaints(), ::testing::IsEmpty());
}

}  // namespace
}  // namespace tensordash::testing
