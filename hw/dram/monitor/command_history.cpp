#include "hw/dram/monitor/command_history.h"

namespace tensordash {

CommandHistory::CommandHistory(unsigned ranks, unsigned banks)
    : banks_(banks),
      bank_(static_cast<std::size_t>(ranks) * banks),
      rank_(ranks),
      activations_(ranks) {}

void CommandHistory::Latest::note(unsigned where, DramClock when) {
  if (where != place) {
    stamp_elsewhere = stamp;
    place_elsewhere = place;
    place = where;
  }
  stamp = when;
}

void CommandHistory::Activations::note(const DramCommandRecord& command) {
  ring[oldest] = {command.clock + 1, command.command, command.bank};
  oldest = (oldest + 1) % ring.size();
}

void CommandHistory::note(const DramCommandRecord& command) {
  const std::size_t which = index_of(command.command);
  const DramClock when = command.clock + 1;
  const unsigned bank = has_bank(command.command) ? command.bank : 0;
  if (has_bank(command.command)) bank_[command.rank * banks_ + bank][which] = when;
  rank_[command.rank][which].note(bank, when);
  channel_[which].note(command.rank, when);
  if (command.command == DramCommand::act || command.command == DramCommand::refpb) {
    activations_[command.rank].note(command);
  }
}

std::optional<DramCommandRecord> CommandHistory::find(DramCommand earlier, RuleScope scope,
                                                      const DramCommandRecord& later) const {
  const DramClock when = stamp(earlier, scope, later);
  if (when == 0) return std::nullopt;
  const std::size_t which = index_of(earlier);
  DramCommandRecord found;
  found.clock = when - 1;
  found.command = earlier;
  found.rank = later.rank;
  found.bank = later.bank;
  switch (scope) {
    case RuleScope::same_bank:
      break;
    case RuleScope::same_rank:
      found.bank = static_cast<std::uint8_t>(rank_[later.rank][which].place);
      break;
    case RuleScope::other_bank:
      found.bank = static_cast<std::uint8_t>(rank_[later.rank][which].place_outside(later.bank));
      break;
    case RuleScope::other_rank:
    case RuleScope::channel: {
      const Latest& latest = channel_[which];
      const unsigned rank =
          scope == RuleScope::channel ? latest.place : latest.place_outside(later.rank);
      found.rank = static_cast<std::uint8_t>(rank);
      found.bank = static_cast<std::uint8_t>(rank_[rank][which].place);
      break;
    }
    case RuleScope::fourth_before:
      found.bank = activations_[later.rank].fourth_before().bank;
      break;
  }
  return found;
}

}  // namespace tensordash
