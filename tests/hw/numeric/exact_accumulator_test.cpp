#include "hw/numeric/exact_accumulator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <stdexcept>
#include <utility>
#include <vector>

#include "hw/numeric/fp32.h"
#include "tests/hw/numeric/integer_oracle.h"
#include "tests/hw/numeric/random_patterns.h"

namespace tensordash {
namespace {

using integer_oracle::cpp_int;
namespace oracle = integer_oracle;

struct Pair {
  std::uint32_t a;
  std::uint32_t b;
};
using Pairs = std::vector<Pair>;

constexpr std::uint32_t minus = 0x80000000u;
constexpr int largest_exponent = 127;

double power_of_two(int exponent) {
  return std::ldexp(1.0, exponent);
}

// 2^exponent as fp32, subnormals included.
std::uint32_t power_pattern(int exponent) {
  return exponent >= -126 ? static_cast<std::uint32_t>(exponent + 127) << 23
                          : 1u << (exponent + 149);
}

void add(ExactAccumulator& sum, const Pair& pair) {
  sum.add_product(fp32_value(pair.a), fp32_value(pair.b));
}

std::uint32_t round_bits(const ExactAccumulator& sum) {
  return fp32_bits(sum.round());
}

std::uint32_t sum_bits(const Pairs& pairs) {
  ExactAccumulator sum;
  for (const Pair& pair : pairs) {
    add(sum, pair);
  }
  return round_bits(sum);
}

std::uint32_t sum_bits(std::initializer_list<double> products) {
  ExactAccumulator sum;
  for (const double product : products) {
    sum.add(product);
  }
  return round_bits(sum);
}

std::uint32_t expected_bits(const Pairs& pairs) {
  cpp_int total = 0;
  for (const Pair& pair : pairs) {
    total += oracle::product_units(pair.a, pair.b);
  }
  return oracle::nearest(total);
}

// A pair whose product has an exponent near `exponent`, 2^exponent being about its size.
Pair pair_near(RandomPatterns& random, int exponent, int reach) {
  const int low = std::max(-126, exponent - largest_exponent);
  const int high = std::min(largest_exponent, exponent + 126);
  const int first =
      low + static_cast<int>(random.below(static_cast<std::uint32_t>(high - low + 1)));
  return {random.near_field(static_cast<std::uint32_t>(first + 127), 0),
          random.near_field(static_cast<std::uint32_t>(exponent - first + 127), reach)};
}

TEST(ExactAccumulator, StartsAtPlusZero) {
  EXPECT_EQ(round_bits(ExactAccumulator()), 0x00000000u);
}

TEST(ExactAccumulator, OneProductIsRoundedOnce) {
  RandomPatterns random(41);
  ExactAccumulator sum;
  for (int i = 0; i < 50000; ++i) {
    const Pair pair{random.finite(), random.finite()};
    sum.clear();
    add(sum, pair);
    ASSERT_EQ(round_bits(sum), expected_bits({pair})) << std::hex << pair.a << " * " << pair.b;
  }
}

TEST(ExactAccumulator, OneProductOfEveryVisibleExponent) {
  RandomPatterns random(42);
  ExactAccumulator sum;
  for (int exponent = -180; exponent <= 130; ++exponent) {
    for (int i = 0; i < 50; ++i) {
      const Pair pair = pair_near(random, exponent, 1);
      sum.clear();
      add(sum, pair);
      ASSERT_EQ(round_bits(sum), expected_bits({pair})) << std::hex << pair.a << " * " << pair.b;
    }
  }
}

TEST(ExactAccumulator, RandomDotProductsAfterEveryAddition) {
  RandomPatterns random(43);
  for (int row = 0; row < 600; ++row) {
    const int exponent = static_cast<int>(random.below(310)) - 180;
    const int reach = 1 + static_cast<int>(random.below(60));
    ExactAccumulator sum;
    cpp_int total = 0;
    for (int i = 0; i < 40; ++i) {
      const Pair pair = pair_near(random, exponent, reach);
      add(sum, pair);
      total += oracle::product_units(pair.a, pair.b);
      ASSERT_EQ(round_bits(sum), oracle::nearest(total)) << "row " << row << ", product " << i;
    }
  }
}

TEST(ExactAccumulator, SubnormalOperandsAndSums) {
  RandomPatterns random(44);
  for (int row = 0; row < 500; ++row) {
    Pairs pairs;
    for (int i = 0; i < 12; ++i) {
      pairs.push_back({random.with_field(0), random.with_field(100 + random.below(35))});
      pairs.push_back({random.with_field(0), random.with_field(0)});
    }
    ASSERT_EQ(sum_bits(pairs), expected_bits(pairs));
  }
}

TEST(ExactAccumulator, CancellingGiantsLeaveTheSmallOnes) {
  RandomPatterns random(45);
  for (int row = 0; row < 300; ++row) {
    Pairs small;
    for (int i = 0; i < 5; ++i) {
      small.push_back(pair_near(random, static_cast<int>(random.below(250)) - 160, 20));
    }
    Pairs all = small;
    for (int i = 0; i < 40; ++i) {
      const Pair giant{random.finite(), random.finite()};
      all.push_back(giant);
      all.push_back({giant.a ^ minus, giant.b});
    }
    random.shuffle(all);
    ASSERT_EQ(sum_bits(all), expected_bits(small));
  }
}

TEST(ExactAccumulator, OrderDoesNotMatter) {
  RandomPatterns random(46);
  for (int row = 0; row < 50; ++row) {
    Pairs pairs;
    for (int i = 0; i < 100; ++i) {
      pairs.push_back(pair_near(random, -20, 100));
    }
    const std::uint32_t first = sum_bits(pairs);
    ASSERT_EQ(first, expected_bits(pairs));
    for (int i = 0; i < 20; ++i) {
      random.shuffle(pairs);
      ASSERT_EQ(sum_bits(pairs), first);
    }
  }
}

TEST(ExactAccumulator, RoundingChangesNothing) {
  ExactAccumulator sum;
  sum.add(1.0);
  sum.add(power_of_two(-24));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(round_bits(sum), 0x3f800000u);
  }
  sum.add(power_of_two(-298));
  EXPECT_EQ(round_bits(sum), 0x3f800001u);
  sum.add(-1.0);
  EXPECT_EQ(round_bits(sum), power_pattern(-24)) << "the tail below the half unit is still there";
}

TEST(ExactAccumulator, EveryPowerOfTwoIsKept) {
  for (int exponent = -298; exponent <= 254; ++exponent) {
    const double power = power_of_two(exponent);
    const std::uint32_t alone = exponent > largest_exponent ? oracle::infinity
                                : exponent >= -149          ? power_pattern(exponent)
                                                            : 0u;
    ASSERT_EQ(sum_bits({power}), alone) << exponent;
    ASSERT_EQ(sum_bits({-power}), alone | minus) << exponent;
    ASSERT_EQ(sum_bits({power, -power}), 0u) << exponent;
    ASSERT_EQ(sum_bits({power, 1.0, -power}), 0x3f800000u) << exponent;
  }
}

TEST(ExactAccumulator, TiesGoToEvenInEveryPlace) {
  for (std::uint32_t field = 0; field < 255; ++field) {
    const int half_a_unit = std::max(static_cast<int>(field), 1) - 127 - 24;
    for (const std::uint32_t fraction : {0x000000u, 0x000001u, 0x2aaaaau, 0x7ffffeu, 0x7fffffu}) {
      const std::uint32_t value = field << 23 | fraction;
      const double exact = fp32_value(value);
      const double half = power_of_two(half_a_unit);
      const double tail = power_of_two(-298);
      const std::uint32_t even = value + value % 2;
      ASSERT_EQ(sum_bits({exact, half}), even) << std::hex << value;
      ASSERT_EQ(sum_bits({exact, half, tail}), value + 1) << std::hex << value;
      ASSERT_EQ(sum_bits({exact, half, -tail}), value) << std::hex << value;
      ASSERT_EQ(sum_bits({-exact, -half}), even | minus) << std::hex << value;
      ASSERT_EQ(sum_bits({-exact, -half, -tail}), (value + 1) | minus) << std::hex << value;
      ASSERT_EQ(sum_bits({-exact, -half, tail}), value | minus) << std::hex << value;
    }
  }
}

TEST(ExactAccumulator, FarAwayTailDecidesTheHalfwayCase) {
  const double half = power_of_two(-24);
  for (int tail = -298; tail < -25; ++tail) {
    const double far = power_of_two(tail);
    ASSERT_EQ(sum_bits({1.0, half, far}), 0x3f800001u) << tail;
    ASSERT_EQ(sum_bits({far, half, 1.0}), 0x3f800001u) << tail;
    ASSERT_EQ(sum_bits({1.0, half, -far}), 0x3f800000u) << tail;
    ASSERT_EQ(sum_bits({1.0, 3 * half, -far}), 0x3f800001u) << tail;
    ASSERT_EQ(sum_bits({-1.0, -half, -far}), 0xbf800001u) << tail;
  }
}

TEST(ExactAccumulator, CarriesAndBorrowsCrossEveryLimb) {
  const double top = power_of_two(254);
  for (int low = -298; low <= largest_exponent; ++low) {
    const double unit = power_of_two(low);
    // top - unit is a run of ones from bit 253 down to `low`, -unit one of all higher bits.
    const std::uint32_t alone = low >= -149 ? power_pattern(low) : 0u;
    ASSERT_EQ(sum_bits({top, -unit, -top}), alone | minus) << low;
    ASSERT_EQ(sum_bits({-unit, top, -top, unit}), 0u) << low;
    ASSERT_EQ(sum_bits({-unit, 2 * unit}), alone) << low;
  }
}

// Adds and removes 1 until carries have certainly been propagated in the stored number.
void settle(ExactAccumulator& sum) {
  for (int i = 0; i < 70000; ++i) {
    sum.add(i % 2 == 0 ? 1.0 : -1.0);
  }
}

TEST(ExactAccumulator, CarriesCrossEveryLimbOfTheStoredNumber) {
  for (const double sign : {1.0, -1.0}) {
    ExactAccumulator sum;
    sum.add(-sign * power_of_two(-298));
    settle(sum);
    EXPECT_EQ(round_bits(sum), sign > 0 ? minus : 0u);
    sum.add(sign * power_of_two(254));
    settle(sum);
    EXPECT_EQ(round_bits(sum), oracle::infinity | (sign > 0 ? 0u : minus));
    sum.add(-sign * power_of_two(254));
    settle(sum);
    sum.add(sign * power_of_two(-298));
    EXPECT_EQ(round_bits(sum), 0u);
    sum.add(sign * power_of_two(-149));
    EXPECT_EQ(round_bits(sum), 1u | (sign > 0 ? 0u : minus));
  }
}

TEST(ExactAccumulator, ManyLargestSignificandsAtEveryShift) {
  constexpr int additions = 100000;
  for (int exponent = 20; exponent < 56; ++exponent) {
    const Pair pair{0x4b7fffffu, power_pattern(exponent) | 0x7fffffu};
    const Pair negated{pair.a | minus, pair.b};
    ExactAccumulator up;
    ExactAccumulator down;
    for (int i = 0; i < additions; ++i) {
      add(up, pair);
      add(down, negated);
    }
    const cpp_int total = additions * oracle::product_units(pair.a, pair.b);
    ASSERT_EQ(round_bits(up), oracle::nearest(total)) << exponent;
    ASSERT_EQ(round_bits(down), oracle::nearest(-total)) << exponent;
  }
}

TEST(ExactAccumulator, ManyLargestProductsAndBack) {
  const Pair largest{0x7f7fffffu, 0x7f7fffffu};
  const Pair negated{0xff7fffffu, 0x7f7fffffu};
  for (const auto& [there, back] : {std::pair{largest, negated}, std::pair{negated, largest}}) {
    ExactAccumulator sum;
    sum.add(power_of_two(-149));
    for (int i = 0; i < 100000; ++i) {
      add(sum, there);
    }
    EXPECT_EQ(round_bits(sum), oracle::infinity | (there.a & minus));
    for (int i = 0; i < 100000; ++i) {
      add(sum, back);
    }
    EXPECT_EQ(round_bits(sum), 1u);
  }
}

TEST(ExactAccumulator, ZerosAndTheirSigns) {
  EXPECT_EQ(sum_bits({-0.0}), 0u) << "a sum of exactly zero is +0";
  EXPECT_EQ(sum_bits({-0.0, -0.0}), 0u);
  EXPECT_EQ(sum_bits({-3.5, 3.5}), 0u);
  EXPECT_EQ(sum_bits({-power_of_two(-150)}), minus) << "a tie that rounds to zero keeps its sign";
  EXPECT_EQ(sum_bits({power_of_two(-150)}), 0u);
  EXPECT_EQ(sum_bits({-power_of_two(-150), -power_of_two(-298)}), minus | 1u);
  EXPECT_EQ(sum_bits({-power_of_two(-298)}), minus);
}

TEST(ExactAccumulator, Overflow) {
  const double largest = fp32_value(0x7f7fffffu);
  const double half_a_unit = power_of_two(103);
  EXPECT_EQ(sum_bits({largest, half_a_unit}), oracle::infinity);
  EXPECT_EQ(sum_bits({largest, half_a_unit, -power_of_two(-298)}), 0x7f7fffffu);
  EXPECT_EQ(sum_bits({-largest, -half_a_unit}), oracle::infinity | minus);
  EXPECT_EQ(sum_bits({largest, largest}), oracle::infinity);
  EXPECT_EQ(sum_bits({largest, largest, -largest}), 0x7f7fffffu)
      << "overflow on the way is no harm";
}

TEST(ExactAccumulator, InfinitiesAndNan) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(sum_bits({1.0, infinity, -power_of_two(254)}), oracle::infinity);
  EXPECT_EQ(sum_bits({infinity, infinity}), oracle::infinity);
  EXPECT_EQ(sum_bits({-infinity, power_of_two(254)}), oracle::infinity | minus);
  EXPECT_EQ(sum_bits({infinity, -infinity}), canonical_nan_bits);
  EXPECT_EQ(sum_bits({-infinity, 1.0, infinity, infinity}), canonical_nan_bits);
  for (const double sign : {1.0, -1.0}) {
    const double nan = std::copysign(std::numeric_limits<double>::quiet_NaN(), sign);
    EXPECT_EQ(sum_bits({nan}), canonical_nan_bits);
    EXPECT_EQ(sum_bits({1.0, nan, infinity, 2.0}), canonical_nan_bits);
    EXPECT_EQ(sum_bits({-infinity, nan}), canonical_nan_bits);
  }
}

