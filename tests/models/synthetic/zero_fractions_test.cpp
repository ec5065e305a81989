#include "models/synthetic/zero_fractions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace tensordash {
namespace {

constexpr int table_size = 4096;

/// The fraction that draw number `number` of the table gives.
double fraction(const ZeroFractions& fractions, int number) {
  constexpr unsigned unused = 33;
  const std::int64_t steps = fractions.draw(static_cast<std::uint64_t>(number) << unused);
  return static_cast<double>(steps) / static_cast<double>(ZeroFractions::steps);
}

std::vector<double> table_of(const ZeroFractions& fractions) {
  std::vector<double> table;
  for (int number = 0; number < table_size; ++number) table.push_back(fraction(fractions, number));
  std::sort(table.begin(), table.end());
  return table;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double variance_of(const std::vector<double>& values) {
  const double mean = mean_of(values);
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return sum / static_cast<double>(values.size());
}

TEST(ZeroFractions, KeepTheMeanWhateverTheCluster) {
  for (const double mean : {0.001, 0.05, 0.3, 0.5, 0.65, 0.9, 0.999}) {
    for (const double cluster : {0.001, 0.01, 0.1, 0.25, 0.5, 0.9, 0.99, 0.999999}) {
      const std::vector<double> table = table_of(ZeroFractions(mean, cluster));
      EXPECT_NEAR(mean_of(table), mean, 1e-9) << mean << " " << cluster;
      EXPECT_GE(table.front(), 0);
      EXPECT_LE(table.back(), 1);
    }
  }
}

TEST(ZeroFractions, SpreadAsTheClusterSays) {
  for (const double mean : {0.1, 0.5, 0.8}) {
    for (const double cluster : {0.01, 0.1, 0.25, 0.5, 0.9, 0.99}) {
      const double expected = cluster * mean * (1 - mean);
      EXPECT_NEAR(variance_of(table_of(ZeroFractions(mean, cluster))), expected, 0.01 * expected)
          << mean << " " << cluster;
    }
  }
}

// With mean 1/2 and cluster 1/3 the distribution is even; with 1/2 it is the arcsine distribution.
TEST(ZeroFractions, AreThoseOfDistributionsInClosedForm) {
  const std::vector<double> even = table_of(ZeroFractions(0.5, 1.0 / 3));
  const std::vector<double> arcsine = table_of(ZeroFractions(0.5, 0.5));
  for (int number = 0; number < table_size; ++number) {
    const double below = (number + 0.5) / table_size;
    EXPECT_NEAR(even[number], below, 1e-4);
    const double root = std::sin(below * std::acos(-1.0) / 2);
    EXPECT_NEAR(arcsine[number], root * root, 1e-3) << number;
  }
}

TEST(ZeroFractions, WithoutClusterAreTheMean) {
  for (const double cluster : {0.0, 0.0009}) {
    const ZeroFractions fractions(0.3, cluster);
    EXPECT_TRUE(fractions.alike());
    for (int number = 0; number < 10; ++number) {
      EXPECT_NEAR(fraction(fractions, number), 0.3, 1e-9);
    }
  }
  EXPECT_FALSE(ZeroFractions(0.3, 0.001).alike());
}

TEST(ZeroFractions, WithFullClusterAreAllOrNothing) {
  const ZeroFractions fractions(0.3, 1);
  EXPECT_FALSE(fractions.alike());
  int whole = 0;
  constexpr int draws = 1000;
  for (int number = 0; number < draws; ++number) {
    const auto even = static_cast<std::uint64_t>(static_cast<double>(number) / draws * 0x1p64);
    const std::int64_t drawn = fractions.draw(even);
    EXPECT_TRUE(drawn == 0 || drawn == ZeroFractions::steps);
    whole += drawn == ZeroFractions::steps ? 1 : 0;
  }
  EXPECT_NEAR(whole, 0.3 * draws, 1);
}

TEST(ZeroFractions, OfNothingOrAllAreCertain) {
  for (const double cluster : {0.0, 0.5, 1.0}) {
    EXPECT_EQ(ZeroFractions(0, cluster).draw(0), 0);
    EXPECT_EQ(ZeroFractions(0, cluster).draw(~std::uint64_t{0}), 0);
    EXPECT_EQ(ZeroFractions(1, cluster).draw(0), ZeroFractions::steps);
    EXPECT_EQ(ZeroFractions(1, cluster).draw(~std::uint64_t{0}), ZeroFractions::steps);
  }
}

TEST(ZeroFractions, RefuseWhatIsNoFraction) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double bad : {-0.1, 1.1, nan}) {
    EXPECT_THROW(ZeroFractions(bad, 0), std::invalid_argument);
    EXPECT_THROW(ZeroFractions(0.5, bad), std::invalid_argument);
  }
}

}  // namespace
}  // namespace tensordash
