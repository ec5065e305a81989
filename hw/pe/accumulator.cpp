#include "hw/pe/accumulator.h"

#include "hw/numeric/fp32.h"

namespace tensordash {

Accumulator::Accumulator(sc_core::sc_module_name name) : sc_module(name) {
  SC_HAS_PROCESS(Accumulator);
  SC_METHOD(accumulate);
  sensitive << clk.pos();
  dont_initialize();
}

void Accumulator::accumulate() {
  const StepToken step = token.read();
  if (!step.valid) return;
  float before = 0.0F;
  if (!step.first) {
    before = total.read().value;
  } else if (partial.size() > 0) {
    before = partial->read().value;
  }
  total.write({fp32_add(before, sum.read().value)});
}

ExactAccumulatorStage::ExactAccumulatorStage(sc_core::sc_module_name name) : sc_module(name) {
  SC_HAS_PROCESS(ExactAccumulatorStage);
  SC_METHOD(accumulate);
  sensitive << clk.pos();
  dont_initialize();
}

void ExactAccumulatorStage::accumulate() {
  if (token.read().last) total.write({state_.round()});
  const StepToken step = product_token.read();
  if (!step.valid) return;
  if (step.first) state_.clear();
  const ExactRow& products = product.read();
  for (unsigned lane = 0; lane < products.lanes(); ++lane) {
    if (products[lane] != 0.0) state_.add(products[lane]);
  }
}

}  // namespace tensordash