TEST(ExactAccumulator, ProductsOfInfinitiesAndNan) {
  EXPECT_EQ(sum_bits(Pairs{{oracle::infinity, 0xbf800000u}}), oracle::infinity | minus);
  EXPECT_EQ(sum_bits(Pairs{{oracle::infinity | minus, oracle::infinity | minus}}),
            oracle::infinity);
  EXPECT_EQ(sum_bits(Pairs{{0u, oracle::infinity}}), canonical_nan_bits);
  EXPECT_EQ(sum_bits(Pairs{{oracle::infinity, minus}}), canonical_nan_bits);
  EXPECT_EQ(sum_bits(Pairs{{0xffa12345u, 0x3f800000u}}), canonical_nan_bits);
  EXPECT_EQ(sum_bits(Pairs{{0u, 0x7f800001u}, {0x3f800000u, 0x3f800000u}}), canonical_nan_bits);
}

TEST(ExactAccumulator, ClearForgetsEverything) {
  ExactAccumulator sum;
  sum.add(std::numeric_limits<double>::quiet_NaN());
  sum.add(power_of_two(254));
  sum.add(power_of_two(-298));
  sum.clear();
  EXPECT_EQ(round_bits(sum), 0u);
  sum.add(1.0);
  sum.add(power_of_two(-24));
  EXPECT_EQ(round_bits(sum), 0x3f800000u);
}

