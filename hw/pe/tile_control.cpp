#include "hw/pe/tile_control.h"

#include <algorithm>

namespace tensordash {

TileControl::TileControl(sc_core::sc_module_name name, unsigned schedulers, unsigned a_windows,
                         unsigned depth, bool elastic)
    : sc_module(name),
      drained("drained", schedulers),
      rows("rows", schedulers),
      fill_status("fill_status", schedulers),
      a_fill_status("a_fill_status", a_windows),
      advance("advance", schedulers),
      depth_(depth),
      elastic_(elastic) {
  SC_HAS_PROCESS(TileControl);
  SC_METHOD(decide);
  for (unsigned s = 0; s < schedulers; ++s) sensitive << drained[s] << rows[s] << fill_status[s];
  for (auto& port : a_fill_status) sensitive << port;
  sensitive << bypass;
  SC_METHOD(move_tokens);
  sensitive << clk.pos();
  dont_initialize();
}

void TileControl::end_of_elaboration() {
  drained_pins_.look_up(drained);
  rows_pins_.look_up(rows);
  b_fill_pins_.look_up(fill_status);
  a_fill_pins_.look_up(a_fill_status);
  advance_pins_.look_up(advance);
}

void TileControl::decide() {
  const auto schedulers = static_cast<unsigned>(drained_pins_.size());
  unsigned smallest = max_depth;
  for (unsigned s = 0; s < schedulers; ++s) smallest = std::min(smallest, drained_pins_[s].read());
  bool ends = true;
  unsigned most_rows = 0;
  unsigned fewest_rows = max_depth;
  for (unsigned s = 0; s < schedulers; ++s) {
    const unsigned leaving = elastic_ ? drained_pins_[s].read() : smallest;
    const unsigned held = rows_pins_[s].read();
    ends = ends && leaving == held && b_fill_pins_[s].read().starts;
    most_rows = std::max(most_rows, held);
    fewest_rows = std::min(fewest_rows, held);
  }
  // In lockstep all windows of the tile, side A's too, hold the same rows.
  const bool stalls = elastic_ ? lacks_rows(depth_, true)  //
                               : lacks_rows(depth_ - (fewest_rows - smallest), ends);
  if (stalls && elastic_) {
    SC_REPORT_ERROR("/tensordash/pe/tile_control", "elastic, but a row that is wanted is missing");
    return;
  }
  for (unsigned s = 0; s < schedulers; ++s) {
    const unsigned leaving = elastic_ ? drained_pins_[s].read() : smallest;
    advance_pins_[s].write(stalls ? 0 : leaving);
  }
  turn.write(ends && !stalls);
  const TileState shown = state_of(fewest_rows, most_rows, stalls);
  state.write(shown);
  step.write(takes_step(shown));
}

bool TileControl::lacks_rows(unsigned room, bool turns) const {
  for (const auto* pins : {&b_fill_pins_, &a_fill_pins_}) {
    for (std::size_t window = 0; window < pins->size(); ++window) {
      if ((*pins)[window].read().lacks(room, turns)) return true;
    }
  }
  return false;
}

TileState TileControl::state_of(unsigned fewest_rows, unsigned most_rows, bool stalls) const {
  if (stalls) return TileState::stalled;
  if (most_rows == 0) return TileState::idle;
  if (bypass.read()) return TileState::dense;
  return fewest_rows == depth_ ? TileState::run : TileState::tail;
}

void TileControl::move_tokens() {
  if (!rst_n.read()) {
    first_ = true;
    operand_token.write(StepToken{});
    product_token.write(StepToken{});
    sum_token.write(StepToken{});
    result_valid.write(false);
    return;
  }
  const bool steps = step.read();
  const bool last = steps && turn.read();
  operand_token.write({steps, steps && first_, last});
  if (steps) first_ = last;
  product_token.write(operand_token.read());
  sum_token.write(product_token.read());
  result_valid.write(sum_token.read().last);
}

}  // namespace tensordash
