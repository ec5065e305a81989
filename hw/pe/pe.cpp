#include "hw/pe/pe.h"

namespace tensordash {

ProcessingElement::ProcessingElement(sc_core::sc_module_name name, const Connectivity& table,
                                     Accumulation accumulation)
    : sc_module(name),
      a_row("a_row", table.depth()),
      a_mux_("a_mux", table),
      a_("a", LaneRow(table.lanes())) {
  a_mux_.clk(clk);
  a_mux_.row(a_row);
  a_mux_.select(select);
  a_mux_.operand(a_);
  if (accumulation == Accumulation::fp32) {
    build_fp32(table.lanes());
  } else {
    build_exact(table.lanes());
  }
}

void ProcessingElement::build_fp32(unsigned lanes) {
  macs_ = std::make_unique<MacLanes>("macs", lanes);
  product_ = std::make_unique<Wire<LaneRow>>("product", LaneRow(lanes));
  tree_ = std::make_unique<AdderTree>("tree");
  sum_ = std::make_unique<Wire<Fp32>>("sum");
  accumulator_ = std::make_unique<Accumulator>("accumulator");
  macs_->clk(clk);
  macs_->a(a_);
  macs_->b(b);
  macs_->product(*product_);
  tree_->clk(clk);
  tree_->product(*product_);
  tree_->sum(*sum_);
  accumulator_->clk(clk);
  accumulator_->sum(*sum_);
  accumulator_->token(sum_token);
  accumulator_->partial(partial);
  accumulator_->total(total);
}

void ProcessingElement::build_exact(unsigned lanes) {
  exact_macs_ = std::make_unique<ExactMacLanes>("macs", lanes);
  exact_product_ = std::make_unique<Wire<ExactRow>>("product", ExactRow(lanes));
  exact_accumulator_ = std::make_unique<ExactAccumulatorStage>("accumulator");
  exact_macs_->clk(clk);
  exact_macs_->a(a_);
  exact_macs_->b(b);
  exact_macs_->product(*exact_product_);
  exact_accumulator_->clk(clk);
  exact_accumulator_->product(*exact_product_);
  exact_accumulator_->product_token(product_token);
  exact_accumulator_->token(sum_token);
  exact_accumulator_->total(total);
}

}  // namespace tensordash
