#include "hw/dram/controller/timing_state.h"

namespace tensordash {

namespace {

/// Whether a rule keeps apart commands to different banks that share a bus or the supply.
bool is_shared(const TimingRule& rule) {
  if (rule.scope == TimingScope::bank) return false;
  return (is_column_command(rule.from) && is_column_command(rule.to)) ||
         (rule.from == rule.to && (rule.from == DramCommand::act || rule.from == DramCommand::pre));
}

}  // namespace

TimingState::TimingState(const DramSpec& spec, unsigned ranks, KeptDistances kept)
    : bank_count_(spec.banks),
      faw_(spec.timings.tfaw),
      keep_all_(kept == KeptDistances::all),
      ranks_(ranks),
      banks_(static_cast<std::size_t>(ranks) * spec.banks) {
  for (const TimingRule& rule : timing_rules(spec)) {
    if (!keep_all_ && is_shared(rule)) continue;
    auto& effects = rule.scope == TimingScope::bank   ? bank_effects_
                    : rule.scope == TimingScope::rank ? rank_effects_
                                                      : other_effects_;
    effects[index_of(rule.from)].push_back({rule.to, rule.distance});
  }
}

void TimingState::activated(Rank& rank, DramCommand command, DramClock clock) const {
  rank.activations[rank.activation_count++ % 4] = clock + ca_clocks(command) - 1;
  if (rank.activation_count < 4) return;
  const DramClock last_edge = rank.activations[rank.activation_count % 4] + faw_;
  for (const DramCommand next : {DramCommand::act, DramCommand::refpb}) {
    DramClock& earliest = rank.earliest[index_of(next)];
    const DramClock first_edge = last_edge - std::min<DramClock>(last_edge, ca_clocks(next) - 1);
    earliest = std::max(earliest, first_edge);
  }
}

void TimingState::give(DramCommand command, unsigned rank, unsigned bank, DramClock clock) {
  const std::size_t at = index_of(command);
  const auto apply = [clock](Clocks& clocks, const std::vector<Effect>& effects) {
    for (const Effect& effect : effects) {
      DramClock& earliest = clocks[index_of(effect.to)];
      earliest = std::max(earliest, clock + effect.distance);
    }
  };
  if (has_bank(command)) apply(banks_[rank * bank_count_ + bank], bank_effects_[at]);
  apply(ranks_[rank].earliest, rank_effects_[at]);
  if (!other_effects_[at].empty()) {
    for (std::size_t other = 0; other < ranks_.size(); ++other) {
      if (other != rank) apply(ranks_[other].earliest, other_effects_[at]);
    }
  }
  if (keep_all_ && (command == DramCommand::act || command == DramCommand::refpb)) {
    activated(ranks_[rank], command, clock);
  }
  if (keep_all_) ca_free_ = std::max(ca_free_, clock + ca_clocks(command));
}

}  // namespace tensordash
