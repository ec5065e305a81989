#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "hw/dram/statistics/dram_statistics.h"

namespace tensordash {

/// What the channels did, of one channel or of several together.
struct DramTotals {
  /// Over the clocks before `covered`, which no event lies after.
  DramTotals(const std::vector<const ChannelStatistics*>& channels, DramClock covered);
  /// Of all channels.
  explicit DramTotals(const DramStatistics& statistics);

  std::array<std::uint64_t, dram_command_count> commands{};
  OutcomeCounts reads, writes;  ///< bursts
  std::uint64_t bursts_masked = 0;
  /// Shares of the clocks for which the bus was busy, on average over channels.
  double ca_utilisation = 0.0, dq_read_utilisation = 0.0, dq_write_utilisation = 0.0;
  double queue_mean = 0.0;  ///< over time and channels
  unsigned queue_max = 0;
  unsigned refreshes_due_max = 0;
};

}  // namespace tensordash
