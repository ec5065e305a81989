#pragma once

#include <functional>
#include <systemc>
#include <vector>

#include "hw/pe/tile.h"

namespace tensordash {

/// Lane-cycles of one scheduler's lanes in which no pair was taken, by why.
struct IdleCounts {
  std::uint64_t waiting = 0, tail = 0, priority = 0, connectivity = 0;
};

/// Where the idle lanes of one pass went.
struct IdleRecord {
  std::uint64_t pass = 0;
  std::uint64_t steps = 0;       ///< scheduler cycles of the tile
  std::vector<IdleCounts> idle;  ///< one a scheduler, those of missing rows included
};

/// Listens at the pins of one tile's schedulers and tells, for every lane that takes nothing in a
/// step, why (models/ledger/cycle_ledger.h). It decides from the zero vectors, the window, MS, AS
/// and what really leaves, not from the schedule. Passive: nothing reads it back.
class LedgerMonitor : public sc_core::sc_module {
 public:
  using Sink = std::function<void(IdleRecord&&)>;

  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<TileState> state{"state"};
  sc_core::sc_in<bool> turn{"turn"};
  sc_core::sc_in<sc_dt::uint64> pass{"pass"};

  /// `tile` must outlive the module.
  LedgerMonitor(sc_core::sc_module_name name, const Tile& tile);

  /// Who gets the record of each pass, at the edge where it ends; nobody: the monitor sleeps. To be
  /// changed between operations.
  void set_sink(Sink sink) { sink_ = std::move(sink); }

 private:
  void sample();
  void sample_scheduler(unsigned index, IdleCounts& counts) const;
  /// Places taken and lanes idle by MS.
  std::uint64_t idle_lanes(const LaneSelects& selects, WindowBits& taken) const;
  bool within_reach(unsigned lane, const WindowBits& candidates) const;
  IdleRecord empty_record() const;

  const Tile& tile_;
  const Connectivity& table_;
  std::vector<WindowBits> reach_;  ///< places that each lane can take from
  Sink sink_;
  IdleRecord record_;
};

}  // namespace tensordash
