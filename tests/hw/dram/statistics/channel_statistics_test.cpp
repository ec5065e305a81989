#include "hw/dram/statistics/channel_statistics.h"

#include <gtest/gtest.h>

namespace tensordash {
namespace {

TEST(ChannelStatistics, CountsCommandsOfEachRankAndClocksOfTheBuses) {
  ChannelStatistics channel{DramConfiguration{DramParameters{}}};
  ASSERT_EQ(channel.ranks.size(), 2U);
  channel.on_command({0, DramCommand::act, 0, 3, 17, 0});
  channel.on_command({16, DramCommand::act, 1, 3, 17, 0});
  channel.on_command({29, DramCommand::rd, 0, 3, 0, 0});
  channel.on_command({45, DramCommand::mwr, 1, 3, 0, 0});
  channel.on_command({60, DramCommand::wra, 0, 3, 0, 16});
  channel.on_command({200, DramCommand::prea, 1, 0, 0, 0});
  channel.on_command({250, DramCommand::ref, 1, 0, 0, 0});
  channel.on_command({300, DramCommand::pde, 0, 0, 0, 0});
  EXPECT_EQ(channel.ca_busy_clocks, 5 * 4 + 2 * 2 + 0U);
  EXPECT_EQ(channel.dq_read_clocks, 8U);
  EXPECT_EQ(channel.dq_write_clocks, 16U);
  EXPECT_EQ(channel.count(DramCommand::act), 2U);
  EXPECT_EQ(channel.ranks[0].count(DramCommand::act), 1U);
  EXPECT_EQ(channel.ranks[1].count(DramCommand::mwr), 1U);
  EXPECT_EQ(channel.ranks[0].banks_closed(), 1U);
  EXPECT_EQ(channel.ranks[1].banks_closed(), 1U);
  EXPECT_EQ(channel.last_event(), 300U);
}

TEST(ChannelStatistics, KnowsHowLongCommandsStandOnTheBus) {
  for (const DramCommand command : {DramCommand::act, DramCommand::rd, DramCommand::wr,
                                    DramCommand::mwr, DramCommand::rda, DramCommand::wra}) {
    EXPECT_EQ(ca_clocks(command), 4U) << name_of(command);
  }
  for (const DramCommand command : {DramCommand::pre, DramCommand::prea, DramCommand::ref,
                                    DramCommand::refpb, DramCommand::sre, DramCommand::srx}) {
    EXPECT_EQ(ca_clocks(command), 2U) << name_of(command);
  }
  EXPECT_EQ(ca_clocks(DramCommand::pde), 0U);
  EXPECT_EQ(ca_clocks(DramCommand::pdx), 0U);
}

TEST(ChannelStatistics, CountsBurstsByOutcome) {
  ChannelStatistics channel{DramConfiguration{DramParameters{}}};
  channel.on_burst(false, false, RowOutcome::hit);
  channel.on_burst(false, false, RowOutcome::hit);
  channel.on_burst(false, false, RowOutcome::conflict);
  channel.on_burst(true, false, RowOutcome::closed);
  channel.on_burst(true, true, RowOutcome::conflict);
  EXPECT_EQ(channel.bursts_read(), 3U);
  EXPECT_EQ(channel.bursts_written(), 2U);
  EXPECT_EQ(channel.bursts_masked, 1U);
  EXPECT_EQ(channel.reads[RowOutcome::hit], 2U);
  EXPECT_EQ(channel.reads[RowOutcome::closed], 0U);
  EXPECT_EQ(channel.reads[RowOutcome::conflict], 1U);
  EXPECT_EQ(channel.writes[RowOutcome::hit], 0U);
  EXPECT_EQ(channel.writes[RowOutcome::closed], 1U);
  EXPECT_EQ(channel.writes[RowOutcome::conflict], 1U);
}

TEST(ChannelStatistics, RemembersTheMostPostponedRefreshes) {
  ChannelStatistics channel{DramConfiguration{DramParameters{}}};
  for (const unsigned count : {1U, 3U, 2U}) channel.refreshes_due(count);
  EXPECT_EQ(channel.refreshes_due_max, 3U);
}

TEST(QueueDepth, IsWeightedByTime) {
  QueueDepth queue;
  EXPECT_DOUBLE_EQ(queue.mean(0), 0.0);
  queue.changed(10, 4);  // empty for 10 clocks
  queue.changed(20, 1);  // 4 for 10
  queue.changed(20, 3);  // 1 for none
  EXPECT_DOUBLE_EQ(queue.mean(20), 40.0 / 20);
  EXPECT_DOUBLE_EQ(queue.mean(30), (40.0 + 30) / 30);
  EXPECT_EQ(queue.max(), 4U);
  EXPECT_EQ(queue.last_change(), 20U);
}

}  // namespace
}  // namespace tensordash
