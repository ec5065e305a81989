#pragma once

#include <systemc>

#include "hw/pe/schedule.h"
#include "hw/pe/signals.h"

namespace tensordash {

/// A scheduler (paper, section 3.2, figure 10) with the record of what it took before:
/// combinational from the zero vectors to MS and AS within a cycle; at the rising edge it remembers
/// which values of rows that stay in the window are consumed (a tile advances by the smallest AS of
/// its rows). Without `step` nothing was taken, and the record stays as it is.
class Scheduler : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};
  sc_core::sc_in<bool> bypass{"bypass"};              ///< power-gated: the dense schedule
  sc_core::sc_in<WindowBits> nonzero_b{"nonzero_b"};  ///< side B's zero vectors
  /// Side A's zero vectors; left unbound by a scheduler that looks at side B alone.
  sc_core::sc_port<sc_core::sc_signal_in_if<WindowBits>, 1, sc_core::SC_ZERO_OR_MORE_BOUND>
      nonzero_a{"nonzero_a"};
  sc_core::sc_in<unsigned> rows{"rows"};        ///< rows in the window
  sc_core::sc_in<unsigned> advance{"advance"};  ///< rows that really leave at the next edge
  sc_core::sc_in<bool> step{"step"};            ///< the tile takes what MS says at the next edge

  sc_core::sc_out<LaneSelects> select{"select"};  ///< MS: the option of each lane
  sc_core::sc_out<unsigned> drained{"drained"};   ///< AS: leading rows left without a candidate
  sc_core::sc_out<WindowBits> consumed{
      "consumed"};  ///< values of the window taken in earlier cycles

  /// `table` must outlive the module. `two_sided`: nonzero_a is bound and a pair needs both values.
  Scheduler(sc_core::sc_module_name name, const Connectivity& table, bool two_sided);

 private:
  void end_of_elaboration() override;
  void decide();
  void remember();

  const Connectivity& table_;
  bool two_sided_;
  Schedule schedule_;
  WindowBits candidates_;
};

}  // namespace tensordash
