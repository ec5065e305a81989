#include "hw/dram/statistics/latency_histogram.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tensordash {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

LatencyHistogram one_to(DramClock last) {
  LatencyHistogram histogram;
  for (DramClock latency = last; latency >= 1; --latency) histogram.add(latency);
  return histogram;
}

TEST(LatencyHistogram, IsAllZeroWhenEmpty) {
  const LatencyHistogram histogram;
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.min(), 0U);
  EXPECT_EQ(histogram.max(), 0U);
  EXPECT_EQ(histogram.percentile(500), 0U);
  EXPECT_DOUBLE_EQ(histogram.mean(), 0.0);
  EXPECT_THAT(histogram.buckets(8), IsEmpty());
}

TEST(LatencyHistogram, TakesPercentilesByNearestRank) {
  const LatencyHistogram histogram = one_to(1000);
  EXPECT_EQ(histogram.count(), 1000U);
  EXPECT_EQ(histogram.min(), 1U);
  EXPECT_EQ(histogram.max(), 1000U);
  EXPECT_DOUBLE_EQ(histogram.mean(), 500.5);
  EXPECT_EQ(histogram.percentile(500), 500U);
  EXPECT_EQ(histogram.percentile(900), 900U);
  EXPECT_EQ(histogram.percentile(950), 950U);
  EXPECT_EQ(histogram.percentile(990), 990U);
  EXPECT_EQ(histogram.percentile(999), 999U);
}

TEST(LatencyHistogram, RoundsRanksUp) {
  LatencyHistogram histogram;
  for (const DramClock latency : {98, 42, 71}) histogram.add(latency);
  EXPECT_EQ(histogram.percentile(333), 42U);
  EXPECT_EQ(histogram.percentile(334), 71U);
  EXPECT_EQ(histogram.percentile(500), 71U);
  EXPECT_EQ(histogram.percentile(666), 71U);
  EXPECT_EQ(histogram.percentile(667), 98U);
}

TEST(LatencyHistogram, KeepsLongLatenciesExactly) {
  LatencyHistogram histogram = one_to(5000);
  histogram.add(1'000'000'007);
  EXPECT_EQ(histogram.percentile(900), 4501U);
  EXPECT_EQ(histogram.percentile(999), 4996U);
  EXPECT_EQ(histogram.max(), 1'000'000'007U);
  EXPECT_DOUBLE_EQ(histogram.mean(), (5000.0 * 5001 / 2 + 1'000'000'007) / 5001);
}

TEST(LatencyHistogram, TellsTheLastFlatLatencyFromTheFirstRareOne) {
  LatencyHistogram histogram;
  histogram.add(4096);
  histogram.add(4095);
  EXPECT_EQ(histogram.min(), 4095U);
  EXPECT_EQ(histogram.max(), 4096U);
}

TEST(LatencyHistogram, MergesAsIfAllHadBeenAddedToOne) {
  LatencyHistogram a = one_to(50);
  LatencyHistogram b;
  b.add(7);
  b.add(9000);
  a.merge(b);
  a.merge(b);
  EXPECT_EQ(a.count(), 54U);
  EXPECT_EQ(a.max(), 9000U);
  EXPECT_DOUBLE_EQ(a.mean(), (1275.0 + 2 * 9007) / 54);
  EXPECT_EQ(a.percentile(130), 7U) << "ranks 7 to 9 are sevens";
  EXPECT_EQ(a.percentile(166), 7U);
  EXPECT_EQ(a.percentile(167), 8U);
}

TEST(LatencyBuckets, AreOneClockWideWhenTheyCan) {
  LatencyHistogram histogram;
  for (const DramClock latency : {42, 43, 42}) histogram.add(latency);
  EXPECT_THAT(histogram.buckets(4),
              ElementsAre(LatencyBucket{42, 42, 2}, LatencyBucket{43, 43, 1}));
}

TEST(LatencyBuckets, BeginAtMultiplesOfTheirWidth) {
  LatencyHistogram histogram;
  for (const DramClock latency : {42, 71, 98, 99}) histogram.add(latency);
  // 58 latencies would fit six buckets of ten, but those from 40 on are six too: 40-49 to 90-99.
  EXPECT_THAT(
      histogram.buckets(6),
      ElementsAre(LatencyBucket{40, 49, 1}, LatencyBucket{50, 59, 0}, LatencyBucket{60, 69, 0},
                  LatencyBucket{70, 79, 1}, LatencyBucket{80, 89, 0}, LatencyBucket{90, 99, 2}));
  histogram.add(100);
  // A seventh of ten would be needed.
  EXPECT_THAT(histogram.buckets(6),
              ElementsAre(LatencyBucket{40, 59, 1}, LatencyBucket{60, 79, 1},
                          LatencyBucket{80, 99, 2}, LatencyBucket{100, 119, 1}));
}

TEST(LatencyBuckets, GiveTheSlowestThousandthOneBucket) {
  LatencyHistogram histogram;
  for (int at = 0; at < 1000; ++at) histogram.add(40 + at % 4);
  histogram.add(7000);
  EXPECT_THAT(histogram.buckets(5),
              ElementsAre(LatencyBucket{40, 40, 250}, LatencyBucket{41, 41, 250},
                          LatencyBucket{42, 42, 250}, LatencyBucket{43, 43, 250},
                          LatencyBucket{44, 7000, 1}));
}

TEST(LatencyBuckets, HoldEverything) {
  for (const unsigned most : {2U, 3U, 10U, 20U}) {
    for (const DramClock last : {1, 2, 19, 100, 5003}) {
      const LatencyHistogram histogram = one_to(last);
      const std::vector<LatencyBucket> buckets = histogram.buckets(most);
      EXPECT_LE(buckets.size(), most);
      std::uint64_t sum = 0;
      for (const LatencyBucket& bucket : buckets) {
        // one_to holds each latency from 1 to last once.
        const DramClock from = std::max<DramClock>(bucket.from, 1);
        const DramClock to = std::min(bucket.to, last);
        EXPECT_EQ(bucket.count, to - from + 1) << most << " buckets to " << last;
        sum += bucket.count;
      }
      EXPECT_EQ(sum, last);
    }
  }
}

}  // namespace
}  // namespace tensordash
