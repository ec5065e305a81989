// The oracle itself, against values worked out by hand and against Boost's binary floating point.
#include "tests/hw/numeric/integer_oracle.h"

#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cstring>

#include "tests/hw/numeric/random_patterns.h"

namespace tensordash {
namespace {

using boost::multiprecision::cpp_bin_float;
using boost::multiprecision::cpp_int;
using boost::multiprecision::digit_base_2;
namespace oracle = integer_oracle;

using Wide = boost::multiprecision::number<cpp_bin_float<1024, digit_base_2>>;

std::uint32_t rounded_by_boost(const cpp_int& total) {
  const float value = ldexp(Wide(total), -298).convert_to<float>();
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

TEST(IntegerOracle, KnowsUnitsByHand) {
  EXPECT_EQ(oracle::units(0x00000001u), 1);
  EXPECT_EQ(oracle::units(0x007fffffu), 0x7fffff);
  EXPECT_EQ(oracle::units(0x00800000u), 0x800000);
  EXPECT_EQ(oracle::units(0x3f800000u), cpp_int(1) << 149);
  EXPECT_EQ(oracle::units(0xbfc00000u), -(cpp_int(3) << 148));
  EXPECT_EQ(oracle::units(0x7f7fffffu), cpp_int(0xffffff) << 253);
}

TEST(IntegerOracle, RoundsByHand) {
  const cpp_int one = cpp_int(1) << 298;
  EXPECT_EQ(oracle::nearest(0), 0x00000000u);
  EXPECT_EQ(oracle::nearest(one), 0x3f800000u);
  EXPECT_EQ(oracle::nearest(one + (one >> 24)), 0x3f800000u);
  EXPECT_EQ(oracle::nearest(one + (one >> 24) + 1), 0x3f800001u);
  EXPECT_EQ(oracle::nearest(one + 3 * (one >> 24)), 0x3f800002u);
  EXPECT_EQ(oracle::nearest(-one), 0xbf800000u);
  EXPECT_EQ(oracle::nearest(1), 0x00000000u);
  EXPECT_EQ(oracle::nearest(-1), 0x80000000u);
  EXPECT_EQ(oracle::nearest(cpp_int(1) << 148), 0x00000000u);
  EXPECT_EQ(oracle::nearest((cpp_int(1) << 148) + 1), 0x00000001u);
  EXPECT_EQ(oracle::nearest((one << 128) - (one << 103) - 1), 0x7f7fffffu);
  EXPECT_EQ(oracle::nearest((one << 128) - (one << 103)), 0x7f800000u);
  EXPECT_EQ(oracle::nearest(-(one << 300)), 0xff800000u);
}

TEST(IntegerOracle, RoundsAsBoostBinaryFloatsDo) {
  RandomPatterns random(11);
  for (int i = 0; i < 20000; ++i) {
    // 1 to 60 significant bits anywhere from far below the subnormals to beyond the largest value.
    cpp_int total = (cpp_int(random.any()) << 28 | random.below(1u << 28)) >> random.below(60);
    total <<= random.below(400);
    if (random.below(2) == 1) {
      total = -total;
    }
    ASSERT_EQ(oracle::nearest(total), rounded_by_boost(total)) << "units of 2^-298: " << total;
  }
}

}  // namespace
}  // namespace tensordash
