#include "hw/numeric/fp32.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/hw/numeric/integer_oracle.h"
#include "tests/hw/numeric/random_patterns.h"

namespace tensordash {
namespace {

namespace oracle = integer_oracle;

std::uint32_t multiply_bits(std::uint32_t a, std::uint32_t b) {
  return fp32_bits(fp32_multiply(fp32_value(a), fp32_value(b)));
}

std::uint32_t add_bits(std::uint32_t a, std::uint32_t b) {
  return fp32_bits(fp32_add(fp32_value(a), fp32_value(b)));
}

void expect_multiply_as_oracle(std::uint32_t a, std::uint32_t b) {
  ASSERT_EQ(multiply_bits(a, b), oracle::multiply(a, b)) << std::hex << "0x" << a << " * 0x" << b;
}

void expect_add_as_oracle(std::uint32_t a, std::uint32_t b) {
  ASSERT_EQ(add_bits(a, b), oracle::add(a, b)) << std::hex << "0x" << a << " + 0x" << b;
}

TEST(Fp32, CanonicalNan) {
  EXPECT_EQ(canonical_nan_bits, 0x7fc00000u);
  EXPECT_EQ(fp32_bits(canonical_nan()), 0x7fc00000u);
}

TEST(Fp32, EveryPairOfCorners) {
  for (const std::uint32_t a : corner_patterns()) {
    for (const std::uint32_t b : corner_patterns()) {
      expect_multiply_as_oracle(a, b);
      expect_add_as_oracle(a, b);
    }
  }
}

TEST(Fp32, AnyPatterns) {
  RandomPatterns random(1);
  for (int i = 0; i < 30000; ++i) {
    expect_multiply_as_oracle(random.any(), random.any());
    expect_add_as_oracle(random.any(), random.any());
  }
}

TEST(Fp32, ProductsOfEveryExponent) {
  RandomPatterns random(2);
  for (std::uint32_t field_a = 0; field_a < 255; ++field_a) {
    for (std::uint32_t field_b = 0; field_b < 255; ++field_b) {
      expect_multiply_as_oracle(random.with_field(field_a), random.with_field(field_b));
    }
  }
}

TEST(Fp32, ProductsAtTheSubnormalEdge) {
  RandomPatterns random(3);
  for (int i = 0; i < 20000; ++i) {
    const std::uint32_t field = 1 + random.below(126);
    expect_multiply_as_oracle(random.with_field(field), random.near_field(127 - field, 25));
  }
}

TEST(Fp32, ProductsAtTheOverflowEdge) {
  RandomPatterns random(4);
  for (int i = 0; i < 20000; ++i) {
    const std::uint32_t field = 127 + random.below(128);
    expect_multiply_as_oracle(random.with_field(std::min(field, 254u)),
                              random.near_field(381 - field, 1));
  }
}

TEST(Fp32, SumsOfNeighbouringExponents) {
  RandomPatterns random(5);
  for (int i = 0; i < 40000; ++i) {
    const std::uint32_t field = random.below(255);
    expect_add_as_oracle(random.with_field(field), random.near_field(field, 26));
  }
}

TEST(Fp32, SubnormalSums) {
  RandomPatterns random(6);
  for (int i = 0; i < 10000; ++i) {
    expect_add_as_oracle(random.with_field(0), random.with_field(random.below(3)));
  }
}

TEST(Fp32, SubnormalsAreKept) {
  EXPECT_EQ(add_bits(0x00000001u, 0x00000001u), 0x00000002u);
  EXPECT_EQ(add_bits(0x00800000u, 0x80000001u), 0x007fffffu);
  EXPECT_EQ(multiply_bits(0x00000001u, 0x3f800000u), 0x00000001u);
  EXPECT_EQ(multiply_bits(0x00800000u, 0x3f000000u), 0x00400000u);
  EXPECT_EQ(multiply_bits(0x00000003u, 0x3f000000u), 0x00000002u);
  EXPECT_EQ(multiply_bits(0x00000001u, 0xbf000000u), 0x80000000u);
}

TEST(Fp32, OverflowGivesInfinity) {
  EXPECT_EQ(multiply_bits(0x7f7fffffu, 0x3f800001u), 0x7f800000u);
  EXPECT_EQ(multiply_bits(0xff7fffffu, 0x40000000u), 0xff800000u);
  EXPECT_EQ(add_bits(0x7f7fffffu, 0x73000000u), 0x7f800000u) << "half a unit: tie to even";
  EXPECT_EQ(add_bits(0x7f7fffffu, 0x72ffffffu), 0x7f7fffffu) << "just under half a unit";
  EXPECT_EQ(add_bits(0xff7fffffu, 0xf3000000u), 0xff800000u);
}

TEST(Fp32, TiesGoToEvenInEveryPlace) {
  for (std::uint32_t field = 25; field < 254; ++field) {
    const std::uint32_t half_a_unit = (field - 24) << 23;
    for (const std::uint32_t fraction : {0x000000u, 0x000001u, 0x555554u, 0x7ffffeu, 0x7fffffu}) {
      const std::uint32_t value = field << 23 | fraction;
      const std::uint32_t even = value + value % 2;
      ASSERT_EQ(add_bits(value, half_a_unit), even) << std::hex << value;
      ASSERT_EQ(add_bits(value | 0x80000000u, half_a_unit | 0x80000000u), even | 0x80000000u);
    }
  }
}

TEST(Fp32, Zeros) {
  const std::uint32_t plus = 0x00000000u;
  const std::uint32_t minus = 0x80000000u;
  EXPECT_EQ(add_bits(plus, minus), plus);
  EXPECT_EQ(add_bits(minus, plus), plus);
  EXPECT_EQ(add_bits(minus, minus), minus);
  EXPECT_EQ(add_bits(0x40490fdbu, 0xc0490fdbu), plus) << "exact cancellation";
  EXPECT_EQ(multiply_bits(minus, 0x3f800000u), minus);
  EXPECT_EQ(multiply_bits(minus, 0xbf800000u), plus);
}

TEST(Fp32, EveryNanIsCanonical) {
  for (const std::uint32_t nan :
       {0x7f800001u, 0x7fc00001u, 0x7fffffffu, 0xff800001u, 0xffc00000u}) {
    EXPECT_EQ(multiply_bits(nan, 0x3f800000u), canonical_nan_bits);
    EXPECT_EQ(multiply_bits(0x3f800000u, nan), canonical_nan_bits);
    EXPECT_EQ(add_bits(nan, 0x3f800000u), canonical_nan_bits);
    EXPECT_EQ(add_bits(0x3f800000u, nan), canonical_nan_bits);
  }
  EXPECT_EQ(multiply_bits(0x00000000u, 0x7f800000u), canonical_nan_bits);
  EXPECT_EQ(multiply_bits(0xff800000u, 0x80000000u), canonical_nan_bits);
  EXPECT_EQ(add_bits(0x7f800000u, 0xff800000u), canonical_nan_bits);
}

TEST(Fp32, ProductIsRoundedBeforeItIsAdded) {
  // (1 + 2^-12)^2 = 1 + 2^-11 + 2^-24, whose last bit a fused multiply-add would keep.
  const float a = fp32_value(0x3f800800u);
  const float c = fp32_value(0xbf801000u);
  EXPECT_EQ(fp32_bits(fp32_add(fp32_multiply(a, a), c)), 0x00000000u);
}

}  // namespace
}  // namespace tensordash
