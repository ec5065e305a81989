#include "platform/pin/machine_bench.h"

#include <fmt/format.h>

namespace tensordash {

sc_core::sc_time machine_clocks(std::uint64_t count) {
  return sc_core::sc_time(machine_clock_ns, sc_core::SC_NS) * static_cast<double>(count);
}

MachineBench::MachineBench(sc_core::sc_module_name name) : sc_module(name) {
  SC_HAS_PROCESS(MachineBench);
  SC_METHOD(pause_when_done);
  sensitive << busy.negedge_event();
  dont_initialize();
}

void MachineBench::unwatch() {
  while (!monitors_.empty()) {
    ledger_monitors_.pop_back();
    monitors_.pop_back();
  }
}

void MachineBench::set_sinks(Sink sink, const IdleSink& idle_sink) {
  sink_ = std::move(sink);
  for (auto& monitor : ledger_monitors_) monitor->set_sink(idle_sink);
}

void MachineBench::watch(const Tile& tile, const TileArray::Wires& wires,
                         const TileParameters& parameters, const Connectivity& table) {
  const std::size_t index = monitors_.size();
  monitors_.push_back(std::make_unique<ScheduleMonitor>(
      fmt::format("monitor_{}", index).c_str(), static_cast<unsigned>(index), parameters, table,
      wires, [this](PassRecord&& record) { sink_(std::move(record)); }));
  monitors_.back()->clk(clk);
  ledger_monitors_.push_back(
      std::make_unique<LedgerMonitor>(fmt::format("ledger_monitor_{}", index).c_str(), tile));
  LedgerMonitor& monitor = *ledger_monitors_.back();
  monitor.clk(clk);
  monitor.state(wires.state);
  monitor.turn(wires.turn);
  monitor.pass(wires.pass);
}

}  // namespace tensordash
