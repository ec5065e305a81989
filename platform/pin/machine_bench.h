#pragma once

#include <functional>
#include <memory>
#include <systemc>
#include <vector>

#include "hw/array/tile_array.h"
#include "platform/pin/ledger_monitor.h"
#include "platform/pin/schedule_monitor.h"

namespace tensordash {

/// Length of a clock: 500 MHz (paper, section 4).
inline constexpr double machine_clock_ns = 2.0;

/// So many clocks.
sc_core::sc_time machine_clocks(std::uint64_t count);

/// Clock, reset and stimulus of a machine, and the monitors that watch its tiles. The kernel pauses
/// when an operation ends.
class MachineBench : public sc_core::sc_module {
 public:
  using Sink = ScheduleMonitor::Sink;
  using IdleSink = LedgerMonitor::Sink;

  // The first rising edge comes half a clock after time zero, so a whole clock holds one edge and
  // inputs written between clocks are stable around it.
  sc_core::sc_clock clk{"clk", machine_clocks(1), 0.5, machine_clocks(1) / 2};
  sc_core::sc_signal<bool> rst_n{"rst_n"}, start{"start"}, bypass{"bypass"}, busy{"busy"};
  sc_core::sc_signal<sc_dt::uint64> cycles{"cycles"};

  explicit MachineBench(sc_core::sc_module_name name);
  ~MachineBench() override { unwatch(); }
  MachineBench(const MachineBench&) = delete;
  MachineBench& operator=(const MachineBench&) = delete;

  /// Every pass of the next operation goes to `sink`, and its idle lanes to `idle_sink` if given.
  void set_sinks(Sink sink, const IdleSink& idle_sink);

 protected:
  /// Watches a tile. `table` outlives the bench.
  void watch(const Tile& tile, const TileArray::Wires& wires, const TileParameters& parameters,
             const Connectivity& table);
  /// Takes the monitors away, before what they watch.
  void unwatch();

 private:
  void pause_when_done() { sc_core::sc_pause(); }

  Sink sink_;
  std::vector<std::unique_ptr<ScheduleMonitor>> monitors_;
  std::vector<std::unique_ptr<LedgerMonitor>> ledger_monitors_;
};

}  // namespace tensordash
