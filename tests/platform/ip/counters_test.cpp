// The performance counters.
#include <gmock/gmock.h>

#include "tests/differential/systemc_kernel.h"
#include "tests/platform/ip/guest_bench.h"

namespace tensordash::testing {
namespace {

constexpr unsigned cycles = 0, descriptors = 1, operation_cycles = 2, issued = 4, read_bytes = 5,
                   written_bytes = 6, read_requests = 7, write_requests = 8, result_values = 9,
                   result_zeros = 10, first_category = 11;

class Counters : public ::testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Styles, Counters, ::testing::Range(0U, 4U));

void expect_consistent(GuestBench& bench) {
  std::uint64_t lane_cycles = 0;
  for (unsigned at = first_category; at < counter_count; ++at) lane_cycles += bench.counter(at);
  EXPECT_EQ(lane_cycles, bench.counter(operation_cycles) * 2 * 16 * 2 * 2);
  EXPECT_LE(bench.counter(operation_cycles), bench.counter(cycles));
  EXPECT_LE(bench.counter(result_zeros), bench.counter(result_values));
  EXPECT_LE(bench.counter(read_requests), bench.counter(read_bytes));
  EXPECT_LE(bench.counter(read_bytes), 64 * bench.counter(read_requests));
  EXPECT_LE(bench.counter(written_bytes), 64 * bench.counter(write_requests));
}

TEST_P(Counters, AreOneStateAtEverySnapshot) {
  const Style& style = all_styles[GetParam()];
  const differential::SystemCKernel kernel;
  {
    RamParameters ram;
    ram.read_latency = ram.write_latency = sc_core::sc_time(20, sc_core::SC_NS);
    GuestBench bench("bench", small_machine(style), ram);
    std::mt19937 random(3);
    const GuestLayer layer(small_shape(), random, bench.bytes, true);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    bench.start();
    std::uint64_t done = 0, clocks = 0;
    for (unsigned round = 0; round < 6; ++round) {
      const auto operation = static_cast<Operation>(round % 3);
      bench.submit(layer.descriptor(operation, round % 2 == 0 ? 0 : dense_flag));
      ++done;
      while ((bench.read(0x24) & 1U) == 0) {
        sc_core::sc_start(sc_core::sc_time(73, sc_core::SC_NS));
        bench.write(0x80, 1);
        expect_consistent(bench);
        EXPECT_GE(bench.counter(cycles), clocks);
        clocks = bench.counter(cycles);
      }
      bench.write(0x80, 1);
      EXPECT_EQ(bench.counter(descriptors), done);
    }
    EXPECT_GT(bench.counter(issued), 0U);
    // O 17 * 3 * 3, GA 18 * 5 * 4, GW 17 * 18 * 2 * 2, each twice.
    EXPECT_EQ(bench.counter(result_values), 2U * (153 + 360 + 1224));
    EXPECT_EQ(bench.counter(written_bytes), 2U * 1024 * (6 + 10 + 16));
    // Held until the next, also when they are cleared.
    const std::uint64_t held = bench.counter(cycles);
    bench.write(0x80, 3);
    EXPECT_EQ(bench.counter(cycles), held);
    bench.write(0x80, 1);
    for (unsigned at = 0; at < counter_count; ++at) EXPECT_EQ(bench.counter(at), 0U) << at;
    bench.run(layer.descriptor(Operation::forward));
    EXPECT_EQ(bench.counter(cycles), 0U);
    bench.write(0x80, 1);
    EXPECT_EQ(bench.counter(result_values), 153U);
    EXPECT_EQ(bench.counter(descriptors), 1U);
    expect_consistent(bench);
  }
  EXPECT_THAT(kernel.complaints(), ::testing::IsEmpty());
}

}  // namespace
}  // namespace tensordash::testing
