#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "hw/dram/burst.h"
#include "hw/dram/parameters.h"
#include "hw/dram/statistics/command_clocks.h"
#include "hw/dram/statistics/queue_depth.h"
#include "hw/dram/statistics/rank_activity.h"

namespace tensordash {

constexpr std::array<RowOutcome, 3> all_row_outcomes = {RowOutcome::hit, RowOutcome::closed,
                                                        RowOutcome::conflict};

constexpr std::size_t index_of(RowOutcome outcome) {
  return static_cast<std::size_t>(outcome);
}

/// Bursts by what they found their bank to be, by index_of.
struct OutcomeCounts {
  std::array<std::uint64_t, all_row_outcomes.size()> counts{};

  std::uint64_t& operator[](RowOutcome outcome) { return counts[index_of(outcome)]; }
  std::uint64_t operator[](RowOutcome outcome) const { return counts[index_of(outcome)]; }
  std::uint64_t total() const { return counts[0] + counts[1] + counts[2]; }
};

/// What happened on one channel since clock 0.
struct ChannelStatistics {
  explicit ChannelStatistics(const DramConfiguration& configuration)
      : ranks(configuration.parameters.ranks, RankActivity(configuration.spec)),
        burst_clocks(configuration.spec.burst_clocks()) {}

  /// A command on the bus; of each rank in the order of clocks.
  void on_command(DramCommand command, unsigned rank, unsigned bank, DramClock clock) {
    ranks[rank].on_command(command, bank, clock);
    ca_busy_clocks += ca_clocks(command);
    if (!is_column_command(command)) return;
    (is_read_command(command) ? dq_read_clocks : dq_write_clocks) += burst_clocks;
  }
  void on_command(const DramCommandRecord& record) {
    on_command(record.command, record.rank, record.bank, record.clock);
  }

  /// A burst whose column command has been given.
  void on_burst(bool write, bool masked, RowOutcome outcome) {
    ++(write ? writes : reads)[outcome];
    if (masked) ++bursts_masked;
  }

  /// The channel was reset at `clock`: its rows are closed.
  void reset(DramClock clock) {
    for (RankActivity& rank : ranks) rank.reset(clock);
  }

  void queue_changed(DramClock clock, unsigned depth) { queue.changed(clock, depth); }

  void refreshes_due(unsigned count) {
    if (count > refreshes_due_max) refreshes_due_max = count;
  }

  std::uint64_t bursts_read() const { return reads.total(); }
  std::uint64_t bursts_written() const { return writes.total(); }  ///< masked ones too

  /// Commands of all ranks.
  std::uint64_t count(DramCommand command) const;

  /// Clock of the last command or change of the queue.
  DramClock last_event() const;

  std::vector<RankActivity> ranks;
  OutcomeCounts reads, writes;      ///< bursts
  std::uint64_t bursts_masked = 0;  ///< of those written
  DramClock ca_busy_clocks = 0;
  DramClock dq_read_clocks = 0, dq_write_clocks = 0;
  QueueDepth queue;  ///< bursts waiting for their column command
  unsigned refreshes_due_max = 0;
  unsigned burst_clocks;  ///< BL/2
};

}  // namespace tensordash
