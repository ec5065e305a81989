#include "platform/run/output_sample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace tensordash {
namespace {

using testing::ElementsAre;

TEST(OutputSample, HasDistinctOutputsInOrder) {
  for (const std::uint64_t count : {1U, 2U, 50U, 99U, 100U}) {
    const auto sample = sample_outputs(100, count);
    ASSERT_EQ(sample.size(), count);
    EXPECT_TRUE(std::is_sorted(sample.begin(), sample.end()));
    EXPECT_EQ(std::adjacent_find(sample.begin(), sample.end()), sample.end());
    EXPECT_GE(sample.front(), 0);
    EXPECT_LT(sample.back(), 100);
  }
}

TEST(OutputSample, IsEverythingWhenThereIsNotMore) {
  EXPECT_THAT(sample_outputs(3, 3), ElementsAre(0, 1, 2));
  EXPECT_THAT(sample_outputs(3, 1000), ElementsAre(0, 1, 2));
}

// Reports stay comparable from machine to machine and from day to day. The first number of
// mt19937_64 seeded with 2020, modulo 1000, worked out with the C++ standard's own generator.
TEST(OutputSample, IsAlwaysTheSame) {
  std::mt19937_64 random(2020);
  EXPECT_THAT(sample_outputs(1000, 1), ElementsAre(static_cast<std::int64_t>(random() % 1000)));
  EXPECT_EQ(sample_outputs(25690112, 4096), sample_outputs(25690112, 4096));
}

TEST(OutputSample, SpreadsOverTheTensor) {
  const auto sample = sample_outputs(1000000, 1000);
  for (std::int64_t tenth = 0; tenth < 10; ++tenth) {
    const auto in_tenth = std::count_if(sample.begin(), sample.end(),
                                        [&](std::int64_t at) { return at / 100000 == tenth; });
    EXPECT_GT(in_tenth, 50) << tenth;  // 100 expected, deviation below 10
  }
}

}  // namespace
}  // namespace tensordash
