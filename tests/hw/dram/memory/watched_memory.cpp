#include "tests/hw/dram/memory/watched_memory.h"

#include <gtest/gtest.h>

#include <numeric>

namespace tensordash {

std::vector<std::string> violations_of(
    const std::vector<std::unique_ptr<CommandBusMonitor>>& monitors, DramClock end) {
  std::vector<std::string> found;
  for (const auto& monitor : monitors) {
    monitor->finish(end);
    for (const BusViolation& violation : monitor->violations()) {
      found.push_back(std::string(monitor->name()) + ": " + describe(violation));
    }
  }
  return found;
}

void expect_consistent(const ChannelStatistics& channel, DramClock covered) {
  const auto count = [&channel](DramCommand command) { return channel.count(command); };
  EXPECT_EQ(count(DramCommand::rd) + count(DramCommand::rda), channel.bursts_read());
  EXPECT_EQ(count(DramCommand::wr) + count(DramCommand::mwr) + count(DramCommand::wra),
            channel.bursts_written());
  EXPECT_EQ(count(DramCommand::mwr), channel.bursts_masked);
  EXPECT_EQ(channel.dq_read_clocks, channel.burst_clocks * channel.bursts_read());
  EXPECT_EQ(channel.dq_write_clocks, channel.burst_clocks * channel.bursts_written());
  DramClock ca_clocks_sum = 0;
  for (const DramCommand command : all_dram_commands) {
    ca_clocks_sum += ca_clocks(command) * count(command);
  }
  EXPECT_EQ(channel.ca_busy_clocks, ca_clocks_sum);
  // Each burst that found its bank closed was given an ACT of its own, a conflict a PRE.
  const auto outcome = [&channel](RowOutcome which) {
    return channel.reads[which] + channel.writes[which];
  };
  EXPECT_GE(count(DramCommand::act), outcome(RowOutcome::closed));
  EXPECT_GE(count(DramCommand::pre), outcome(RowOutcome::conflict));
  EXPECT_LE(channel.queue.max(), 1024U);
  EXPECT_LE(channel.last_event(), covered);
  for (const RankActivity& rank : channel.ranks) {
    const RankResidency residency = rank.residency(covered);
    EXPECT_EQ(std::accumulate(residency.begin(), residency.end(), DramClock{0}), covered);
    EXPECT_LE(rank.banks_closed(), rank.count(DramCommand::act));
    EXPECT_LE(rank.count(DramCommand::act) - rank.banks_closed(), 8U);
    EXPECT_LE(rank.count(DramCommand::pde) - rank.count(DramCommand::pdx), 1U);
    EXPECT_LE(rank.count(DramCommand::sre) - rank.count(DramCommand::srx), 1U);
  }
}

}  // namespace tensordash
