#include "models/golden/exact_sum.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "tests/models/golden/bits.h"
#include "tests/models/golden/fixed_point_sum.h"

namespace tensordash::golden_testing {
namespace {

using golden::ExactSum;

std::uint32_t sum_bits(const std::vector<double>& products) {
  ExactSum sum;
  for (double product : products) sum.add(product);
  return bits_of(sum.take());
}

float dot(const std::vector<float>& b, const std::vector<float>& a) {
  ExactSum sum;
  for (std::size_t k = 0; k < b.size(); ++k) {
    sum.add(static_cast<double>(b[k]) * static_cast<double>(a[k]));
  }
  return sum.take();
}

TEST(ExactSum, nothing_is_plus_zero) {
  EXPECT_EQ(sum_bits({}), 0u);
}

TEST(ExactSum, cancellation_is_plus_zero) {
  EXPECT_EQ(sum_bits({-0.0, -0.0}), 0u);
  EXPECT_EQ(sum_bits({0x1p250, 0x1p-298, -0x1p250, -0x1p-298}), 0u);
}

TEST(ExactSum, rounding_to_zero_keeps_the_sign) {
  EXPECT_EQ(sum_bits({0x1p-298}), 0u);
  EXPECT_EQ(sum_bits({-0x1p-298}), 0x80000000u);
  EXPECT_EQ(sum_bits({-0x1p-150}), 0x80000000u) << "half of the smallest, ties to even";
  EXPECT_EQ(sum_bits({-0x1p-150, -0x1p-298}), 0x80000001u);
}

TEST(ExactSum, ties_go_to_even) {
  EXPECT_EQ(sum_bits({1.0, 0x1p-24}), 0x3f800000u);
  EXPECT_EQ(sum_bits({1.0, 0x3p-24}), 0x3f800002u);
}

TEST(ExactSum, the_last_bit_of_all_breaks_a_tie) {
  EXPECT_EQ(sum_bits({1.0, 0x1p-24, 0x1p-298}), 0x3f800001u);
  EXPECT_EQ(sum_bits({1.0, 0x1p-24, -0x1p-298}), 0x3f800000u);
  EXPECT_EQ(sum_bits({1.0, 0x3p-24, -0x1p-298}), 0x3f800001u);
  EXPECT_EQ(sum_bits({-1.0, -0x1p-24, -0x1p-298}), 0xbf800001u);
  EXPECT_EQ(sum_bits({1.0, -0x1p-25}), 0x3f800000u) << "halfway below a power of two";
  EXPECT_EQ(sum_bits({1.0, -0x1p-25, -0x1p-298}), 0x3f7fffffu);
}

TEST(ExactSum, rest_far_below_a_double) {
  // The sum rounds to a double that a second rounding would send the wrong way.
  EXPECT_EQ(sum_bits({1.0, 0x1p-24, 0x1p-100, -0x1p-99}), 0x3f800000u);
  EXPECT_EQ(sum_bits({0x1p24, 1.0, 0x1p-90}), bits_of(0x1p24f + 2));
  EXPECT_EQ(sum_bits({0x1p24, 1.0, -0x1p-90}), bits_of(0x1p24f));
}

TEST(ExactSum, the_largest_part_of_the_rest_has_the_say) {
  EXPECT_EQ(sum_bits({1.0, 0x1p-24, 0x1p-60, -0x1p-120}), 0x3f800001u);
  EXPECT_EQ(sum_bits({1.0, 0x3p-24, -0x1p-60, 0x1p-120}), 0x3f800001u);
}

TEST(ExactSum, a_double_next_to_a_tie_does_not_fall_onto_it) {
  EXPECT_EQ(sum_bits({1.0, 0x3p-24, -0x1p-52, 0x1p-60}), 0x3f800001u);
  EXPECT_EQ(sum_bits({1.0, 0x1p-24, 0x1p-52, -0x1p-60}), 0x3f800001u);
}

TEST(ExactSum, large_terms_that_cancel_leave_the_small_ones) {
  EXPECT_EQ(sum_bits({0x1p255, 1.5, 0x1p100, -0x1p255, 0x1p-30, -0x1p100}),
            bits_of(1.5f + 0x1p-30f));
  EXPECT_EQ(sum_bits({0x1p200, 0x1p-149, -0x1p200}), 1u);
}

TEST(ExactSum, overflow_begins_halfway_to_the_next_step) {
  const double largest = std::numeric_limits<float>::max();
  EXPECT_EQ(sum_bits({largest, 0x1p103}), 0x7f800000u);
  EXPECT_EQ(sum_bits({largest, 0x1p103, -0x1p-298}), 0x7f7fffffu);
  EXPECT_EQ(sum_bits({-largest, -0x1p103}), 0xff800000u);
  EXPECT_EQ(sum_bits({0x1p255, -0x1p255, 0x1p255}), 0x7f800000u);
}

TEST(ExactSum, take_starts_again) {
  ExactSum sum;
  sum.add(0x1p200);
  sum.add(0x1p-200);
  sum.add(1.0);
  EXPECT_EQ(bits_of(sum.take()), 0x7f800000u);
  sum.add(3.0);
  EXPECT_EQ(sum.take(), 3.0f);
  EXPECT_EQ(bits_of(sum.take()), 0u);
}

/// Finite values whose exponents lie in [low, low + width) of the biased field.
class Values {
 public:
  Values(unsigned seed, unsigned low, unsigned width) : random_(seed), low_(low), width_(width) {}

