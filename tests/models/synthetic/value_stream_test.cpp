#include "models/synthetic/value_stream.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <stdexcept>
#include <vector>

namespace tensordash {
namespace {

ValueRecipe recipe(double zeros, double cluster = 0, std::int64_t map_size = 1000) {
  ValueRecipe made;
  made.layer = "conv1";
  made.zeros = zeros;
  made.cluster = cluster;
  made.map_size = map_size;
  return made;
}

std::vector<float> values_of(const ValueRecipe& made, std::int64_t begin, std::int64_t end) {
  std::vector<float> values(static_cast<std::size_t>(end - begin), -7.0F);
  ValueStream(made).fill(begin, end, values.data());
  return values;
}

double zeros_in(const std::vector<float>& values) {
  std::size_t zeros = 0;
  for (const float value : values) zeros += value == 0 ? 1 : 0;
  return static_cast<double>(zeros) / static_cast<double>(values.size());
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

/// FNV-1a of the values' bits.
std::uint64_t digest(const std::vector<float>& values) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const float value : values) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    hash = (hash ^ bits) * 0x100000001b3U;
  }
  return hash;
}

TEST(ValueStream, HasTheFractionOfZerosAskedFor) {
  constexpr std::int64_t count = 1 << 20;
  for (const double zeros : {0.0, 0.001, 0.1, 0.5, 0.9, 0.999, 1.0}) {
    const double deviation = std::sqrt(zeros * (1 - zeros) / count);
    EXPECT_NEAR(zeros_in(values_of(recipe(zeros), 0, count)), zeros, 5 * deviation) << zeros;
  }
}

TEST(ValueStream, ScattersZerosWithoutPatterns) {
  constexpr std::size_t count = 1 << 18;
  const std::vector<float> values = values_of(recipe(0.5), 0, count);
  for (const std::size_t apart : {1, 2, 3, 16, 64, 224, 4096}) {
    std::size_t alike = 0;
    for (std::size_t at = apart; at < count; ++at) {
      alike += (values[at] == 0) == (values[at - apart] == 0) ? 1 : 0;
    }
    const auto pairs = static_cast<double>(count - apart);
    EXPECT_NEAR(static_cast<double>(alike) / pairs, 0.5, 5 * 0.5 / std::sqrt(pairs)) << apart;
  }
}

TEST(ValueStream, SpreadsMagnitudesEvenlyAndSignsBothWays) {
  constexpr std::int64_t count = 1 << 18;
  for (const double zeros : {0.0, 0.9}) {
    const std::vector<float> values = values_of(recipe(zeros), 0, count);
    double sum = 0;
    double signed_sum = 0;
    double negative = 0;
    double kept = 0;
    for (const float value : values) {
      if (value == 0) {
        EXPECT_FALSE(std::signbit(value));
        continue;
      }
      EXPECT_GE(std::abs(value), 1.0F / 256);
      EXPECT_LT(std::abs(value), 1);
      sum += std::abs(value);
      signed_sum += value;
      negative += value < 0 ? 1 : 0;
      ++kept;
    }
    const double width = (1 - 1.0 / 256) / std::sqrt(12.0);
    EXPECT_NEAR(sum / kept, (1 + 1.0 / 256) / 2, 5 * width / std::sqrt(kept));
    EXPECT_NEAR(signed_sum / kept, 0, 5 * 0.58 / std::sqrt(kept));
    EXPECT_NEAR(negative / kept, 0.5, 5 * 0.5 / std::sqrt(kept));
  }
}

TEST(ValueStream, IsNotNegativeUnlessAsked) {
  ValueRecipe positive = recipe(0.5);
  positive.negative_too = false;
  for (const float value : values_of(positive, 0, 10000)) EXPECT_FALSE(std::signbit(value));
}