TEST(ExactAccumulator, RefusesWhatIsNoProduct) {
  ExactAccumulator sum;
  sum.add(2.0);
  for (const double value : {0.1, power_of_two(-299), power_of_two(256), -1e300, 1.0 + 0x1p-48,
                             std::numeric_limits<double>::denorm_min()}) {
    try {
      sum.add(value);
      FAIL() << value << " was accepted";
    } catch (const std::invalid_argument& error) {
      EXPECT_THAT(error.what(), testing::StartsWith("exact accumulator: "));
      EXPECT_THAT(error.what(), testing::HasSubstr("not a product of two fp32 values"));
    }
  }
  EXPECT_EQ(round_bits(sum), 0x40000000u);
}

TEST(ExactAccumulator, KeepsEveryBitOfTheSmallestDoublesItTakes) {
  // 48 bits below a leading bit of 2^-298 are no product, but lie within what add() takes.
  const double lowest = power_of_two(-298) * (1.0 + power_of_two(-47));
  const double half = power_of_two(-24);
  EXPECT_EQ(sum_bits({1.0, half, lowest, -power_of_two(-298)}), 0x3f800001u);
  EXPECT_EQ(sum_bits({1.0, half, -lowest, power_of_two(-298)}), 0x3f800000u);
  EXPECT_EQ(sum_bits({lowest, -lowest}), 0u);
}

TEST(ExactAccumulator, StateBitsFollowFromTheRange) {
  const cpp_int smallest = oracle::product_units(0x00000001u, 0x00000001u);
  const cpp_int largest = oracle::product_units(0x7f7fffffu, 0x7f7fffffu) << 60;
  EXPECT_EQ(smallest, 1);
  const unsigned magnitude_bits = static_cast<unsigned>(msb(largest)) + 1;
  EXPECT_EQ(ExactAccumulator::state_bits, magnitude_bits + 1 + 2);
  EXPECT_EQ(ExactAccumulator::state_bits, 617u);
}

}  // namespace
}  // namespace tensordash