  float next() {
    const std::uint32_t significand = short_() ? random_() & 0x7 : random_() & 0x7fffff;
    return float_of((random_() & 1) << 31 | (low_ + random_() % width_) << 23 | significand);
  }

 private:
  bool short_() { return random_() % 2 == 0; }

  std::mt19937 random_;
  std::uint32_t low_, width_;
};

void compare_random_dots(unsigned seed, unsigned low, unsigned width) {
  Values values(seed, low, width);
  std::mt19937 random(seed + 1);
  for (int trial = 0; trial < 3000; ++trial) {
    std::vector<float> b, a;
    const unsigned length = 1 + random() % 40;
    for (unsigned k = 0; k < length; ++k) {
      b.push_back(values.next());
      a.push_back(values.next());
      if (random() % 3 == 0) {  // comes back with the other sign, sometimes a little changed
        const std::size_t twin = random() % b.size();
        b.push_back(-b[twin]);
        a.push_back(random() % 2 == 0 ? a[twin] : float_of(bits_of(a[twin]) ^ 1u));
      }
    }
    ASSERT_EQ(bits_of(dot(b, a)), bits_of(fixed_point_dot(b, a))) << "trial " << trial;
  }
}

TEST(ExactSum, random_dots_of_all_magnitudes) {
  compare_random_dots(1, 0, 255);
}
TEST(ExactSum, random_dots_of_subnormal_results) {
  compare_random_dots(2, 40, 30);
}
TEST(ExactSum, random_dots_of_subnormal_operands) {
  compare_random_dots(3, 0, 2);
}
TEST(ExactSum, random_dots_with_subnormal_times_large) {
  compare_random_dots(4, 0, 160);
}
TEST(ExactSum, random_dots_near_overflow) {
  compare_random_dots(5, 188, 4);
}
TEST(ExactSum, random_dots_near_one) {
  compare_random_dots(6, 125, 4);
}

TEST(ExactSum, random_ties) {
  std::mt19937 random(7);
  for (int trial = 0; trial < 5000; ++trial) {
    // A float, half of its last place, and perhaps something tiny.
    const float base = float_of(0x3f800000u | (random() & 0x7fffff));
    std::vector<float> b{base, 0x1p-24f}, a{1.0f, random() % 2 == 0 ? 1.0f : -1.0f};
    const unsigned kind = random() % 3;
    if (kind != 0) {
      b.push_back(kind == 1 ? 0x1p-70f : -0x1p-70f);
      a.push_back(0x1p-70f);
    }
    ASSERT_EQ(bits_of(dot(b, a)), bits_of(fixed_point_dot(b, a))) << "trial " << trial;
  }
}

TEST(FixedPointSum, agrees_with_hand_made_sums) {
  EXPECT_EQ(fixed_point_dot({1.5f, 2.0f}, {2.0f, -0.25f}), 2.5f);
  EXPECT_EQ(bits_of(fixed_point_dot({1.0f, 0x1p-24f}, {1.0f, 1.0f})), 0x3f800000u);
  EXPECT_EQ(bits_of(fixed_point_dot({0x1p-149f}, {-0.75f})), 0x80000001u);
  EXPECT_EQ(bits_of(fixed_point_dot({0x1p-149f}, {-0.5f})), 0x80000000u);
  EXPECT_EQ(bits_of(fixed_point_dot({0x1p127f}, {2.0f})), 0x7f800000u);
}

}  // namespace
}  // namespace tensordash::golden_testing
