#include "hw/dram/trace/channel_wave.h"

#include <fmt/format.h>

#include <algorithm>

#include "hw/dram/statistics/command_clocks.h"

namespace tensordash {
namespace {

constexpr unsigned command_bits = 4, rank_bits = 4, bank_bits = 8, row_bits = 32, column_bits = 16,
                   owner_bits = 2, state_bits = 3;

constexpr unsigned all_ones(unsigned bits) {
  return ~0U >> (32 - bits);
}

constexpr unsigned closed_row = all_ones(row_bits);

/// Clocks from the first edge of a column command to its data.
unsigned data_delay(const DramTimings& timings, DramCommand command) {
  return ca_clocks(command) - 1 +
         (is_read_command(command) ? timings.rl + timings.tdqsck : timings.wl + timings.tdqss);
}

}  // namespace

ChannelWave::ChannelWave(const sc_core::sc_module_name& name,
                         const DramConfiguration& configuration)
    : sc_module(name),
      spec_(configuration.spec),
      clock_base_(configuration.spec),
      due_("due"),
      command_("command", no_command),
      rank_("rank", all_ones(rank_bits)),
      bank_("bank", all_ones(bank_bits)),
      row_("row", all_ones(row_bits)),
      column_("column", all_ones(column_bits)),
      owner_("owner", 0) {
  for (unsigned at = 0; at < configuration.parameters.ranks; ++at) {
    ranks_.push_back(std::make_unique<Rank>(fmt::format("rank_{}", at)));
    Rank& rank = *ranks_.back();
    for (unsigned bank = 0; bank < spec_.banks; ++bank) {
      rank.rows.push_back(std::make_unique<Signal>(
          fmt::format("rank_{}_bank_{}_row", at, bank).c_str(), closed_row));
    }
    rank.open_row.assign(spec_.banks, closed_row);
  }
  SC_HAS_PROCESS(ChannelWave);
  SC_METHOD(change);
  sensitive << due_;
  dont_initialize();
}

void ChannelWave::write(const DramCommandRecord& record) {
  add(record.clock, Kind::command, record);
  // The edges of CKE occupy no clock of the bus, but are shown for one.
  add(record.clock + std::max(ca_clocks(record.command), 1U), Kind::ca_free, record);
  if (record.command == DramCommand::ref) {
    add(record.clock + spec_.timings.trfcab, Kind::refresh_end, record);
  }
  if (is_column_command(record.command)) {
    const DramClock data = record.clock + data_delay(spec_.timings, record.command);
    add(data, Kind::data, record);
    add(data + spec_.burst_clocks(), Kind::dq_free, record);
  }
  if (record.command == DramCommand::rda) {
    add(record.clock + rda_close_clocks(spec_), Kind::row_closed, record);
  }
  if (record.command == DramCommand::wra) {
    add(record.clock + wra_close_clocks(spec_), Kind::row_closed, record);
  }
}

void ChannelWave::write(const DramReset& reset) {
  changes_ = {};
  free_ca();
  ca_end_ = 0;
  owner_.write(static_cast<unsigned>(DqOwner::idle));
  for (const auto& rank : ranks_) {
    for (unsigned bank = 0; bank < spec_.banks; ++bank) set_row(*rank, bank, closed_row);
    rank->refresh_end = 0;
    rank->power_down = rank->self_refresh = false;
    show_state(*rank, reset.clock);
  }
}

void ChannelWave::add(DramClock clock, Kind kind, const DramCommandRecord& record) {
  changes_.push({clock, order_++, kind, record});
  const sc_core::sc_time& now = sc_core::sc_time_stamp();
  const sc_core::sc_time at = clock_base_.time(clock);
  // The kernel keeps the earliest notification.
  due_.notify(at > now ? at - now : sc_core::SC_ZERO_TIME);
}

void ChannelWave::change() {
  const sc_core::sc_time& now = sc_core::sc_time_stamp();
  while (!changes_.empty() && clock_base_.time(changes_.top().clock) <= now) {
    const Change change = changes_.top();
    changes_.pop();
    apply(change);
  }
  if (!changes_.empty()) due_.notify(clock_base_.time(changes_.top().clock) - now);
}

void ChannelWave::apply(const Change& change) {
  Rank& rank = *ranks_[change.record.rank];
  switch (change.kind) {
    case Kind::command:
      show_command(change.record);
      follow(rank, change.record);
      break;
    case Kind::ca_free:
      // Not when an edge of CKE ends while a command stands on the bus.
      if (change.clock >= ca_end_) free_ca();
      break;
    case Kind::row_closed:
      set_row(rank, change.record.bank, closed_row);
      break;
    case Kind::refresh_end:
      break;
    case Kind::data:
      owner_.write(static_cast<unsigned>(is_read_command(change.record.command) ? DqOwner::read
                                                                                : DqOwner::write));
      break;
    case Kind::dq_free:
      // Data that follows at once was told later, and is written after this.
      owner_.write(static_cast<unsigned>(DqOwner::idle));
      break;
  }
  show_state(rank, change.clock);
}

void ChannelWave::show_command(const DramCommandRecord& record) {
  const DramCommand command = record.command;
  // An edge of CKE may come while a command to another rank stands on the bus.
  if (ca_clocks(command) == 0 && record.clock < ca_end_) return;
  command_.write(static_cast<unsigned>(index_of(command)));
  rank_.write(record.rank);
  bank_.write(has_bank(command) ? record.bank : all_ones(bank_bits));
  row_.write(command == DramCommand::act ? record.row : all_ones(row_bits));
  column_.write(is_column_command(command) ? record.column : all_ones(column_bits));
  ca_end_ = record.clock + std::max(ca_clocks(command), 1U);
}

void ChannelWave::free_ca() {
  command_.write(no_command);
  rank_.write(all_ones(rank_bits));
  bank_.write(all_ones(bank_bits));
  row_.write(all_ones(row_bits));
  column_.write(all_ones(column_bits));
}

void ChannelWave::follow(Rank& rank, const DramCommandRecord& record) {
  switch (record.command) {
    case DramCommand::act:
      set_row(rank, record.bank, record.row);
      break;
    case DramCommand::pre:
      set_row(rank, record.bank, closed_row);
      break;
    case DramCommand::prea:
      for (unsigned bank = 0; bank < spec_.banks; ++bank) set_row(rank, bank, closed_row);
      break;
    case DramCommand::ref:
      rank.refresh_end = record.clock + spec_.timings.trfcab;
      break;
    case DramCommand::pde:
      rank.power_down = true;
      break;
    case DramCommand::pdx:
      rank.power_down = false;
      break;
    case DramCommand::sre:
      rank.self_refresh = true;
      break;
    case DramCommand::srx:
      rank.self_refresh = false;
      break;
    default:
      break;
  }
}

void ChannelWave::set_row(Rank& rank, unsigned bank, unsigned row) {
  const bool was_open = rank.open_row[bank] != closed_row;
  const bool is_open = row != closed_row;
  rank.open += (is_open ? 1U : 0U) - (was_open ? 1U : 0U);
  rank.open_row[bank] = row;
  rank.rows[bank]->write(row);
}

void ChannelWave::show_state(Rank& rank, DramClock clock) {
  const bool open = rank.open > 0;
  RankState state = open ? RankState::active_standby : RankState::precharged_standby;
  if (clock < rank.refresh_end) {
    state = RankState::active_standby;
  } else if (rank.self_refresh) {
    state = RankState::self_refresh;
  } else if (rank.power_down) {
    state = open ? RankState::active_power_down : RankState::precharged_power_down;
  }
  rank.state.write(static_cast<unsigned>(index_of(state)));
}

void ChannelWave::trace_signals(sc_core::sc_trace_file* file, const std::string& scope) const {
  const std::string top = scope.empty() ? std::string(name()) : scope;
  const auto add_signal = [&](const Signal& signal, const std::string& local, unsigned bits) {
    sc_core::sc_trace(file, signal.read(), top + "." + local, static_cast<int>(bits));
  };
  add_signal(command_, "ca.command", command_bits);
  add_signal(rank_, "ca.rank", rank_bits);
  add_signal(bank_, "ca.bank", bank_bits);
  add_signal(row_, "ca.row", row_bits);
  add_signal(column_, "ca.column", column_bits);
  add_signal(owner_, "dq.owner", owner_bits);
  for (std::size_t at = 0; at < ranks_.size(); ++at) {
    const Rank& rank = *ranks_[at];
    add_signal(rank.state, fmt::format("rank_{}.state", at), state_bits);
    for (std::size_t bank = 0; bank < rank.rows.size(); ++bank) {
      add_signal(*rank.rows[bank], fmt::format("rank_{}.bank_{}.row", at, bank), row_bits);
    }
  }
}

}  // namespace tensordash
