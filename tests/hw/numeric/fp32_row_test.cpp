#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <stdexcept>
#include <string>
#include <vector>

#include "hw/numeric/fp32.h"
#include "tests/hw/numeric/integer_oracle.h"
#include "tests/hw/numeric/random_patterns.h"

namespace tensordash {
namespace {

namespace oracle = integer_oracle;
using Patterns = std::vector<std::uint32_t>;

constexpr std::uint32_t minus_zero = 0x80000000u;

std::vector<float> values(const Patterns& patterns) {
  std::vector<float> result;
  for (const std::uint32_t pattern : patterns) {
    result.push_back(fp32_value(pattern));
  }
  return result;
}

std::uint32_t tree_bits(const Patterns& lanes) {
  return fp32_bits(fp32_tree_sum(values(lanes).data(), static_cast<unsigned>(lanes.size())));
}

std::uint32_t tree_bits_any(const Patterns& lanes) {
  return fp32_bits(fp32_tree_sum_any(values(lanes).data(), static_cast<unsigned>(lanes.size())));
}

Patterns any_row(RandomPatterns& random, std::size_t lanes) {
  Patterns row;
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    row.push_back(random.any());
  }
  return row;
}

// Values that meet in every adder of the tree: similar exponents, some zeros of both signs.
Patterns meeting_row(RandomPatterns& random, std::size_t lanes) {
  const std::uint32_t field = random.below(255);
  Patterns row;
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const std::uint32_t value = random.near_field(field, 8);
    row.push_back(random.below(5) == 0 ? value & minus_zero : value);
  }
  return row;
}

Patterns products_of(const Patterns& a, const Patterns& b) {
  Patterns products;
  for (std::size_t lane = 0; lane < a.size(); ++lane) {
    products.push_back(oracle::multiply(a[lane], b[lane]));
  }
  return products;
}

TEST(Fp32MultiplyRow, EveryLaneCountAsOracle) {
  RandomPatterns random(21);
  for (std::size_t lanes = 0; lanes <= 64; ++lanes) {
    for (int i = 0; i < 10; ++i) {
      const Patterns a = any_row(random, lanes);
      const Patterns b = any_row(random, lanes);
      const Patterns expected = products_of(a, b);
      std::vector<float> products(lanes + 1, fp32_value(0x12345678u));
      fp32_multiply_row(values(a).data(), values(b).data(), products.data(),
                        static_cast<unsigned>(lanes));
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        ASSERT_EQ(fp32_bits(products[lane]), expected[lane]) << lane << " of " << lanes;
      }
      ASSERT_EQ(fp32_bits(products[lanes]), 0x12345678u) << "wrote behind " << lanes << " lanes";
    }
  }
}

TEST(Fp32MultiplyRow, CornersInEveryLane) {
  const Patterns corners = corner_patterns();
  for (const std::uint32_t b : corners) {
    for (std::size_t first = 0; first < corners.size(); ++first) {
      Patterns row;
      for (std::size_t lane = 0; lane < 16; ++lane) {
        row.push_back(corners[(first + lane) % corners.size()]);
      }
      const Patterns b_row(16, b);
      std::array<float, 16> products;
      fp32_multiply_row(values(row).data(), values(b_row).data(), products.data(), 16);
      for (std::size_t lane = 0; lane < 16; ++lane) {
        ASSERT_EQ(fp32_bits(products[lane]), oracle::multiply(row[lane], b))
            << std::hex << row[lane] << " * " << b;
      }
    }
  }
}

TEST(Fp32MultiplyRow, MayReplaceAnOperand) {
  RandomPatterns random(22);
  for (const std::size_t lanes : {5u, 16u, 33u}) {
    const Patterns a = any_row(random, lanes);
    const Patterns b = any_row(random, lanes);
    const Patterns expected = products_of(a, b);
    std::vector<float> over_a = values(a);
    std::vector<float> over_b = values(b);
    fp32_multiply_row(over_a.data(), values(b).data(), over_a.data(), static_cast<unsigned>(lanes));
    fp32_multiply_row(values(a).data(), over_b.data(), over_b.data(), static_cast<unsigned>(lanes));
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      EXPECT_EQ(fp32_bits(over_a[lane]), expected[lane]);
      EXPECT_EQ(fp32_bits(over_b[lane]), expected[lane]);
    }
  }
}