TEST(ValueStream, GivesTheSameBitsInAnyChunks) {
  constexpr std::int64_t count = 200'000;  // beyond one piece
  for (const double cluster : {0.0, 0.3, 1.0}) {
    for (const std::int64_t map_size : {1, 7, 49, 70'000}) {
      const ValueRecipe made = recipe(0.6, cluster, map_size);
      const std::vector<float> whole = values_of(made, 0, count);
      std::vector<float> chunked;
      std::int64_t size = 1;
      for (std::int64_t at = 0; at < count; at += size, size = size * 5 / 3 + 1) {
        const std::vector<float> chunk = values_of(made, at, std::min(at + size, count));
        chunked.insert(chunked.end(), chunk.begin(), chunk.end());
        if (at + size >= count) break;
      }
      EXPECT_TRUE(same_bits(whole, chunked)) << cluster << " " << map_size;
    }
  }
}

TEST(ValueStream, ReachesElementsFarBeyond32Bits) {
  constexpr std::int64_t far = (std::int64_t{1} << 39) + 5;
  const std::vector<float> there = values_of(recipe(0.5), far, far + 1000);
  EXPECT_FALSE(same_bits(there, values_of(recipe(0.5), 5, 1005)));
  EXPECT_NEAR(zeros_in(there), 0.5, 0.08);
}

TEST(ValueStream, DependsOnSeedLayerAndKind) {
  const ValueRecipe base = recipe(0.5);
  ValueRecipe seed = base;
  seed.seed = 2;
  ValueRecipe layer = base;
  layer.layer = "conv2";
  ValueRecipe kind = base;
  kind.kind = TensorKind::weights;
  const std::vector<float> values = values_of(base, 0, 1000);
  EXPECT_TRUE(same_bits(values, values_of(recipe(0.5), 0, 1000)));
  for (const ValueRecipe& other : {seed, layer, kind}) {
    EXPECT_FALSE(same_bits(values, values_of(other, 0, 1000)));
  }
}

TEST(ValueStream, DensityOfMapsSpreadsWithTheCluster) {
  constexpr std::int64_t map_size = 400;
  constexpr std::int64_t maps = 4000;
  constexpr double zeros = 0.6;
  for (const double cluster : {0.0, 0.1, 0.25, 0.5, 1.0}) {
    const std::vector<float> values =
        values_of(recipe(zeros, cluster, map_size), 0, map_size * maps);
    double sum = 0;
    double squares = 0;
    for (std::int64_t map = 0; map < maps; ++map) {
      const auto from = values.begin() + map * map_size;
      const double fraction = zeros_in({from, from + map_size});
      EXPECT_TRUE(cluster < 1 || fraction == 0 || fraction == 1) << fraction;
      sum += fraction;
      squares += (fraction - zeros) * (fraction - zeros);
    }
    // Spread between maps, and the coin tosses within one.
    const double between = cluster * zeros * (1 - zeros);
    const double variance = between + (1 - cluster) * zeros * (1 - zeros) / map_size;
    EXPECT_NEAR(squares / maps, variance, 0.08 * variance) << cluster;
    EXPECT_NEAR(sum / maps, zeros, 5 * std::sqrt(variance / maps)) << cluster;
  }
}

// Maps of one element have nothing to gather: the cluster changes nothing.
TEST(ValueStream, IgnoresTheClusterInMapsOfOneElement) {
  EXPECT_TRUE(
      same_bits(values_of(recipe(0.6, 0.5, 1), 0, 5000), values_of(recipe(0.6, 0, 1), 0, 5000)));
}

// The values are part of what a seed means: another compiler or machine must find these too.
TEST(ValueStream, NeverChanges) {
  EXPECT_EQ(digest(values_of(recipe(0.5), 0, 100'000)), 12106910075754866885U);
  EXPECT_EQ(digest(values_of(recipe(0.65, 0.25, 49), 0, 100'000)), 3392435209590815405U);
  EXPECT_EQ(digest(values_of(recipe(0.3, 0.9, 777), 0, 100'000)), 6989934158338649274U);
}

TEST(ValueStream, RefusesAMapWithoutElements) {
  EXPECT_THROW(ValueStream(recipe(0.5, 0, 0)), std::invalid_argument);
  EXPECT_THROW(ValueStream(recipe(1.5)), std::invalid_argument);
  EXPECT_THROW(ValueStream(recipe(0.5, -1)), std::invalid_argument);
}

}  // namespace
}  // namespace tensordash
