#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "hw/dram/statistics/channel_statistics.h"
#include "hw/dram/statistics/latency_histogram.h"

namespace tensordash {

/// What happened in a memory since clock 0. Transactions are requests of a user, split into bursts;
/// useful bytes are those that users asked for, moved bytes all those of the bursts.
struct DramStatistics {
  explicit DramStatistics(const DramConfiguration& configuration);

  /// A request has arrived.
  void on_request(DramClock clock) {
    if (!first_request || clock < *first_request) first_request = clock;
  }

  /// A transaction of `bytes` useful bytes is complete: its last data is on the bus before
  /// `data_end`, not before `arrival`.
  void on_read(DramClock arrival, DramClock data_end, std::uint64_t bytes) {
    ++reads;
    bytes_read += bytes;
    read_latency.add(data_end - arrival);
    if (data_end > last_data) last_data = data_end;
  }
  void on_write(DramClock arrival, DramClock data_end, std::uint64_t bytes) {
    ++writes;
    bytes_written += bytes;
    write_latency.add(data_end - arrival);
    if (data_end > last_data) last_data = data_end;
  }

  /// The column command of a burst has been given; `latency` counts from its arrival to its last
  /// data.
  void on_burst(unsigned channel, bool write, bool masked, RowOutcome outcome, DramClock latency) {
    channels[channel].on_burst(write, masked, outcome);
    burst_latency[index_of(outcome)].add(latency);
  }

  /// From the first request to the last data; 0 when there was none.
  DramClock elapsed_clocks() const {
    return first_request && last_data > *first_request ? last_data - *first_request : 0;
  }

  /// Clocks from 0 that the counts of commands and states cover: to end_clock, the last data and
  /// the last event of any channel.
  DramClock covered_clocks() const;

  double nanoseconds(double clocks) const { return clocks * tck_ps * 1e-3; }

  /// Useful bytes over elapsed time, in 1e9 bytes a second; 0 when no time passed. Refreshes that
  /// were put off beyond the end count as elapsed time: what they take is only borrowed.
  double bandwidth_gb_s() const;
  double peak_gb_s() const { return peak_gb_s_; }
  double share_of_peak() const { return bandwidth_gb_s() / peak_gb_s_; }

  std::uint64_t bytes_read_moved() const;
  std::uint64_t bytes_written_moved() const;

  std::vector<ChannelStatistics> channels;
  std::uint64_t reads = 0, writes = 0;                                  ///< transactions
  std::uint64_t bytes_read = 0, bytes_written = 0;                      ///< useful
  LatencyHistogram read_latency, write_latency;                         ///< of transactions
  std::array<LatencyHistogram, all_row_outcomes.size()> burst_latency;  ///< by index_of
  std::optional<DramClock> first_request;
  DramClock last_data = 0;
  DramClock end_clock = 0;  ///< when the simulation ended
  /// Clocks of the refreshes that every rank of some channel owes at the last data.
  DramClock owed_refresh_clocks = 0;
  unsigned tck_ps;
  unsigned burst_bytes;

 private:
  double peak_gb_s_;
};

}  // namespace tensordash
