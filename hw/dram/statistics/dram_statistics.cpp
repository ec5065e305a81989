#include "hw/dram/statistics/dram_statistics.h"

#include <algorithm>

namespace tensordash {

DramStatistics::DramStatistics(const DramConfiguration& configuration)
    : channels(configuration.parameters.channels, ChannelStatistics(configuration)),
      tck_ps(configuration.spec.tck_ps),
      burst_bytes(configuration.burst_bytes()),
      peak_gb_s_(configuration.peak_bandwidth() * 1e-9) {}

DramClock DramStatistics::covered_clocks() const {
  DramClock last = std::max(end_clock, last_data);
  for (const ChannelStatistics& channel : channels) last = std::max(last, channel.last_event());
  return last;
}

double DramStatistics::bandwidth_gb_s() const {
  const DramClock elapsed = elapsed_clocks();
  if (elapsed == 0) return 0.0;
  // Bytes a nanosecond are 1e9 bytes a second.
  return static_cast<double>(bytes_read + bytes_written) /
         nanoseconds(static_cast<double>(elapsed + owed_refresh_clocks));
}

std::uint64_t DramStatistics::bytes_read_moved() const {
  std::uint64_t bursts = 0;
  for (const ChannelStatistics& channel : channels) bursts += channel.bursts_read();
  return bursts * burst_bytes;
}

std::uint64_t DramStatistics::bytes_written_moved() const {
  std::uint64_t bursts = 0;
  for (const ChannelStatistics& channel : channels) bursts += channel.bursts_written();
  return bursts * burst_bytes;
}

}  // namespace tensordash
