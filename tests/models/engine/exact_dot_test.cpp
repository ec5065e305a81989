#include "models/engine/exact_dot.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <optional>
#include <random>

#include "hw/numeric/exact_accumulator.h"
#include "hw/numeric/fp32.h"
#include "tests/models/golden/fixed_point_sum.h"

namespace tensordash::engine {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr std::int64_t untouched = 0x123456789abcdefLL;

struct Scaled {
  explicit Scaled(const std::vector<float>& values)
      : numbers(values.size(), untouched),
        scale(scale_stream(values.data(), values.size(), numbers.data())) {}
  SparseNumbers sparse() const {
    SparseNumbers sparse;
    for (std::size_t at = 0; at < numbers.size(); ++at) {
      if (numbers[at] == 0) continue;
      sparse.places.push_back(static_cast<std::int32_t>(at));
      sparse.numbers.push_back(numbers[at]);
    }
    return sparse;
  }

  std::vector<std::int64_t> numbers;
  ScaledStream scale;
};

void expect_scale(const std::vector<float>& values, int exponent, int bits,
                  const std::vector<std::int64_t>& numbers) {
  const Scaled scaled(values);
  ASSERT_TRUE(scaled.scale.fits);
  EXPECT_EQ(scaled.scale.exponent, exponent);
  EXPECT_EQ(scaled.scale.bits, bits);
  EXPECT_EQ(scaled.numbers, numbers);
}

TEST(ScaleStream, FindsTheLowestBitOfAll) {
  expect_scale({1.5F, -0.25F, 0.0F}, -2, 3, {6, -1, 0});
  expect_scale({1.0F}, 0, 1, {1});
  expect_scale({-3.0F, 12.0F}, 0, 4, {-3, 12});
  expect_scale({96.0F, -32.0F}, 5, 2, {3, -1});
  expect_scale({std::numeric_limits<float>::max()}, 104, 24, {0xffffff});
}

TEST(ScaleStream, Subnormals) {
  expect_scale({0x1p-149F, -0x3p-149F}, -149, 2, {1, -3});
  expect_scale({0x1p-149F, 0x1p-126F}, -149, 24, {1, 1 << 23});
  expect_scale({0x1p-149F, 0x1p-87F}, -149, 63, {1, std::int64_t{1} << 62});
}

TEST(ScaleStream, NothingButZeros) {
  expect_scale({0.0F, -0.0F}, 0, 0, {0, 0});
  expect_scale({}, 0, 0, {});
}

TEST(ScaleStream, HoldsAsManyBitsAsANumber) {
  expect_scale({1.0F, 0x1.8p62F}, 0, 63, {1, std::int64_t{3} << 61});
  expect_scale({1.0F, -0x1.fffffep62F}, 0, 63, {1, -(std::int64_t{0xffffff} << 39)});
}

TEST(ScaleStream, LeavesTheRestAlone) {
  for (const std::vector<float>& values : {std::vector<float>{1.0F, 0x1p63F},
                                           {0x1p-149F, 0x1p127F},
                                           {1.0F, infinity},
                                           {-infinity, 1.0F},
                                           {1.0F, std::nanf("1")}}) {
    const Scaled scaled(values);
    EXPECT_FALSE(scaled.scale.fits);
    EXPECT_EQ(scaled.numbers, (std::vector<std::int64_t>{untouched, untouched}));
  }
}

TEST(SumsFit, CountsBits) {
  const ScaledStream a{true, 0, 60};
  const ScaledStream b{true, 0, 63};
  EXPECT_TRUE(sums_fit(a, b, 7));
  EXPECT_FALSE(sums_fit(a, b, 8));
  EXPECT_TRUE(sums_fit(b, a, 1));
  EXPECT_FALSE(sums_fit(b, {true, 0, 63}, 1));
  EXPECT_TRUE(sums_fit({true, 0, 0}, b, std::size_t{1} << 40));
  EXPECT_FALSE(sums_fit({false, 0, 0}, b, 1));
  EXPECT_FALSE(sums_fit(b, {false, 0, 0}, 1));
}

TEST(ExactDot, OfAnyLength) {
  std::vector<std::int64_t> a{3, -5, 7, 11, -13};
  EXPECT_TRUE(exact_dot({}, a.data()) == 0);
  EXPECT_TRUE(exact_dot({{4}, {2}}, a.data()) == -26);
  EXPECT_TRUE(exact_dot({{0, 1}, {2, 3}}, a.data()) == -9);
  EXPECT_TRUE(exact_dot({{0, 2, 3}, {1, 1, -1}}, a.data()) == -1);
}

TEST(ExactDot, BeyondTheRangeOf64Bits) {
  const std::int64_t large = std::numeric_limits<std::int64_t>::max();
  const std::vector<std::int64_t> a{large, -large, large};
  const Int128 square = static_cast<Int128>(large) * large;
  EXPECT_TRUE(exact_dot({{0, 1}, {large, large}}, a.data()) == 0);
  EXPECT_TRUE(exact_dot({{0, 1, 2}, {large, large, large}}, a.data()) == square);
}

std::uint32_t rounded(Int128 number, int exponent) {
  return fp32_bits(rounded_fp32(number, exponent));
}

TEST(RoundedFp32, Zeros) {
  EXPECT_EQ(rounded(0, 5), 0U);
  EXPECT_EQ(rounded(1, -298), 0U);
  EXPECT_EQ(rounded(-1, -298), 0x80000000U) << "keeps its sign";
  EXPECT_EQ(rounded(-1, -150), 0x80000000U) << "half of the smallest, ties to even";
}

TEST(RoundedFp32, SubnormalTies) {
  EXPECT_EQ(rounded(3, -151), 1U);
  EXPECT_EQ(rounded(-3, -151), 0x80000001U);
  EXPECT_EQ(rounded(3, -150), 2U);
  EXPECT_EQ(rounded(5, -150), 2U);
  EXPECT_EQ(rounded((Int128{1} << 100) + 1, -250), 1U) << "just above a tie";
  EXPECT_EQ(rounded(Int128{0xffffff}, -150), 0x00800000U) << "up to the smallest normal";
}

TEST(RoundedFp32, TiesGoToEven) {
  EXPECT_EQ(rounded((1 << 24) + 1, 0), fp32_bits(0x1p24F));
  EXPECT_EQ(rounded((1 << 24) + 3, 0), fp32_bits(0x1p24F + 4));
  EXPECT_EQ(rounded(-(1 << 24) - 3, 0), fp32_bits(-0x1p24F - 4));
  EXPECT_EQ(rounded((Int128{(1 << 24) + 1} << 90) + 1, 0), fp32_bits(0x1.000002p114F));
  EXPECT_EQ(rounded((Int128{(1 << 24) + 1} << 90) - 1, 0), fp32_bits(0x1p114F));
  EXPECT_EQ(rounded((1 << 25) - 1, 0), fp32_bits(0x1p25F)) << "a carry into the exponent";
}

TEST(RoundedFp32, Overflow) {
  EXPECT_EQ(rounded(0xffffff, 104), 0x7f7fffffU);
  EXPECT_EQ(rounded(0x1fffffe, 103), 0x7f7fffffU);
  EXPECT_EQ(rounded(0x1ffffff, 103), 0x7f800000U) << "halfway to the next step";
  EXPECT_EQ(rounded((Int128{0x1ffffff} << 80) - 1, 23), 0x7f7fffffU);
  EXPECT_EQ(rounded(1, 127), 0x7f000000U);
  EXPECT_EQ(rounded(1, 128), 0x7f800000U);
  EXPECT_EQ(rounded(-1, 128), 0xff800000U);
  EXPECT_EQ(rounded(Int128{1} << 126, 126), 0x7f800000U);
}

/// Every length of number at every distance from the range of fp32.
TEST(RoundedFp32, EqualsTheWideAccumulator) {
  std::mt19937_64 random(1);
  for (int bits = 1; bits <= 126; ++bits) {
    for (int exponent = -298; exponent <= 128; ++exponent) {
      Int128 number = (static_cast<Int128>(random() >> 1) << 63 | random() >> 1) >> (126 - bits);
      // Often only few bits are set, so that ties come up.
      if (random() % 2 == 0 && bits > 26) number = number >> (bits - 25) << (bits - 25);
      if (random() % 4 == 0) ++number;
      ExactAccumulator sum;
      for (int piece = 0; piece < 6; ++piece) {
        const auto part = static_cast<double>(number >> (24 * piece) & 0xffffff);
        sum.add(std::ldexp(part, 24 * piece + exponent));
      }
      const float expected = sum.round();
      ASSERT_EQ(rounded(number, exponent), fp32_bits(expected)) << bits << " bits, " << exponent;
      if (number != 0) {
        ASSERT_EQ(rounded(-number, exponent), fp32_bits(-expected))
            << bits << " bits, " << exponent;
      }
    }
  }
}

std::optional<float> integer_dot(const std::vector<float>& b, const std::vector<float>& a) {
  const Scaled scaled_b(b);
  const Scaled scaled_a(a);
  if (!sums_fit(scaled_b.scale, scaled_a.scale, b.size())) return std::nullopt;
  return rounded_fp32(exact_dot(scaled_b.sparse(), scaled_a.numbers.data()),
                      scaled_b.scale.exponent + scaled_a.scale.exponent);
}

/// Streams of values whose exponent fields lie in [low, low + width): with zeros, few bits at
/// times, and values that come back with the other sign.
void compare_dots(unsigned seed, unsigned low, unsigned width, unsigned least_in_1000) {
  std::mt19937 random(seed);
  unsigned fitted = 0;
  constexpr unsigned trials = 2000;
  for (unsigned trial = 0; trial < trials; ++trial) {
    std::vector<float> b, a;
    const auto value = [&] {
      if (random() % 4 == 0) return random() % 2 == 0 ? 0.0F : -0.0F;
      const std::uint32_t fraction = random() % 2 == 0
                                         ? (random() & 7U) << 20
                                         : static_cast<std::uint32_t>(random() & 0x7fffffU);
      return fp32_value(static_cast<std::uint32_t>((random() & 1U) << 31 |
                                                   (low + random() % width) << 23 | fraction));
    };
    for (unsigned length = 1 + random() % 40; b.size() < length;) {
      b.push_back(value());
      a.push_back(value());
      if (random() % 3 != 0) continue;
      const std::size_t twin = random() % b.size();
      b.push_back(-b[twin]);
      a.push_back(a[twin]);
    }
    const std::optional<float> sum = integer_dot(b, a);
    if (!sum) continue;
    ++fitted;
    ExactAccumulator wide;
    for (std::size_t at = 0; at < b.size(); ++at) wide.add_product(b[at], a[at]);
    ASSERT_EQ(fp32_bits(*sum), fp32_bits(wide.round())) << "trial " << trial;
    ASSERT_EQ(fp32_bits(*sum), fp32_bits(golden_testing::fixed_point_dot(b, a)));
  }
  EXPECT_GE(fitted * 1000, least_in_1000 * trials) << "fit a plain integer";
}

TEST(ExactDot, NearOne) {
  compare_dots(1, 120, 10, 1000);
}
TEST(ExactDot, Subnormal) {
  compare_dots(2, 0, 2, 1000);
}
TEST(ExactDot, SubnormalSums) {
  compare_dots(3, 45, 25, 900);
}
TEST(ExactDot, NearOverflow) {
  compare_dots(4, 186, 8, 1000);
}
TEST(ExactDot, OverALongRange) {
  compare_dots(5, 100, 45, 100);
}
TEST(ExactDot, OfAllMagnitudes) {
  compare_dots(6, 0, 255, 1);
}

}  // namespace
}  // namespace tensordash::engine