TEST(Fp32TreeSum, EveryLaneCountAsOracle) {
  RandomPatterns random(23);
  for (std::size_t lanes = 1; lanes <= 64; ++lanes) {
    for (int i = 0; i < 25; ++i) {
      const Patterns row = meeting_row(random, lanes);
      ASSERT_EQ(tree_bits(row), oracle::tree_sum(row)) << lanes << " lanes";
    }
  }
}

TEST(Fp32TreeSum, SixteenLanesAsOracleAndAsTheGeneralPath) {
  RandomPatterns random(24);
  for (int i = 0; i < 3000; ++i) {
    const Patterns row = meeting_row(random, 16);
    ASSERT_EQ(tree_bits(row), oracle::tree_sum(row));
    ASSERT_EQ(tree_bits_any(row), oracle::tree_sum(row));
  }
  for (int i = 0; i < 100000; ++i) {
    const Patterns row = i % 2 == 0 ? any_row(random, 16) : meeting_row(random, 16);
    ASSERT_EQ(tree_bits(row), tree_bits_any(row));
  }
}

TEST(Fp32TreeSum, OrderIsTheTree) {
  // 2^24 swallows a single 1 but not a 2. Pairs (0,1) (2,3) ...: the first pair loses its 1, the
  // other seven pairs are 2 and arrive: 2^24 + 14.
  Patterns row(16, 0x3f800000u);
  row[0] = 0x4b800000u;
  EXPECT_EQ(tree_bits(row), 0x4b800007u);

  std::uint32_t in_sequence = 0;
  for (const std::uint32_t value : row) {
    in_sequence = oracle::add(in_sequence, value);
  }
  EXPECT_EQ(in_sequence, 0x4b800000u) << "one after the other every 1 would be lost";

  // Two that cancel when they are neighbours, and do not when they meet half a row apart.
  Patterns neighbours(16, 0x3f800000u);
  neighbours[0] = 0x4c000000u;
  neighbours[1] = 0xcc000000u;
  EXPECT_EQ(tree_bits(neighbours), 0x41600000u) << "14";
  Patterns half_a_row_apart(16, 0x3f800000u);
  half_a_row_apart[0] = 0x4c000000u;
  half_a_row_apart[8] = 0xcc000000u;
  // Above 2^25 the spacing is 4: 2^25 + 1 and 2^25 + 2 fall back, then 4 arrives. Below it the
  // spacing is 2: 2^25 - 1 is a tie that goes to 2^25, then 2 and 4 arrive. 4 + 6 remain.
  EXPECT_EQ(tree_bits(half_a_row_apart), 0x41200000u) << "10";
}

TEST(Fp32TreeSum, PaddingIsPlusZero) {
  for (const std::size_t lanes : {1u, 2u, 4u, 8u, 16u, 32u, 64u}) {
    EXPECT_EQ(tree_bits(Patterns(lanes, minus_zero)), minus_zero) << lanes;
  }
  for (const std::size_t lanes : {3u, 5u, 7u, 12u, 31u, 63u}) {
    EXPECT_EQ(tree_bits(Patterns(lanes, minus_zero)), 0x00000000u) << lanes;
  }
}

TEST(Fp32TreeSum, NanAndInfinities) {
  for (const std::size_t lanes : {1u, 2u, 3u, 5u, 7u, 12u, 16u, 31u, 64u}) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      Patterns row(lanes, 0x3f800000u);
      row[lane] = 0xff812345u;
      EXPECT_EQ(tree_bits(row), canonical_nan_bits);
      row[lane] = 0xff800000u;
      EXPECT_EQ(tree_bits(row), 0xff800000u);
      for (std::size_t other = 0; other < lane; ++other) {
        row[other] = 0x7f800000u;
        EXPECT_EQ(tree_bits(row), canonical_nan_bits) << lane << " and " << other;
        row[other] = 0x3f800000u;
      }
    }
  }
}

TEST(Fp32TreeSum, RefusesOtherLaneCounts) {
  const std::array<float, 65> row{};
  for (const unsigned lanes : {0u, 65u}) {
    try {
      fp32_tree_sum(row.data(), lanes);
      FAIL() << lanes << " lanes were accepted";
    } catch (const std::invalid_argument& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr(std::to_string(lanes) + " lanes"));
      EXPECT_THAT(error.what(), testing::HasSubstr("1 to 64"));
    }
  }
}

}  // namespace
}  // namespace tensordash
