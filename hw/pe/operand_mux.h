#pragma once

#include <systemc>
#include <vector>

#include "hw/pe/bound_pins.h"
#include "hw/pe/signals.h"

namespace tensordash {

/// The multiplexers of one operand side (paper, figures 8, 9 and 11): each lane picks one place of
/// the window as MS tells; an idle lane gets +0. The picked operands are registered at the rising
/// edge.
class OperandMux : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_vector<sc_core::sc_in<LaneRow>> row;  ///< the window, step +0 first
  sc_core::sc_in<LaneSelects> select{"select"};     ///< MS

  sc_core::sc_out<LaneRow> operand{"operand"};

  OperandMux(sc_core::sc_module_name name, const Connectivity& table);

 private:
  void end_of_elaboration() override { rows_.look_up(row); }
  void pick();

  BoundInputs<LaneRow> rows_;

  std::vector<std::array<WindowPlace, idle_select + 1>> places_;  ///< [lane][select]
  LaneRow picked_;
  const LaneRow nothing_;
};

}  // namespace tensordash
