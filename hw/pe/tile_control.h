#pragma once

#include <systemc>

#include "hw/pe/bound_pins.h"
#include "hw/pe/signals.h"

namespace tensordash {

/// Lockstep advance of a tile (paper, section 3.3): combinational from the schedulers' AS to the
/// rows that really leave, and the tokens that accompany a step down the PEs' pipeline.
///
/// Lockstep: all windows of the tile advance by the smallest AS. Elastic: each scheduler's windows
/// by its own AS. Either way the tile changes passes at the edge where the last window empties.
///
/// A lockstep tile takes a step, or its first rows, only when all rows that would enter a window of
/// either side stand on the write ports; else it stalls, and nothing moves but the tokens that are
/// under way. Memory so never changes a schedule. An elastic tile reports rows that have not come
/// as an error.
class TileControl : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};
  sc_core::sc_in<bool> bypass{"bypass"};
  sc_core::sc_vector<sc_core::sc_in<unsigned>> drained;        ///< AS, one a scheduler
  sc_core::sc_vector<sc_core::sc_in<unsigned>> rows;           ///< window rows of each scheduler
  sc_core::sc_vector<sc_core::sc_in<FillStatus>> fill_status;  ///< write ports of its side-B window
  sc_core::sc_vector<sc_core::sc_in<FillStatus>> a_fill_status;  ///< one a side-A window

  sc_core::sc_vector<sc_core::sc_out<unsigned>> advance;  ///< one a scheduler
  sc_core::sc_out<bool> turn{"turn"};                     ///< the pass ends at the next edge
  sc_core::sc_out<bool> step{"step"};                     ///< a step takes place at the next edge
  sc_core::sc_out<TileState> state{"state"};
  sc_core::sc_out<StepToken> operand_token{"operand_token"};  ///< step in the operand registers
  sc_core::sc_out<StepToken> product_token{"product_token"};
  sc_core::sc_out<StepToken> sum_token{"sum_token"};
  sc_core::sc_out<bool> result_valid{"result_valid"};  ///< accumulators hold a pass's outputs

  TileControl(sc_core::sc_module_name name, unsigned schedulers, unsigned a_windows, unsigned depth,
              bool elastic);

 private:
  void end_of_elaboration() override;
  void decide();
  bool lacks_rows(unsigned room, bool turns) const;
  TileState state_of(unsigned fewest_rows, unsigned most_rows, bool stalls) const;
  void move_tokens();

  BoundInputs<unsigned> drained_pins_, rows_pins_;
  BoundInputs<FillStatus> b_fill_pins_, a_fill_pins_;
  BoundOutputs<unsigned> advance_pins_;
  unsigned depth_;
  bool elastic_;
  bool first_ = true;  ///< the next step is the first of its pass
};

}  // namespace tensordash
