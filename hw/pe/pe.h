#pragma once

#include <memory>
#include <systemc>

#include "hw/pe/accumulator.h"
#include "hw/pe/adder_tree.h"
#include "hw/pe/mac_lanes.h"
#include "hw/pe/operand_mux.h"

namespace tensordash {

/// How sums are kept.
enum class Accumulation {
  fp32,   ///< every product and sum rounded, in hardware order
  exact,  ///< one rounding, at the end of the pass
};

/// Processing element (paper, section 3.1, figures 6 and 8) as it stands in a tile: its own side-A
/// multiplexers, the multipliers, the summation stage and the accumulator. Side-B operands come
/// from multiplexers shared along the row; scheduler and staging buffers stand outside, because a
/// tile shares them (figure 11).
///
/// Three edges from the operand register to the result: product, tree, accumulator.
class ProcessingElement : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_vector<sc_core::sc_in<LaneRow>> a_row;         ///< side-A window
  sc_core::sc_in<LaneSelects> select{"select"};              ///< MS
  sc_core::sc_in<LaneRow> b{"b"};                            ///< side-B operands, registered
  sc_core::sc_in<StepToken> product_token{"product_token"};  ///< step whose products are registered
  sc_core::sc_in<StepToken> sum_token{"sum_token"};          ///< step whose sum is registered
  OptionalIn<Fp32> partial{"partial"};   ///< where the accumulator starts; open or exact: +0
  sc_core::sc_out<Fp32> total{"total"};  ///< the accumulator

  ProcessingElement(sc_core::sc_module_name name, const Connectivity& table,
                    Accumulation accumulation);

 private:
  void build_fp32(unsigned lanes);
  void build_exact(unsigned lanes);

  OperandMux a_mux_;
  Wire<LaneRow> a_;
  // One of the two sets exists, as the accumulation asks.
  std::unique_ptr<MacLanes> macs_;
  std::unique_ptr<Wire<LaneRow>> product_;
  std::unique_ptr<AdderTree> tree_;
  std::unique_ptr<Wire<Fp32>> sum_;
  std::unique_ptr<Accumulator> accumulator_;
  std::unique_ptr<ExactMacLanes> exact_macs_;
  std::unique_ptr<Wire<ExactRow>> exact_product_;
  std::unique_ptr<ExactAccumulatorStage> exact_accumulator_;
};

}  // namespace tensordash
