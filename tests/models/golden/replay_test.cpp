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

std::uint32_t replayed(const std::vector<StreamPlace>& slots, std::size_t lanes,
                       const std::vector<float>& b, const std::vector<float>& a) {
  float sum = 0.0f;
  Replay(lanes).run(slots, b.data(), a.data(), 1, 1, &sum);
  return bits_of(sum);
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

/// The machine of this processor does the same with plain float arithmetic.
TEST(Replay, equals_native_float_arithmetic) {
  std::mt19937 random(11);
  for (std::size_t lanes : {1u, 2u, 5u, 8u, 16u, 24u}) {
    for (int trial = 0; trial < 200; ++trial) {
      constexpr std::size_t columns = 7;
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
      std::vector<float> sums(columns, 0.0f);
      Replay(lanes).run(slots, b.data(), interleaved.data(), columns, columns, sums.data());
      for (std::size_t column = 0; column < columns; ++column) {
        std::vector<float> a;
        for (std::size_t k = 0; k < places; ++k) a.push_back(interleaved[k * columns + column]);
        ASSERT_EQ(bits_of(sums[column]), bits_of(run_pe(slots, lanes, b, a)));
      }
    }
  }
}

}  // namespace
}  // namespace tensordash::golden_testing
