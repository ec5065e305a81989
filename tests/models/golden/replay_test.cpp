#include "models/golden/replay.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "tests/models/golden/bits.h"
#include "tests/models/golden/naive_machine.h"

namespace tensordash::golden_testing {
namespace {

using golden::Replay;

/// The kernels that this processor can run.
std::vector<const golden::ColumnKernels*> all_kernels() {
  std::vector<const golden::ColumnKernels*> kernels{&golden::portable_kernels};
  if (&golden::column_kernels() != &golden::portable_kernels) {
    kernels.push_back(&golden::column_kernels());
  }
  return kernels;
}

/// Columns lie side by side; streams end with the place of zeros that idle lanes point to.
std::vector<float> replayed_columns(const golden::ColumnKernels& kernels,
                                    const std::vector<StreamPlace>& slots, std::size_t lanes,
                                    std::vector<float> b, std::vector<float> a,
                                    std::size_t columns) {
  const std::size_t length = b.size();
  b.push_back(0.0f);
  a.resize(a.size() + columns, 0.0f);
  std::vector<float> sums(columns, 77.0f);
  Replay replay(lanes, kernels);
  replay.prepare(slots, b.data(), length);
  replay.run({a.data(), columns, columns}, sums.data());
  return sums;
}

std::uint32_t replayed(const std::vector<StreamPlace>& slots, std::size_t lanes,
                       const std::vector<float>& b, const std::vector<float>& a) {
  return bits_of(replayed_columns(golden::portable_kernels, slots, lanes, b, a, 1)[0]);
}

TEST(Replay, the_tree_adds_neighbours_first) {
  // 2^24 + 1 is a tie that falls back to 2^24; which 1 gets lost tells the order.
  EXPECT_EQ(replayed({0, 1, 2, 3}, 4, {0x1p24f, 1, 1, 1}, {1, 1, 1, 1}), bits_of(0x1p24f + 2));
  EXPECT_EQ(replayed({0, 1, 2, 3}, 4, {1, 1, 0x1p24f, -0x1p24f}, {1, 1, 1, 1}), bits_of(2.0f));
  EXPECT_EQ(replayed({0, 1, 2, 3}, 4, {0x1p24f, 1, -0x1p24f, 1}, {1, 1, 1, 1}), bits_of(1.0f));
}

TEST(Replay, a_lane_count_that_is_no_power_of_two_is_padded) {
  // Three lanes: (0+1) + (2 + nothing).
  EXPECT_EQ(replayed({0, 1, 2}, 3, {0x1p24f, 1, 1}, {1, 1, 1}), bits_of(0x1p24f));
  EXPECT_EQ(replayed({0, 1, 2}, 3, {1, 1, 0x1p24f}, {1, 1, 1}), bits_of(0x1p24f + 2));
}

TEST(Replay, one_lane_adds_in_order) {
  EXPECT_EQ(replayed({2, 0, 1}, 1, {1, -0x1p24f, 0x1p24f}, {1, 1, 1}), bits_of(0.0f));
  EXPECT_EQ(replayed({2, 1, 0}, 1, {1, -0x1p24f, 0x1p24f}, {1, 1, 1}), bits_of(1.0f));
}

TEST(Replay, products_are_rounded_before_they_are_added) {
  // (1 + 2^-12)^2 = 1 + 2^-11 + 2^-24 rounds to 1 + 2^-11.
  const float x = 1.0f + 0x1p-12f;
  EXPECT_EQ(replayed({0, 1}, 2, {x, -1.0f}, {x, 1.0f}), bits_of(0x1p-11f));
}

TEST(Replay, nothing_taken_is_plus_zero) {
  EXPECT_EQ(replayed({}, 2, {}, {}), 0u);
  EXPECT_EQ(replayed({idle_slot, 0}, 2, {-0.0f}, {1.0f}), 0u);
  EXPECT_EQ(replayed({0}, 1, {-0.0f}, {1.0f}), 0u) << "+0 + -0 is +0";
}

TEST(Replay, not_a_number_has_one_form) {
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(replayed({0}, 1, {infinity}, {0.0f}), 0x7fc00000u);
  EXPECT_EQ(replayed({0}, 1, {float_of(0xffc12345)}, {1.0f}), 0x7fc00000u);
  EXPECT_EQ(replayed({0, 1}, 2, {infinity, infinity}, {1.0f, -1.0f}), 0x7fc00000u);
  EXPECT_EQ(replayed({0, 1}, 2, {infinity, 1.0f}, {-1.0f, 1.0f}), 0xff800000u);
}

TEST(Replay, overflow_and_subnormals) {
  EXPECT_EQ(replayed({0}, 1, {0x1p100f}, {0x1p100f}), 0x7f800000u);
  EXPECT_EQ(replayed({0}, 1, {0x1p-100f}, {0x3p-50f}), 2u) << "1.5 * 2^-149, a tie";
  EXPECT_EQ(replayed({0, 1}, 2, {0x1p-149f, 0x1p-149f}, {1.0f, 2.0f}), 3u);
}

/// Every column of every width of block does what a plain loop over one column does.
TEST(Replay, equals_native_float_arithmetic) {
  std::mt19937 random(11);
  for (const golden::ColumnKernels* kernels : all_kernels()) {
    for (std::size_t lanes : {1u, 2u, 3u, 5u, 8u, 16u, 24u, 40u}) {
      for (int trial = 0; trial < 100; ++trial) {
        const std::size_t columns = 1 + random() % 40;
        const std::size_t places = lanes * (1 + random() % 6);
        std::vector<float> b, interleaved;
        for (std::size_t k = 0; k < places; ++k)
          b.push_back(float_of(static_cast<std::uint32_t>(random())));
        for (std::size_t k = 0; k < places * columns; ++k) {
          const bool extreme = random() % 50 == 0;
          interleaved.push_back(float_of(extreme ? static_cast<std::uint32_t>(random())
                                                 : 0x3f000000u + random() % 0x1000000u));
        }
        std::vector<StreamPlace> slots;
        for (std::size_t k = 0; k < places; ++k) {
          const auto place = static_cast<StreamPlace>(random() % places);
          slots.push_back(random() % 4 == 0 ? idle_slot : place);
        }
        const std::vector<float> sums =
            replayed_columns(*kernels, slots, lanes, b, interleaved, columns);
        for (std::size_t column = 0; column < columns; ++column) {
          std::vector<float> a;
          for (std::size_t k = 0; k < places; ++k) a.push_back(interleaved[k * columns + column]);
          ASSERT_EQ(bits_of(sums[column]), bits_of(run_pe(slots, lanes, b, a)));
        }
      }
    }
  }
}

}  // namespace
}  // namespace tensordash::golden_testing
