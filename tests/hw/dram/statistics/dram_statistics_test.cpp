#include "hw/dram/statistics/dram_statistics.h"

#include <gtest/gtest.h>

namespace tensordash {
namespace {

TEST(DramStatistics, MeasuresBandwidthFromTheFirstRequestToTheLastData) {
  DramStatistics statistics{DramConfiguration{DramParameters{}}};
  statistics.on_request(1000);
  statistics.on_request(1001);
  statistics.on_read(1000, 1050, 64);
  statistics.on_write(1001, 1100, 20);
  EXPECT_EQ(statistics.reads, 1U);
  EXPECT_EQ(statistics.writes, 1U);
  EXPECT_EQ(statistics.elapsed_clocks(), 100U);
  // 84 bytes in 62.5 ns, of 4 channels of 2 bytes twice every 0.625 ns.
  EXPECT_DOUBLE_EQ(statistics.bandwidth_gb_s(), 84 / 62.5);
  EXPECT_DOUBLE_EQ(statistics.peak_gb_s(), 25.6);
  EXPECT_DOUBLE_EQ(statistics.share_of_peak(), 84 / 62.5 / 25.6);
  EXPECT_EQ(statistics.read_latency.max(), 50U);
  EXPECT_EQ(statistics.write_latency.max(), 99U);
}

TEST(DramStatistics, HasNoBandwidthBeforeAnyData) {
  DramStatistics statistics{DramConfiguration{DramParameters{}}};
  EXPECT_EQ(statistics.elapsed_clocks(), 0U);
  EXPECT_DOUBLE_EQ(statistics.bandwidth_gb_s(), 0.0);
  statistics.on_request(100);
  EXPECT_EQ(statistics.elapsed_clocks(), 0U);
  EXPECT_DOUBLE_EQ(statistics.bandwidth_gb_s(), 0.0);
}

TEST(DramStatistics, TellsMovedBytesFromUsefulOnes) {
  DramParameters parameters;
  parameters.width = 32;
  DramStatistics statistics{DramConfiguration{parameters}};
  statistics.on_burst(0, false, false, RowOutcome::hit, 42);
  statistics.on_burst(3, false, false, RowOutcome::closed, 71);
  statistics.on_burst(1, true, true, RowOutcome::closed, 77);
  statistics.on_read(0, 50, 65);
  EXPECT_EQ(statistics.bytes_read, 65U);
  EXPECT_EQ(statistics.bytes_read_moved(), 2 * 64U);
  EXPECT_EQ(statistics.bytes_written_moved(), 64U);
  EXPECT_EQ(statistics.channels[3].reads[RowOutcome::closed], 1U);
  EXPECT_EQ(statistics.channels[1].bursts_masked, 1U);
  EXPECT_EQ(statistics.burst_latency[index_of(RowOutcome::hit)].count(), 1U);
  EXPECT_EQ(statistics.burst_latency[index_of(RowOutcome::closed)].count(), 2U);
  EXPECT_EQ(statistics.burst_latency[index_of(RowOutcome::closed)].max(), 77U);
  EXPECT_EQ(statistics.burst_latency[index_of(RowOutcome::conflict)].count(), 0U);
}

TEST(DramStatistics, CoversEveryEvent) {
  DramStatistics statistics{DramConfiguration{DramParameters{}}};
  EXPECT_EQ(statistics.covered_clocks(), 0U);
  statistics.channels[2].on_command(DramCommand::ref, 1, 0, 6246);
  EXPECT_EQ(statistics.covered_clocks(), 6246U);
  statistics.channels[0].queue_changed(7000, 1);
  EXPECT_EQ(statistics.covered_clocks(), 7000U);
  statistics.on_read(7000, 7042, 32);
  EXPECT_EQ(statistics.covered_clocks(), 7042U);
  statistics.end_clock = 9000;
  EXPECT_EQ(statistics.covered_clocks(), 9000U);
}

}  // namespace
}  // namespace tensordash
