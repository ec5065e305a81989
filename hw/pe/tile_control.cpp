#include "hw/pe/tile_control.h"

#include <algorithm>

namespace tensordash {

TileControl::TileControl(sc_core::sc_module_name name, unsigned schedulers, unsigned depth,
                         bool elastic)
    : sc_module(name),
      drained("drained", schedulers),
      rows("rows", schedulers),
      fill_status("fill_status", schedulers),
      advance("advance", schedulers),
      depth_(depth),
      elastic_(elastic) {
  SC_HAS_PROCESS(TileControl);
  SC_METHOD(decide);
  for (unsigned s = 0; s < schedulers; ++s) sensitive << drained[s] << rows[s] << fill_status[s];
  sensitive << bypass;
  SC_METHOD(move_tokens);
  sensitive << clk.pos();
  dont_initialize();
}

void TileControl::decide() {
  unsigned smallest = max_depth;
  for (const auto& port : drained) smallest = std::min(smallest, port.read());
  bool ends = true;
  unsigned most_rows = 0;
  unsigned fewest_rows = max_depth;
  for (unsigned s = 0; s < drained.size(); ++s) {
    const unsigned leaving = elastic_ ? drained[s].read() : smallest;
    const unsigned held = rows[s].read();
    advance[s].write(leaving);
    ends = ends && leaving == held && fill_status[s].read().starts;
    most_rows = std::max(most_rows, held);
    fewest_rows = std::min(fewest_rows, held);
  }
  turn.write(ends);
  if (most_rows == 0) {
    state.write(TileState::idle);
  } else if (bypass.read()) {
    state.write(TileState::dense);
  } else {
    state.write(fewest_rows == depth_ ? TileState::run : TileState::tail);
  }
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
  const bool running = state.read() != TileState::idle;
  const bool last = running && turn.read();
  operand_token.write({running, running && first_, last});
  if (running) first_ = last;
  product_token.write(operand_token.read());
  sum_token.write(product_token.read());
  result_valid.write(sum_token.read().last);
}

}  // namespace tensordash
