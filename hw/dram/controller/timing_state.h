#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include "hw/dram/controller/timing_rules.h"

namespace tensordash {

/// Which distances a TimingState keeps: all, or not those by which commands to different banks
/// share the buses and the supply (CA bus, column to column, ACT to ACT, PRE to PRE), for users who
/// keep them themselves.
enum class KeptDistances { all, of_banks };

/// From which clock on each command may be given to each bank and rank of a channel.
class TimingState {
 public:
  TimingState(const DramSpec& spec, unsigned ranks, KeptDistances kept = KeptDistances::all);

  /// The first clock at which the command is legal; for commands without a bank, `bank` is ignored.
  DramClock earliest(DramCommand command, unsigned rank, unsigned bank) const {
    const std::size_t at = index_of(command);
    DramClock clock = ranks_[rank].earliest[at];
    if (has_bank(command)) clock = std::max(clock, banks_[rank * bank_count_ + bank][at]);
    if (ca_clocks(command) != 0) clock = std::max(clock, ca_free_);
    return clock;
  }

  /// The command stands on the bus from `clock` on.
  void give(DramCommand command, unsigned rank, unsigned bank, DramClock clock);

 private:
  using Clocks = std::array<DramClock, dram_command_count>;

  /// The last four activations and per-bank refreshes of a rank (tFAW, JESD209-4 section on the
  /// activate command), by their last edges.
  struct Rank {
    Clocks earliest{};
    std::array<DramClock, 4> activations{};
    std::uint64_t activation_count = 0;
  };

  struct Effect {
    DramCommand to;
    unsigned distance;
  };

  void activated(Rank& rank, DramCommand command, DramClock clock) const;

  unsigned bank_count_, faw_;
  bool keep_all_;
  DramClock ca_free_ = 0;
  std::vector<Rank> ranks_;
  std::vector<Clocks> banks_;
  std::array<std::vector<Effect>, dram_command_count> bank_effects_, rank_effects_, other_effects_;
};

}  // namespace tensordash
