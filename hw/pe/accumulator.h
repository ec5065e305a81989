#pragma once

#include <systemc>

#include "hw/numeric/exact_accumulator.h"
#include "hw/pe/signals.h"

namespace tensordash {

/// The accumulator register of a PE: adds the tree's result of every step, starting with the first
/// step of a pass at +0, or at what stands on `partial` when a block of a reduction goes on. After
/// the edge of a `last` token it holds the output.
class Accumulator : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<Fp32> sum{"sum"};
  sc_core::sc_in<StepToken> token{"token"};  ///< of the step whose tree result stands on `sum`
  OptionalIn<Fp32> partial{"partial"};       ///< where the first step starts; open: +0
  sc_core::sc_out<Fp32> total{"total"};

  explicit Accumulator(sc_core::sc_module_name name);

 private:
  void accumulate();
};

/// Summation stage and accumulator for exact accumulation: the products of a step enter one
/// fixed-width accumulator a cycle earlier than a tree's result would, and the rounding to fp32
/// takes that cycle, so results appear at the same edge as with Accumulator. `total` changes only
/// at the end of a pass.
class ExactAccumulatorStage : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<ExactRow> product{"product"};
  sc_core::sc_in<StepToken> product_token{"product_token"};  ///< of the step on `product`
  sc_core::sc_in<StepToken> token{"token"};                  ///< of the step before it
  sc_core::sc_out<Fp32> total{"total"};

  explicit ExactAccumulatorStage(sc_core::sc_module_name name);

 private:
  void accumulate();
  ExactAccumulator state_;
};

}  // namespace tensordash
