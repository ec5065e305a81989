#pragma once

#include <cstdint>
#include <systemc>
#include <vector>

#include "hw/pe/pipeline_clocks.h"
#include "hw/pe/signals.h"

namespace tensordash {

/// Clocks an operation: from the edge that starts it to the edge at which the last PE result stands
/// in its accumulator. It looks only at what the tiles do.
class OperationCounter : public sc_core::sc_module {
 public:
  /// Clocks between a tile's last step and its result.
  static constexpr unsigned drain_cycles = drain_clocks;
  /// Pipeline fill and drain of an operation (F): one clock to fill the first windows, and the
  /// drain.
  static constexpr unsigned fill_cycles = 1 + drain_cycles;

  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};
  sc_core::sc_in<bool> start{"start"};
  sc_core::sc_vector<sc_core::sc_in<TileState>> state;  ///< one a tile
  sc_core::sc_vector<sc_core::sc_in<bool>> offering;    ///< one a tile's memory
  /// Loads or stores are under way; left unbound with ideal memory.
  sc_core::sc_port<sc_core::sc_signal_in_if<bool>, 1, sc_core::SC_ZERO_OR_MORE_BOUND> memory_busy{
      "memory_busy"};

  sc_core::sc_out<bool> busy{"busy"};
  sc_core::sc_out<sc_dt::uint64> cycles{"cycles"};  ///< clocks since the start

  OperationCounter(sc_core::sc_module_name name, unsigned tiles);

  /// Scheduler cycles of each tile since the start.
  /// Clocks of the last operation to its last result, without what memory took after it.
  std::uint64_t result_cycles() const { return last_active_ + drain_cycles; }
  const std::vector<std::uint64_t>& tile_steps() const { return tile_steps_; }
  /// Clocks since the start in which each tile waited for rows, before its first step too.
  const std::vector<std::uint64_t>& tile_stalls() const { return tile_stalls_; }

 private:
  void count();

  std::vector<std::uint64_t> tile_steps_, tile_stalls_;
  std::uint64_t cycles_ = 0;
  std::uint64_t last_active_ = 0, last_memory_ = 0;
};

}  // namespace tensordash
