#include "platform/dram/dram_totals.h"

#include <algorithm>

namespace tensordash {
namespace {

std::vector<const ChannelStatistics*> all_channels(const DramStatistics& statistics) {
  std::vector<const ChannelStatistics*> channels;
  for (const ChannelStatistics& channel : statistics.channels) channels.push_back(&channel);
  return channels;
}

}  // namespace

DramTotals::DramTotals(const std::vector<const ChannelStatistics*>& channels, DramClock covered) {
  const auto channel_clocks = static_cast<double>(covered * channels.size());
  const auto share = [&](DramClock clocks) {
    return channel_clocks == 0.0 ? 0.0 : static_cast<double>(clocks) / channel_clocks;
  };
  for (const ChannelStatistics* channel : channels) {
    for (const DramCommand command : all_dram_commands) {
      commands[index_of(command)] += channel->count(command);
    }
    for (const RowOutcome outcome : all_row_outcomes) {
      reads[outcome] += channel->reads[outcome];
      writes[outcome] += channel->writes[outcome];
    }
    bursts_masked += channel->bursts_masked;
    ca_utilisation += share(channel->ca_busy_clocks);
    dq_read_utilisation += share(channel->dq_read_clocks);
    dq_write_utilisation += share(channel->dq_write_clocks);
    queue_mean += channel->queue.mean(covered) / static_cast<double>(channels.size());
    queue_max = std::max(queue_max, channel->queue.max());
    refreshes_due_max = std::max(refreshes_due_max, channel->refreshes_due_max);
  }
}

DramTotals::DramTotals(const DramStatistics& statistics)
    : DramTotals(all_channels(statistics), statistics.covered_clocks()) {}

}  // namespace tensordash
