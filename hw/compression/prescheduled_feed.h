#pragma once

#include <optional>
#include <string>
#include <systemc>

#include "hw/compression/compression_signals.h"
#include "hw/pe/connectivity.h"

namespace tensordash {

/// Feeds a PE with pre-scheduled weights (paper, section 3.6.1), in place of a scheduler and of
/// side B's staging buffer and multiplexers: the idx of a scheduled row drives the multiplexers of
/// side A's window and its AS that staging buffer's advance, in the clock in which the row stands
/// on `weights`; the values are registered as side-B operands at the edge. A row waits until the
/// window holds what it needs. One scheduled row is one step; a pass is one block of weights.
class PrescheduledFeed : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};
  sc_core::sc_in<ScheduledRow> weights{"weights"};
  sc_core::sc_in<bool> weights_valid{"weights_valid"};
  sc_core::sc_in<bool> weights_last{"weights_last"};     ///< the last row of its block
  sc_core::sc_out<bool> weights_ready{"weights_ready"};  ///< the row is used in this clock
  sc_core::sc_in<unsigned> a_rows{"a_rows"};             ///< rows in side A's window

  sc_core::sc_out<LaneSelects> select{"select"};  ///< MS of side A's multiplexers
  sc_core::sc_out<unsigned> advance{"advance"};   ///< of side A's staging buffer
  sc_core::sc_out<bool> turn{"turn"};             ///< its next pass may enter at the next edge
  sc_core::sc_out<LaneRow> b{"b"};                ///< side-B operands, registered
  sc_core::sc_out<StepToken> product_token{"product_token"};
  sc_core::sc_out<StepToken> sum_token{"sum_token"};
  sc_core::sc_out<bool> result_valid{"result_valid"};  ///< the PE's accumulator holds a result

  /// `table` must outlive the module.
  PrescheduledFeed(sc_core::sc_module_name name, const Connectivity& table);

 private:
  void drive();
  void step();

  const Connectivity& table_;
  const LaneSelects idle_;
  std::string fault_;            // of the row on `weights`
  Wire<bool> inside_{"inside"};  // a block has begun
  Wire<StepToken> operand_token_{"operand_token"};
};

}  // namespace tensordash
