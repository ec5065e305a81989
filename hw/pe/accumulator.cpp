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
  total.write({fp32_add(step.first ? 0.0F : total.read().value, sum.read().value)});
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
