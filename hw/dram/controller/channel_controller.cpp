#include "hw/dram/controller/channel_controller.h"

#include <algorithm>

namespace tensordash {
namespace {

unsigned lowest_bit(std::uint64_t bits) {
  return static_cast<unsigned>(__builtin_ctzll(bits));
}

DramCommand with_auto_precharge(DramCommand command) {
  return command == DramCommand::rd ? DramCommand::rda : DramCommand::wra;
}

}  // namespace

ChannelController::ChannelController(const DramConfiguration& configuration, unsigned channel)
    : parameters_(configuration.parameters),
      banks_per_rank_(configuration.spec.banks),
      age_limit_(parameters_.age_limit),
      read_latency_(read_clocks(configuration.spec)),
      write_latency_(write_clocks(configuration.spec)),
      refresh_clocks_(
          parameters_.refresh == RefreshMode::all_bank ? configuration.spec.timings.trfcab : 0),
      timing_(configuration.spec, parameters_.ranks),
      queue_(parameters_.queue, parameters_.ranks * configuration.spec.banks),
      banks_(static_cast<std::size_t>(parameters_.ranks) * configuration.spec.banks),
      ranks_(parameters_.ranks),
      saves_power_(parameters_.power_down != 0 || parameters_.self_refresh != 0) {
  for (unsigned rank = 0; rank < parameters_.ranks; ++rank) {
    refresh_.emplace_back(configuration, channel, rank);
    for (unsigned bank = 0; bank < banks_per_rank_; ++bank) {
      Bank& state = banks_[channel_bank(rank, bank)];
      state.rank = static_cast<std::uint8_t>(rank);
      state.number = static_cast<std::uint8_t>(bank);
    }
  }
}

bool ChannelController::has_work(unsigned rank) const {
  return ((queue_.waiting(false) | queue_.waiting(true)) & banks_of(rank)) != 0;
}

DramClock ChannelController::owed_refresh_clocks(DramClock now) const {
  DramClock least = never;
  for (unsigned rank = 0; rank < ranks_.size(); ++rank) {
    const bool rests = ranks_[rank].power == Power::self_refresh;
    least = std::min(least, rests ? 0 : refresh_[rank].owed(now));
  }
  return least * refresh_clocks_;
}

unsigned ChannelController::owed_refreshes(DramClock now) const {
  DramClock most = 0;
  for (unsigned rank = 0; rank < ranks_.size(); ++rank) {
    const bool rests = ranks_[rank].power == Power::self_refresh;
    most = std::max(most, rests ? 0 : refresh_[rank].owed(now));
  }
  return static_cast<unsigned>(most);
}

DramClock ChannelController::push(const DramBurst& burst, DramClock now) {
  const unsigned at = channel_bank(burst.rank, burst.bank);
  const Bank& bank = banks_[at];
  const std::uint32_t entry = queue_.push(at, burst, now, bank.row);
  if (ranks_[burst.rank].power != Power::up) return now;
  const DramCommand first = bank.row == BurstQueue::closed_row ? DramCommand::act
                            : bank.row == burst.row            ? column_command(at, entry)
                                                               : DramCommand::pre;
  return std::max(now, timing_.earliest(first, burst.rank, burst.bank));
}

ChannelController::Decision ChannelController::command_at(DramCommand command, unsigned rank,
                                                          unsigned bank, DramClock now,
                                                          std::uint32_t entry) const {
  return {std::max(now, timing_.earliest(command, rank, bank)), command, rank, bank, entry};
}

const ChannelController::Decision& ChannelController::before(const Decision& first,
                                                             const Decision& second) {
  if (!first.command) return second;
  if (!second.command) return first;
  const DramClock end = second.clock + std::max(1U, ca_clocks(*second.command));
  return end <= first.clock ? second : first;
}

ChannelController::Decision ChannelController::decide(DramClock now) {
  wake_ = never;
  calm_ = true;
  Decision kept;
  for (unsigned rank = 0; rank < ranks_.size(); ++rank) {
    Rank& state = ranks_[rank];
    if (state.power == Power::up && refresh_[rank].rests(now)) {  // nearly always
      state.refreshing = false;
      state.blocked = 0;
      wake_ = std::min(wake_, refresh_[rank].next_due());
      continue;
    }
    calm_ = false;
    const Decision next = maintain(rank, now);
    if (next.command && next.clock < kept.clock) kept = next;
  }
  Decision chosen = serve(now);
  if (kept.command) chosen = before(kept, chosen);
  if (parameters_.page_policy != PagePolicy::open) chosen = before(chosen, close_idle_rows(now));
  for (unsigned rank = 0; saves_power_ && rank < ranks_.size(); ++rank) {
    chosen = before(chosen, save_power(rank, now));
  }
  // A refresh that falls due with a command goes first, whether or not anybody asks again before.
  if (wake_ <= chosen.clock) {
    chosen = Decision{};
    chosen.clock = wake_;
  }
  return chosen;
}

bool ChannelController::holds(const Decision& decision, DramClock now, DramClock first) const {
  // A column command in its turn gives way to nothing that is younger and not ready before it.
  if (!decision.command || now > decision.clock || first < decision.clock) return false;
  if (!calm_ || saves_power_ || parameters_.page_policy != PagePolicy::open ||
      parameters_.scheduler != DramScheduling::frfcfs) {
    return false;
  }
  const bool write = writing_;
  if (*decision.command != (write ? DramCommand::wr : DramCommand::rd)) return false;
  // The turn does not end with what came.
  if (write ? queue_.count(false) != 0 && queue_.count(true) <= parameters_.write_low
            : queue_.count(true) >= parameters_.write_high) {
    return false;
  }
  for (const bool direction : {false, true}) {
    const std::uint32_t oldest = queue_.oldest(direction);
    if (oldest != BurstQueue::none && aged(queue_.entry(oldest), decision.clock)) return false;
  }
  return true;
}

// ---- Refresh and power

ChannelController::Decision ChannelController::maintain(unsigned rank, DramClock now) {
  Rank& state = ranks_[rank];
  const bool busy = has_work(rank);
  state.refreshing = false;
  state.blocked = 0;
  if (state.power == Power::self_refresh) {
    return busy ? command_at(DramCommand::srx, rank, 0, now) : Decision{};
  }
  RefreshPlan& plan = refresh_[rank];
  if (plan.enabled()) {
    wake_ = std::min(wake_, plan.next_change(now));
    if (plan.per_bank()) {
      if (plan.owed(now) != 0) {
        const Decision next = refresh_bank(rank, now);
        if (next.command) return next;
      }
    } else if (plan.pressing(now, busy)) {
      return refresh_rank(rank, now);
    }
  }
  if (busy && state.power == Power::down) return command_at(DramCommand::pdx, rank, 0, now);
  return {};
}

ChannelController::Decision ChannelController::refresh_rank(unsigned rank, DramClock now) {
  Rank& state = ranks_[rank];
  state.refreshing = true;
  if (state.power == Power::down) return command_at(DramCommand::pdx, rank, 0, now);
  return command_at(state.open != 0 ? DramCommand::prea : DramCommand::ref, rank, 0, now);
}

unsigned ChannelController::bank_to_refresh(unsigned rank, bool pressing) const {
  const std::uint32_t round = refresh_[rank].round();
  for (unsigned bank = 0; bank < banks_per_rank_; ++bank) {
    if ((round >> bank & 1U) != 0 && !queue_.waits(channel_bank(rank, bank))) return bank;
  }
  return pressing ? lowest_bit(round) : banks_per_rank_;
}

ChannelController::Decision ChannelController::refresh_bank(unsigned rank, DramClock now) {
  Rank& state = ranks_[rank];
  RefreshPlan& plan = refresh_[rank];
  const bool pressing = plan.pressing(now, has_work(rank));
  const unsigned bank =
      state.refresh_target ? *state.refresh_target : bank_to_refresh(rank, pressing);
  if (bank == banks_per_rank_) return {};
  // Chosen anew at every look, banks that work comes for could take turns for ever.
  if (pressing) state.refresh_target = bank;
  state.blocked = std::uint32_t{1} << bank;
  if (state.power == Power::down) return command_at(DramCommand::pdx, rank, 0, now);
  const bool open = (state.open >> bank & 1U) != 0;
  return command_at(open ? DramCommand::pre : DramCommand::refpb, rank, bank, now);
}

ChannelController::Decision ChannelController::save_power(unsigned rank, DramClock now) const {
  const Rank& state = ranks_[rank];
  if (state.power == Power::self_refresh || state.refreshing || state.blocked != 0 ||
      has_work(rank)) {
    return {};
  }
  const auto from = [&state, now](unsigned idle) {
    return std::max(now, state.idle_since + DramClock{idle});
  };
  if (parameters_.self_refresh != 0 && refresh_[rank].may_rest()) {
    const DramClock start = from(parameters_.self_refresh);
    const DramCommand next = state.power == Power::down ? DramCommand::pdx
                             : state.open != 0          ? DramCommand::prea
                                                        : DramCommand::sre;
    const Decision towards = command_at(next, rank, 0, start);
    // Powering down is worth it only while there is time before.
    if (start <= now || parameters_.power_down == 0 || state.power == Power::down) return towards;
  }
  if (parameters_.power_down == 0 || state.power == Power::down) return {};
  return command_at(DramCommand::pde, rank, 0, from(parameters_.power_down));
}

ChannelController::Decision ChannelController::close_idle_rows(DramClock now) const {
  Decision chosen;
  for (unsigned rank = 0; rank < ranks_.size(); ++rank) {
    const Rank& state = ranks_[rank];
    if (state.power != Power::up || state.refreshing) continue;
    for (std::uint32_t open = state.open & ~state.blocked; open != 0; open &= open - 1) {
      const unsigned bank = lowest_bit(open);
      const unsigned at = channel_bank(rank, bank);
      if (queue_.line(at, false).hit != BurstQueue::none ||
          queue_.line(at, true).hit != BurstQueue::none) {
        continue;
      }
      const DramClock start = parameters_.page_policy == PagePolicy::closed
                                  ? now
                                  : banks_[at].last_access + parameters_.page_timeout;
      const Decision next = command_at(DramCommand::pre, rank, bank, std::max(now, start));
      if (next.clock < chosen.clock) chosen = next;
    }
  }
  return chosen;
}

// ---- Bursts

std::uint64_t ChannelController::working_banks() const {
  std::uint64_t banks = 0;
  for (unsigned rank = 0; rank < ranks_.size(); ++rank) {
    const Rank& state = ranks_[rank];
    if (state.power != Power::up || state.refreshing) continue;
    banks |= banks_of(rank) & ~(std::uint64_t{state.blocked} << (rank * banks_per_rank_));
  }
  return banks;
}

bool ChannelController::last_of_row(unsigned channel_bank, std::uint32_t at) const {
  const BurstQueue::Entry& entry = queue_.entry(at);
  if (queue_.line(channel_bank, !entry.burst.write).hit != BurstQueue::none) return false;
  for (std::uint32_t other = queue_.line(channel_bank, entry.burst.write).hit;
       other != BurstQueue::none; other = queue_.entry(other).next) {
    if (other != at && queue_.entry(other).burst.row == entry.burst.row) return false;
  }
  return true;
}

DramCommand ChannelController::column_command(unsigned channel_bank, std::uint32_t at) const {
  const BurstQueue::Entry& entry = queue_.entry(at);
  if (entry.burst.masked) return DramCommand::mwr;
  const DramCommand plain = entry.burst.write ? DramCommand::wr : DramCommand::rd;
  switch (parameters_.page_policy) {
    case PagePolicy::open:
      return plain;
    case PagePolicy::closed:
      return last_of_row(channel_bank, at) ? with_auto_precharge(plain) : plain;
    case PagePolicy::adaptive: {
      const BurstQueue::Line& reads = queue_.line(channel_bank, false);
      const BurstQueue::Line& writes = queue_.line(channel_bank, true);
      const bool alone =
          (reads.head == at && reads.tail == at && writes.head == BurstQueue::none) ||
          (writes.head == at && writes.tail == at && reads.head == BurstQueue::none);
      return !alone && last_of_row(channel_bank, at) ? with_auto_precharge(plain) : plain;
    }
  }
  return plain;
}

bool ChannelController::must_close(unsigned channel_bank, const BurstQueue::Line& line,
                                   DramClock now) const {
  if (line.head == line.hit) return false;
  const unsigned cap = parameters_.row_hit_cap;
  return (cap != 0 && banks_[channel_bank].hits >= cap) || aged(queue_.entry(line.head), now);
}

/// A command for a burst: earlier first, then older.
struct ChannelController::Candidate {
  DramClock clock = never;
  std::uint64_t age = 0;
  DramCommand command = DramCommand::act;
  unsigned bank = 0;  ///< of the channel
  std::uint32_t entry = BurstQueue::none;

