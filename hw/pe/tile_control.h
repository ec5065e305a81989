#pragma once

#include <systemc>

#include "hw/pe/signals.h"

namespace tensordash {

/// Lockstep advance of a tile (paper, section 3.3): combinational from the schedulers' AS to the
/// rows that really leave, and the tokens that accompany a step down the PEs' pipeline.
///
/// Lockstep: all windows of the tile advance by the smallest AS. Elastic: each scheduler's windows
/// by its own AS. Either way the tile changes passes at the edge where the last window empties.
class TileControl : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};
  sc_core::sc_in<bool> bypass{"bypass"};
  sc_core::sc_vector<sc_core::sc_in<unsigned>> drained;        ///< AS, one a scheduler
  sc_core::sc_vector<sc_core::sc_in<unsigned>> rows;           ///< window rows of each scheduler
  sc_core::sc_vector<sc_core::sc_in<FillStatus>> fill_status;  ///< write ports of its side-B window

  sc_core::sc_vector<sc_core::sc_out<unsigned>> advance;  ///< one a scheduler
  sc_core::sc_out<bool> turn{"turn"};                     ///< the pass ends at the next edge
  sc_core::sc_out<TileState> state{"state"};
  sc_core::sc_out<StepToken> operand_token{"operand_token"};  ///< step in the operand registers
  sc_core::sc_out<StepToken> product_token{"product_token"};
  sc_core::sc_out<StepToken> sum_token{"sum_token"};
  sc_core::sc_out<bool> result_valid{"result_valid"};  ///< accumulators hold a pass's outputs

  TileControl(sc_core::sc_module_name name, unsigned schedulers, unsigned depth, bool elastic);

 private:
  void decide();
  void move_tokens();

  unsigned depth_;
  bool elastic_;
  bool first_ = true;  ///< the next step is the first of its pass
};

}  // namespace tensordash
