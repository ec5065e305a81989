#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "hw/dram/command.h"
#include "hw/dram/monitor/rule_table.h"

namespace tensordash {

/// The latest of each command in every bank, rank and in the channel, so that the latest one of any
/// scope is found without a search.
class CommandHistory {
 public:
  CommandHistory(unsigned ranks, unsigned banks);

  /// A command after all that were noted before, of a rank and bank within range.
  void note(const DramCommandRecord& command);

  /// One more than the clock of the latest `earlier` that stands in `scope` to `later`; 0 when
  /// there was none.
  DramClock stamp(DramCommand earlier, RuleScope scope, const DramCommandRecord& later) const {
    const std::size_t command = index_of(earlier);
    switch (scope) {
      case RuleScope::same_bank:
        return bank_[later.rank * banks_ + later.bank][command];
      case RuleScope::same_rank:
        return rank_[later.rank][command].stamp;
      case RuleScope::other_bank:
        return rank_[later.rank][command].stamp_outside(later.bank);
      case RuleScope::other_rank:
        return channel_[command].stamp_outside(later.rank);
      case RuleScope::channel:
        return channel_[command].stamp;
      case RuleScope::fourth_before:
        break;
    }
    const Activation& activation = activations_[later.rank].fourth_before();
    return activation.command == earlier ? activation.stamp : 0;
  }

  /// The command that stamp() is about. Rows and columns are not remembered.
  std::optional<DramCommandRecord> find(DramCommand earlier, RuleScope scope,
                                        const DramCommandRecord& later) const;

 private:
  /// The latest of a command, where it went, and the latest that went elsewhere.
  struct Latest {
    DramClock stamp = 0, stamp_elsewhere = 0;
    unsigned place = 0, place_elsewhere = 0;

    DramClock stamp_outside(unsigned here) const { return place == here ? stamp_elsewhere : stamp; }
    unsigned place_outside(unsigned here) const { return place == here ? place_elsewhere : place; }
    void note(unsigned where, DramClock when);
  };

  struct Activation {
    DramClock stamp = 0;
    DramCommand command = DramCommand::act;
    std::uint8_t bank = 0;
  };

  /// The last four ACTs and REFPBs of a rank.
  struct Activations {
    std::array<Activation, 4> ring;
    unsigned oldest = 0;

    const Activation& fourth_before() const { return ring[oldest]; }
    void note(const DramCommandRecord& command);
  };

  template <typename Value>
  using OfEach = std::array<Value, dram_command_count>;

  unsigned banks_;
  std::vector<OfEach<DramClock>> bank_;   ///< banks of all ranks
  std::vector<OfEach<Latest>> rank_;      ///< places are banks
  OfEach<Latest> channel_{};              ///< places are ranks
  std::vector<Activations> activations_;  ///< one a rank
};

}  // namespace tensordash