  bool gives_way_to(DramClock other, std::uint64_t other_age) const {
    return other < clock || (other == clock && other_age < age);
  }
  /// Member by member: copies of what was just put together are slow.
  void take(DramClock at, std::uint64_t its_age, DramCommand which, unsigned of_bank,
            std::uint32_t served) {
    clock = at;
    age = its_age;
    command = which;
    bank = of_bank;
    entry = served;
  }
};

ChannelController::Decision ChannelController::decision_of(const Candidate& candidate) const {
  if (candidate.entry == BurstQueue::none) return {};
  const Bank& bank = banks_[candidate.bank];
  return {candidate.clock, candidate.command, bank.rank, bank.number, candidate.entry};
}

ChannelController::Decision ChannelController::work_of(bool write, DramClock now,
                                                       std::uint64_t banks, bool columns) {
  Candidate column;
  Candidate activation;
  Candidate precharge;
  Candidate overdue;  // the oldest burst of all, when it is aged and its row is open
  const std::uint32_t oldest = queue_.oldest(write);
  for (std::uint64_t left = queue_.waiting(write) & banks; left != 0; left &= left - 1) {
    const unsigned at = lowest_bit(left);
    const BurstQueue::Line& line = queue_.line(at, write);
    const Bank& bank = banks_[at];
    const bool open = bank.row != BurstQueue::closed_row;
    const bool hit = open && line.hit != BurstQueue::none && !must_close(at, line, now);
    if (hit && !columns) continue;
    const std::uint32_t chosen = hit ? line.hit : line.head;
    if (open && queue_.blocked(at, chosen)) continue;
    const BurstQueue::Entry& entry = queue_.entry(chosen);
    const DramCommand command = hit    ? column_command(at, chosen)
                                : open ? DramCommand::pre
                                       : DramCommand::act;
    const DramClock clock = std::max(now, timing_.earliest(command, bank.rank, bank.number));
    Candidate& best = hit ? column : open ? precharge : activation;
    if (best.gives_way_to(clock, entry.age)) best.take(clock, entry.age, command, at, chosen);
    if (hit && chosen == oldest && aged(entry, now)) {
      overdue.take(clock, entry.age, command, at, chosen);
    }
  }
  // Activations are kept apart by tRRD and tFAW: a precharge must not take their place on the bus.
  const Candidate& first = overdue.entry != BurstQueue::none ? overdue : column;
  if (activation.entry == BurstQueue::none && precharge.entry == BurstQueue::none) {
    return decision_of(first);
  }
  const Decision served = decision_of(first);
  const Decision opening = decision_of(activation);
  const Decision closing = decision_of(precharge);
  return before(before(served, opening), closing);
}

bool ChannelController::write_turn(DramClock now) {
  const unsigned reads = queue_.count(false);
  const unsigned writes = queue_.count(true);
  if (writing_) {
    if (writes == 0 || (reads != 0 && writes <= parameters_.write_low)) writing_ = false;
  } else if (writes >= parameters_.write_high || (reads == 0 && writes != 0)) {
    writing_ = true;
  }
  // A burst that waits for one of the other direction must not wait for its turn as well.
  const std::uint32_t oldest = queue_.oldest(writing_);
  if (oldest != BurstQueue::none && aged(queue_.entry(oldest), now)) {
    const DramBurst& burst = queue_.entry(oldest).burst;
    if (queue_.blocked(channel_bank(burst.rank, burst.bank), oldest)) return !writing_;
  }
  const std::uint32_t other = queue_.oldest(!writing_);
  if (other != BurstQueue::none && aged(queue_.entry(other), now) &&
      (oldest == BurstQueue::none || queue_.entry(other).age < queue_.entry(oldest).age)) {
    writing_ = !writing_;
  }
  return writing_;
}

ChannelController::Decision ChannelController::serve(DramClock now) {
  if (queue_.size() == 0) return {};
  return parameters_.scheduler == DramScheduling::fcfs ? work_in_order(now) : work(now);
}

ChannelController::Decision ChannelController::work(DramClock now) {
  const bool write = write_turn(now);
  const std::uint64_t working = working_banks();
  const Decision next = work_of(write, now, working, true);
  if (!next.command) return work_of(!write, now, working, true);
  // Nothing can end before it begins.
  if (next.clock <= now + 1) return next;
  // Banks that only the other direction waits for get their rows ready meanwhile.
  const std::uint64_t ahead = queue_.waiting(!write) & ~queue_.waiting(write) & working;
  return ahead == 0 ? next : before(next, work_of(!write, now, ahead, false));
}

ChannelController::Decision ChannelController::work_in_order(DramClock now) {
  const std::uint32_t read = queue_.oldest(false);
  const std::uint32_t write = queue_.oldest(true);
  const bool write_first =
      read == BurstQueue::none ||
      (write != BurstQueue::none && queue_.entry(write).age < queue_.entry(read).age);
  const std::uint32_t oldest = write_first ? write : read;
  const DramBurst& burst = queue_.entry(oldest).burst;
  const unsigned at = channel_bank(burst.rank, burst.bank);
  if ((working_banks() >> at & 1U) == 0) return {};
  const std::uint32_t open = banks_[at].row;
  const DramCommand command = open == burst.row                ? column_command(at, oldest)
                              : open == BurstQueue::closed_row ? DramCommand::act
                                                               : DramCommand::pre;
  return command_at(command, burst.rank, burst.bank, now, oldest);
}

// ---- Giving commands

void ChannelController::open_row(unsigned rank, unsigned bank, std::uint32_t row) {
  Bank& state = banks_[channel_bank(rank, bank)];
  state.row = row;
  state.hits = 0;
  ranks_[rank].open |= std::uint32_t{1} << bank;
  queue_.row_changed(channel_bank(rank, bank), row);
}

void ChannelController::close_row(unsigned rank, unsigned bank) {
  if ((ranks_[rank].open >> bank & 1U) == 0) return;
  banks_[channel_bank(rank, bank)].row = BurstQueue::closed_row;
  ranks_[rank].open &= ~(std::uint32_t{1} << bank);
  queue_.row_changed(channel_bank(rank, bank), BurstQueue::closed_row);
}

ChannelController::Given ChannelController::give(const Decision& decision) {
  const DramCommand command = *decision.command;
  const unsigned rank = decision.rank;
  const unsigned bank = decision.bank;
  const unsigned at = channel_bank(rank, bank);
  Given given;
  given.record.clock = decision.clock;
  given.record.command = command;
  given.record.rank = static_cast<std::uint8_t>(rank);
  given.record.bank = static_cast<std::uint8_t>(has_bank(command) ? bank : 0);
  timing_.give(command, rank, bank, decision.clock);
  Rank& state = ranks_[rank];
  switch (command) {
    case DramCommand::act: {
      BurstQueue::Entry& entry = queue_.entry(decision.entry);
      if (entry.outcome == RowOutcome::hit) entry.outcome = RowOutcome::closed;
      given.record.row = entry.burst.row;
      banks_[at].last_access = decision.clock;
      open_row(rank, bank, entry.burst.row);
      break;
    }
    case DramCommand::pre:
      if (decision.entry != BurstQueue::none) {
        queue_.entry(decision.entry).outcome = RowOutcome::conflict;
      }
      close_row(rank, bank);
      break;
    case DramCommand::prea:
      for (unsigned each = 0; each < banks_per_rank_; ++each) close_row(rank, each);
      break;
    case DramCommand::rd:
    case DramCommand::wr:
    case DramCommand::mwr:
    case DramCommand::rda:
    case DramCommand::wra: {
      const BurstQueue::Entry& entry = queue_.entry(decision.entry);
      given.record.column = entry.burst.column;
      given.served = true;
      given.burst = entry.burst;
      given.outcome = entry.outcome;
      given.arrival = entry.arrival;
      given.data_end = decision.clock + (is_read_command(command) ? read_latency_ : write_latency_);
      ++banks_[at].hits;
      banks_[at].last_access = decision.clock;
      state.idle_since = decision.clock;
      queue_.remove(at, decision.entry, banks_[at].row);
      if (command == DramCommand::rda || command == DramCommand::wra) close_row(rank, bank);
      break;
    }
    case DramCommand::ref:
    case DramCommand::refpb:
      refresh_[rank].given(bank);
      state.refresh_target.reset();
      break;
    case DramCommand::pde:
      state.power = Power::down;
      break;
    case DramCommand::pdx:
      state.power = Power::up;
      break;
    case DramCommand::sre:
      state.power = Power::self_refresh;
      break;
    case DramCommand::srx:
      state.power = Power::up;
      refresh_[rank].restart(decision.clock);
      state.refresh_target.reset();
      break;
  }
  return given;
}

}  // namespace tensordash
