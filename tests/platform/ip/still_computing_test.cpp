// The hook that is told while operations are computed.
#include <gmock/gmock.h>

#include <atomic>
#include <stdexcept>

#include "tests/differential/systemc_kernel.h"
#include "tests/platform/ip/guest_bench.h"

namespace tensordash::testing {
namespace {

class StillComputing : public ::testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Styles, StillComputing, ::testing::Range(0U, 4U));

TEST_P(StillComputing, MayEndADescriptorAndNoOther) {
  const differential::SystemCKernel kernel;
  {
    std::atomic<unsigned> told{0};
    std::atomic<bool> ends{true};
    AcceleratorParameters parameters = small_machine(all_styles[GetParam()]);
    parameters.still_computing = [&] {
      ++told;
      if (ends) throw std::runtime_error("enough");
    };
    GuestBench bench("bench", parameters, {});
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    bench.start();
    std::mt19937 random(1);
    const GuestLayer layer(small_shape(), random, bench.bytes, true);
    bench.submit(layer.descriptor(Operation::forward));
    ASSERT_TRUE(bench.wait_idle());
    EXPECT_GT(told, 0U);
    EXPECT_EQ(bench.syndrome().code, static_cast<std::uint32_t>(ErrorCode::internal));
    EXPECT_FALSE(layer.right(Operation::forward, bench.bytes));
    ends = false;
    bench.submit(layer.descriptor(Operation::forward));
    ASSERT_TRUE(bench.wait_idle());
    EXPECT_TRUE(layer.right(Operation::forward, bench.bytes));
  }
  EXPECT_THAT(kernel.complaints(), ::testing::IsEmpty());
}

}  // namespace
}  // namespace tensordash::testing
