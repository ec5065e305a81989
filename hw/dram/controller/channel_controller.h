#pragma once

#include <optional>
#include <vector>

#include "hw/dram/burst.h"
#include "hw/dram/controller/burst_queue.h"
#include "hw/dram/controller/refresh_plan.h"
#include "hw/dram/controller/timing_state.h"

namespace tensordash {

/// Decides what stands on the command bus of one channel: a command that serves the queued bursts,
/// refreshes, or saves power, at the first clock at which it is legal.
///
/// Column commands go first: a row command is given only where it keeps no column command waiting.
/// Reads and writes take turns: writes gather until `write_high` of them wait or there is no read,
/// then drain until `write_low`. Bursts to the same columns keep their order when one of them
/// writes.
class ChannelController {
 public:
  static constexpr DramClock never = ~DramClock{0};

  /// A command to be given at `clock`, unless something comes in before; without a command, the
  /// clock at which to decide again.
  struct Decision {
    DramClock clock = never;
    std::optional<DramCommand> command;
    unsigned rank = 0, bank = 0;  ///< bank of the rank
    std::uint32_t entry = BurstQueue::none;
  };

  /// A command that was given, and the burst that it served.
  struct Given {
    DramCommandRecord record;
    bool served = false;
    DramBurst burst;
    RowOutcome outcome = RowOutcome::hit;
    DramClock arrival = 0, data_end = 0;  ///< of the burst
  };

  ChannelController(const DramConfiguration& configuration, unsigned channel);

  bool full() const { return queue_.full(); }
  /// Bursts that wait for their column command.
  unsigned depth() const { return queue_.size(); }
  /// Refreshes that every rank owes at `now`, in clocks that they will take: what a run that ends
  /// here has gained by putting them off.
  DramClock owed_refresh_clocks(DramClock now) const;
  /// The most refreshes that any rank owes at `now`.
  unsigned owed_refreshes(DramClock now) const;

  /// Queues a burst that arrives at clock `now`; there is room. Returns the first clock at which a
  /// command for it could be given: before that, decisions made earlier hold.
  DramClock push(const DramBurst& burst, DramClock now);

  /// The next command, at `now` or later. Asked again whenever something changed.
  Decision decide(DramClock now);

  /// Whether the decision that decide() made last would be made again at its clock, although a
  /// burst came at `now` for which push() returned `first`. May be false where it would; asked for
  /// every burst that comes, until it is false.
  bool holds(const Decision& decision, DramClock now, DramClock first) const;

  /// Gives a command that was just decided, at its clock.
  Given give(const Decision& decision);

 private:
  enum class Power : std::uint8_t { up, down, self_refresh };

  struct Bank {
    std::uint8_t rank = 0, number = 0;  ///< its place: number in the rank
    std::uint32_t row = BurstQueue::closed_row;
    unsigned hits = 0;  ///< column commands since the row was opened
    DramClock last_access = 0;
  };

  struct Rank {
    Power power = Power::up;
    std::uint32_t open = 0;     ///< banks with an open row
    DramClock idle_since = 0;   ///< clock of the last column command
    bool refreshing = false;    ///< no more work until it is refreshed
    std::uint32_t blocked = 0;  ///< banks that wait for their refresh
    /// The one that was chosen when a refresh pressed: it stays so until it is refreshed.
    std::optional<unsigned> refresh_target;
  };

  unsigned channel_bank(unsigned rank, unsigned bank) const {
    return rank * banks_per_rank_ + bank;
  }
  bool has_work(unsigned rank) const;
  bool aged(const BurstQueue::Entry& entry, DramClock now) const {
    return age_limit_ != 0 && now - entry.arrival > age_limit_;
  }

  Decision command_at(DramCommand command, unsigned rank, unsigned bank, DramClock now,
                      std::uint32_t entry = BurstQueue::none) const;
  /// The one to be given first: `first`, unless `second` ends before it begins.
  static const Decision& before(const Decision& first, const Decision& second);

  Decision maintain(unsigned rank, DramClock now);
  Decision refresh_rank(unsigned rank, DramClock now);
  Decision refresh_bank(unsigned rank, DramClock now);
  unsigned bank_to_refresh(unsigned rank, bool pressing) const;
  Decision save_power(unsigned rank, DramClock now) const;
  Decision close_idle_rows(DramClock now) const;

  struct Candidate;
  Decision decision_of(const Candidate& candidate) const;

  /// The next command for a burst, or none.
  Decision serve(DramClock now);
  Decision work(DramClock now);
  Decision work_in_order(DramClock now);
  bool write_turn(DramClock now);
  /// The banks of a rank, as bits of the channel's banks.
  std::uint64_t banks_of(unsigned rank) const {
    return ((std::uint64_t{1} << banks_per_rank_) - 1) << (rank * banks_per_rank_);
  }
  /// Banks (bit i: bank i of the channel) that neither rest nor are or will be refreshed now.
  std::uint64_t working_banks() const;
  /// Of the bursts of one direction in some banks, which may work; without `columns` only their
  /// rows.
  Decision work_of(bool write, DramClock now, std::uint64_t banks, bool columns);
  bool must_close(unsigned channel_bank, const BurstQueue::Line& line, DramClock now) const;
  DramCommand column_command(unsigned channel_bank, std::uint32_t at) const;
  bool last_of_row(unsigned channel_bank, std::uint32_t at) const;

  void open_row(unsigned rank, unsigned bank, std::uint32_t row);
  void close_row(unsigned rank, unsigned bank);

  DramParameters parameters_;
  unsigned banks_per_rank_, age_limit_;
  unsigned read_latency_, write_latency_;  ///< first edge to end of data
  unsigned refresh_clocks_;                ///< of one refresh that stops a whole rank
  TimingState timing_;
  BurstQueue queue_;
  std::vector<Bank> banks_;
  std::vector<Rank> ranks_;
  std::vector<RefreshPlan> refresh_;
  DramClock wake_ = never;  ///< of the present decision: when to look again in any case
  bool saves_power_;
  bool writing_ = false;
  bool calm_ = false;  ///< at the present decision no rank rested or was owed a refresh
};

}  // namespace tensordash
