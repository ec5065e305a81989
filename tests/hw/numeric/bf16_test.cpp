#include "hw/numeric/bf16.h"

#include <gtest/gtest.h>

#include "hw/numeric/fp32.h"
#include "tests/hw/numeric/integer_oracle.h"
#include "tests/hw/numeric/random_patterns.h"

namespace tensordash {
namespace {

namespace oracle = integer_oracle;

std::uint32_t round_bits(std::uint32_t fp32_pattern) {
  return fp32_bits(bf16_round(fp32_value(fp32_pattern)));
}

void expect_as_oracle(std::uint32_t pattern) {
  const std::uint16_t expected = oracle::nearest_bf16(pattern);
  ASSERT_EQ(bf16_bits(fp32_value(pattern)), expected) << std::hex << pattern;
  ASSERT_EQ(round_bits(pattern), static_cast<std::uint32_t>(expected) << 16) << std::hex << pattern;
}

TEST(Bf16, EveryPatternMakesTheRoundTrip) {
  for (std::uint32_t pattern = 0; pattern < 0x10000u; ++pattern) {
    const auto bits = static_cast<std::uint16_t>(pattern);
    const bool nan = oracle::is_nan(pattern << 16);
    ASSERT_EQ(fp32_bits(bf16_value(bits)), nan ? canonical_nan_bits : pattern << 16);
    ASSERT_EQ(bf16_bits(bf16_value(bits)), nan ? 0x7fc0u : pattern);
    ASSERT_EQ(round_bits(pattern << 16), nan ? canonical_nan_bits : pattern << 16);
  }
}

TEST(Bf16, AroundEveryPattern) {
  for (std::uint32_t high = 0; high < 0x10000u; ++high) {
    for (const std::uint32_t low : {0x0001u, 0x7fffu, 0x8000u, 0x8001u, 0xffffu}) {
      expect_as_oracle(high << 16 | low);
    }
  }
}

TEST(Bf16, AnyPatterns) {
  RandomPatterns random(31);
  for (int i = 0; i < 100000; ++i) {
    expect_as_oracle(random.any());
  }
}

TEST(Bf16, TiesGoToEven) {
  EXPECT_EQ(round_bits(0x3f808000u), 0x3f800000u);
  EXPECT_EQ(round_bits(0x3f808001u), 0x3f810000u);
  EXPECT_EQ(round_bits(0x3f818000u), 0x3f820000u);
  EXPECT_EQ(round_bits(0x3f817fffu), 0x3f810000u);
  EXPECT_EQ(round_bits(0xbf818000u), 0xbf820000u);
  EXPECT_EQ(round_bits(0x3fff8000u), 0x40000000u) << "the carry runs into the exponent";
}

TEST(Bf16, SubnormalsAreKept) {
  EXPECT_EQ(round_bits(0x00010000u), 0x00010000u);
  EXPECT_EQ(round_bits(0x00008000u), 0x00000000u);
  EXPECT_EQ(round_bits(0x00008001u), 0x00010000u);
  EXPECT_EQ(round_bits(0x80008000u), 0x80000000u);
  EXPECT_EQ(round_bits(0x80000001u), 0x80000000u);
  EXPECT_EQ(round_bits(0x007fffffu), 0x00800000u) << "up to the smallest normal";
}

TEST(Bf16, OverflowGivesInfinity) {
  EXPECT_EQ(round_bits(0x7f7f7fffu), 0x7f7f0000u);
  EXPECT_EQ(round_bits(0x7f7f8000u), 0x7f800000u);
  EXPECT_EQ(round_bits(0x7f7fffffu), 0x7f800000u);
  EXPECT_EQ(round_bits(0xff7fffffu), 0xff800000u);
  EXPECT_EQ(round_bits(0xff800000u), 0xff800000u);
}

TEST(Bf16, NanNeverBecomesInfinityOrZero) {
  for (const std::uint32_t nan :
       {0x7f800001u, 0x7fffffffu, 0xff800001u, 0xffffffffu, 0x7fa00000u}) {
    EXPECT_EQ(round_bits(nan), canonical_nan_bits);
    EXPECT_EQ(bf16_bits(fp32_value(nan)), 0x7fc0u);
  }
}

}  // namespace
}  // namespace tensordash
