#include "hw/compression/prescheduled_feed.h"

#include "hw/compression/prescheduled.h"

namespace tensordash {
namespace {

constexpr const char* report_id = "/tensordash/compression/prescheduled_feed";

LaneSelects all_idle(unsigned lanes) {
  LaneSelects selects(lanes);
  for (unsigned lane = 0; lane < lanes; ++lane) selects[lane] = idle_select;
  return selects;
}

}  // namespace

PrescheduledFeed::PrescheduledFeed(sc_core::sc_module_name name, const Connectivity& table)
    : sc_module(name), table_(table), idle_(all_idle(table.lanes())) {
  SC_HAS_PROCESS(PrescheduledFeed);
  SC_METHOD(drive);
  sensitive << weights << weights_valid << weights_last << a_rows << inside_ << rst_n;
  SC_METHOD(step);
  sensitive << clk.pos();
  dont_initialize();
}

void PrescheduledFeed::drive() {
  bool goes = false;
  fault_.clear();
  if (rst_n.read() && weights_valid.read()) {
    try {
      goes = window_rows_needed(weights.read(), table_) <= a_rows.read();
    } catch (const CompressionError& error) {
      fault_ = error.what();
    }
  }
  weights_ready.write(goes);
  select.write(goes ? weights.read().selects : idle_);
  advance.write(goes ? weights.read().advance : 0);
  turn.write(goes ? weights_last.read() : a_rows.read() == 0 && !inside_.read());
}

void PrescheduledFeed::step() {
  if (!rst_n.read()) {
    inside_.write(false);
    b.write(LaneRow(table_.lanes()));
    operand_token_.write(StepToken{});
    product_token.write(StepToken{});
    sum_token.write(StepToken{});
    result_valid.write(false);
    return;
  }
  const bool goes = weights_ready.read();
  const bool last = goes && weights_last.read();
  if (!fault_.empty()) SC_REPORT_ERROR(report_id, fault_.c_str());
  if (last && a_rows.read() > advance.read()) {
    SC_REPORT_ERROR(report_id, "the weights of a pass end before its activations");
  }
  b.write(goes ? weights.read().values : LaneRow(table_.lanes()));
  if (goes) inside_.write(!last);
  operand_token_.write({goes, goes && !inside_.read(), last});
  product_token.write(operand_token_.read());
  sum_token.write(product_token.read());
  result_valid.write(sum_token.read().last);
}

}  // namespace tensordash
