#include "hw/dram/controller/latency_estimator.h"

#include <algorithm>

namespace tensordash {
namespace {

/// Distances of the column commands of all ranks: kind 2 * rank reads, 2 * rank + 1 writes.
std::vector<std::vector<unsigned>> column_distances(const DramSpec& spec, unsigned ranks) {
  std::vector<std::vector<unsigned>> distances(2 * ranks, std::vector<unsigned>(2 * ranks, 0));
  for (const TimingRule& rule : timing_rules(spec)) {
    const bool kinds = (rule.from == DramCommand::rd || rule.from == DramCommand::wr) &&
                       (rule.to == DramCommand::rd || rule.to == DramCommand::wr);
    if (!kinds || rule.scope == TimingScope::bank) continue;
    for (unsigned from = 0; from < ranks; ++from) {
      for (unsigned to = 0; to < ranks; ++to) {
        if ((from == to) != (rule.scope == TimingScope::rank)) continue;
        distances[2 * from + (rule.from == DramCommand::wr ? 1 : 0)]
                 [2 * to + (rule.to == DramCommand::wr ? 1 : 0)] = rule.distance;
      }
    }
  }
  return distances;
}

/// tRRD within a rank, or a fourth of tFAW.
std::vector<std::vector<unsigned>> activation_distances(const DramSpec& spec, unsigned ranks) {
  std::vector<std::vector<unsigned>> distances(ranks, std::vector<unsigned>(ranks, 0));
  for (unsigned rank = 0; rank < ranks; ++rank) {
    distances[rank][rank] = std::max(spec.timings.trrd, (spec.timings.tfaw + 3) / 4);
  }
  return distances;
}

unsigned column_kind(const DramBurst& burst) {
  return 2U * burst.rank + (burst.write ? 1U : 0U);
}

}  // namespace

LatencyEstimator::LatencyEstimator(const DramConfiguration& configuration)
    : configuration_(configuration),
      read_latency_(read_clocks(configuration.spec)),
      write_latency_(write_clocks(configuration.spec)) {
  reset();
}

void LatencyEstimator::reset() {
  forget();
  epoch_ = 0;
  commands_ = {};
}

void LatencyEstimator::restart(DramClock clock) {
  forget();
  epoch_ = clock;
}

void LatencyEstimator::forget() {
  channels_.clear();
  const DramParameters& parameters = configuration_.parameters;
  for (unsigned channel = 0; channel < parameters.channels; ++channel) {
    Channel state{TimingState(configuration_.spec, parameters.ranks, KeptDistances::of_banks),
                  BusCalendar(column_distances(configuration_.spec, parameters.ranks)),
                  BusCalendar(activation_distances(configuration_.spec, parameters.ranks)),
                  {}};
    for (unsigned rank = 0; rank < parameters.ranks; ++rank) {
      state.ranks.push_back({RefreshPlan(configuration_, channel, rank),
                             std::vector<Bank>(configuration_.spec.banks), 0});
    }
    channels_.push_back(std::move(state));
  }
}

/// The first clock at which a command for the burst is legal and its bus is free.
DramClock LatencyEstimator::first_clock(const Channel& channel, DramCommand command,
                                        const DramBurst& burst, DramClock from) {
  const DramClock clock = std::max(from, channel.timing.earliest(command, burst.rank, burst.bank));
  if (command == DramCommand::act) return channel.activations.first_free(burst.rank, clock);
  if (command == DramCommand::pre) return clock;
  return channel.columns.first_free(column_kind(burst), clock);
}

DramClock LatencyEstimator::give(Channel& channel, DramCommand command, unsigned rank,
                                 unsigned bank, DramClock from) {
  const DramClock clock = std::max(from, channel.timing.earliest(command, rank, bank));
  channel.timing.give(command, rank, bank, clock);
  ++commands_[index_of(command)];
  return clock;
}

void LatencyEstimator::close_all(Channel& channel, const DramBurst& burst, DramClock from) {
  const unsigned rank = burst.rank;
  std::vector<Bank>& banks = channel.ranks[rank].banks;
  for (unsigned bank = 0; bank < banks.size(); ++bank) {
    if (bank != burst.bank) close_by_policy(channel, rank, bank, from);
  }
  if (std::none_of(banks.begin(), banks.end(),
                   [](const Bank& bank) { return bank.row != closed_row; })) {
    return;
  }
  give(channel, DramCommand::prea, rank, 0, from);
  for (Bank& bank : banks) bank.row = closed_row;
}

void LatencyEstimator::refresh_rank(Channel& channel, const DramBurst& burst) {
  RefreshPlan& plan = channel.ranks[burst.rank].refresh;
  close_all(channel, burst, plan.next_due());
  give(channel, DramCommand::ref, burst.rank, 0, plan.next_due());
  plan.given(0);
}

void LatencyEstimator::refresh_bank(Channel& channel, const DramBurst& burst, DramClock arrival) {
  Rank& rank = channel.ranks[burst.rank];
  const DramClock due = rank.refresh.next_due();
  const std::uint32_t round = rank.refresh.round();
  // A bank that nobody waits for, if there is one left.
  std::uint32_t wanted = round;
  if (arrival <= due) wanted &= ~(std::uint32_t{1} << burst.bank);
  const auto bank = static_cast<unsigned>(__builtin_ctz(wanted != 0 ? wanted : round));
  if (bank != burst.bank) close_by_policy(channel, burst.rank, bank, due);
  if (rank.banks[bank].row != closed_row) {
    give(channel, DramCommand::pre, burst.rank, bank, due);
    rank.banks[bank].row = closed_row;
  }
  give(channel, DramCommand::refpb, burst.rank, bank, due);
  rank.refresh.given(bank);
}

/// Gives the refreshes that come before a command at `command`: those due while the rank was idle,
/// and those that may not be put off any longer.
void LatencyEstimator::refresh_until(Channel& channel, const DramBurst& burst, DramClock arrival,
                                     DramClock command) {
  RefreshPlan& plan = channel.ranks[burst.rank].refresh;
  if (!plan.enabled()) return;
  while (plan.next_due() < arrival || plan.owed(command) > plan.may_owe()) {
    if (plan.per_bank()) {
      refresh_bank(channel, burst, arrival);
    } else {
      refresh_rank(channel, burst);
    }
  }
}

/// Closes a row that the page policy closed before `clock`.
void LatencyEstimator::close_by_policy(Channel& channel, unsigned rank, unsigned number,
                                       DramClock clock) {
  const DramParameters& parameters = configuration_.parameters;
  if (parameters.page_policy == PagePolicy::open) return;
  Bank& bank = channel.ranks[rank].banks[number];
  if (bank.row == closed_row) return;
  if (parameters.page_policy == PagePolicy::adaptive) {
    const DramClock timeout = bank.last_access + parameters.page_timeout;
    if (clock <= timeout) return;
    give(channel, DramCommand::pre, rank, number, timeout);
  } else {
    // The controller knew of this burst when it gave the last one, or closed the row with that.
    if (clock <= bank.last_access) return;
    if (bank.last_command == DramCommand::mwr) {
      give(channel, DramCommand::pre, rank, number, bank.last_access);
    } else {
      channel.timing.give(
          bank.last_command == DramCommand::rd ? DramCommand::rda : DramCommand::wra, rank, number,
          bank.last_access);
    }
  }
  bank.row = closed_row;
}

void LatencyEstimator::wake(Channel& channel, const DramBurst& burst, DramClock arrival) {
  const DramParameters& parameters = configuration_.parameters;
  Rank& rank = channel.ranks[burst.rank];
  if (parameters.self_refresh != 0 && arrival > rank.idle_since + parameters.self_refresh) {
    const DramClock idle = rank.idle_since + parameters.self_refresh;
    close_all(channel, burst, idle);
    if (channel.timing.earliest(DramCommand::sre, burst.rank, 0) < arrival) {
      give(channel, DramCommand::sre, burst.rank, 0, idle);
      rank.refresh.restart(give(channel, DramCommand::srx, burst.rank, 0, arrival));
      return;
    }
  }
  if (parameters.power_down != 0 && arrival > rank.idle_since + parameters.power_down &&
      channel.timing.earliest(DramCommand::pde, burst.rank, 0) < arrival) {
    give(channel, DramCommand::pde, burst.rank, 0, rank.idle_since + parameters.power_down);
    give(channel, DramCommand::pdx, burst.rank, 0, arrival);
  }
}

BurstEstimate LatencyEstimator::serve(unsigned channel, const DramBurst& burst, DramClock arrival) {
  BurstEstimate estimate = serve_from_epoch(channel, burst, arrival - epoch_);
  estimate.data_end += epoch_;
  return estimate;
}

BurstEstimate LatencyEstimator::serve_from_epoch(unsigned channel, const DramBurst& burst,
                                                 DramClock arrival) {
  Channel& state = channels_[channel];
  Rank& rank = state.ranks[burst.rank];
  Bank& bank = rank.banks[burst.bank];
  const DramCommand column = burst.masked  ? DramCommand::mwr
                             : burst.write ? DramCommand::wr
                                           : DramCommand::rd;
  close_by_policy(state, burst.rank, burst.bank, arrival);
  if (rank.refresh.enabled() && rank.refresh.next_due() < arrival &&
      configuration_.parameters.self_refresh == 0) {
    refresh_until(state, burst, arrival, arrival);
  }
  wake(state, burst, arrival);
  RowOutcome outcome = RowOutcome::hit;
  for (;;) {
    const DramCommand next = bank.row == burst.row    ? column
                             : bank.row == closed_row ? DramCommand::act
                                                      : DramCommand::pre;
    const DramClock clock = first_clock(state, next, burst, arrival);
    const DramClock due = rank.refresh.next_due();
    refresh_until(state, burst, arrival, clock);
    if (rank.refresh.next_due() != due) continue;  // a refresh came first and may have closed it
    give(state, next, burst.rank, burst.bank, clock);
    if (next == DramCommand::pre) {
      bank.row = closed_row;
      outcome = RowOutcome::conflict;
    } else if (next == DramCommand::act) {
      state.activations.take(burst.rank, clock);
      bank.row = burst.row;
      if (outcome == RowOutcome::hit) outcome = RowOutcome::closed;
    } else {
      state.columns.take(column_kind(burst), clock);
      bank.last_access = clock;
      bank.last_command = next;
      rank.idle_since = clock;
      const unsigned latency = next == DramCommand::rd ? read_latency_ : write_latency_;
      return {clock + latency, outcome};
    }
  }
}

}  // namespace tensordash
