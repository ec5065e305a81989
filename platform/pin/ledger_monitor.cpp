#include "platform/pin/ledger_monitor.h"

namespace tensordash {

LedgerMonitor::LedgerMonitor(sc_core::sc_module_name name, const Tile& tile)
    : sc_module(name),
      tile_(tile),
      table_(tile.table()),
      reach_(table_.lanes()),
      record_(empty_record()) {
  const auto options = static_cast<unsigned>(table_.options().size());
  for (unsigned lane = 0; lane < table_.lanes(); ++lane) {
    for (unsigned option = 0; option < options; ++option) {
      const WindowPlace place = table_.place(lane, option);
      reach_[lane].row[place.step] |= std::uint64_t{1} << place.lane;
    }
  }
  SC_HAS_PROCESS(LedgerMonitor);
  SC_METHOD(sample);
  sensitive << clk.pos();
  dont_initialize();
}

IdleRecord LedgerMonitor::empty_record() const {
  IdleRecord record;
  record.idle.resize(tile_.parameters().schedulers());
  return record;
}

void LedgerMonitor::sample() {
  if (!sink_ || !takes_step(state.read())) return;
  ++record_.steps;
  for (unsigned index = 0; index < record_.idle.size(); ++index) {
    sample_scheduler(index, record_.idle[index]);
  }
  if (!turn.read()) return;
  record_.pass = pass.read();
  sink_(std::move(record_));
  record_ = empty_record();
}

std::uint64_t LedgerMonitor::idle_lanes(const LaneSelects& selects, WindowBits& taken) const {
  std::uint64_t idle = 0;
  for (unsigned lane = 0; lane < table_.lanes(); ++lane) {
    if (selects[lane] == idle_select) {
      idle |= std::uint64_t{1} << lane;
    } else {
      const WindowPlace place = table_.place(lane, selects[lane]);
      taken.row[place.step] |= std::uint64_t{1} << place.lane;
    }
  }
  return idle;
}

bool LedgerMonitor::within_reach(unsigned lane, const WindowBits& candidates) const {
  return (candidates & reach_[lane]) != WindowBits{};
}

void LedgerMonitor::sample_scheduler(unsigned index, IdleCounts& counts) const {
  const SchedulerPins pins = tile_.scheduler_pins(index);
  WindowBits taken;
  const std::uint64_t idle = idle_lanes(pins.select.read(), taken);
  if (idle == 0) return;
  const auto count = static_cast<std::uint64_t>(__builtin_popcountll(idle));
  const unsigned rows = pins.rows.read();
  // In lockstep the windows of a tile hold the same rows, and none is empty before all are.
  if (rows == 0 || pins.drained.read() > pins.advance.read()) {
    counts.waiting += count;
    return;
  }
  WindowBits candidates = pins.nonzero_b.read().without(pins.consumed.read());
  if (pins.nonzero_a != nullptr) candidates = candidates & pins.nonzero_a->read();
  if (rows < table_.depth() && candidates.without(taken) == WindowBits{}) {
    counts.tail += count;
    return;
  }
  for (unsigned lane = 0; lane < table_.lanes(); ++lane) {
    if ((idle >> lane & 1U) == 0) continue;
    ++(within_reach(lane, candidates) ? counts.priority : counts.connectivity);
  }
}

}  // namespace tensordash
