#include "hw/array/operation_counter.h"

#include <algorithm>

namespace tensordash {

OperationCounter::OperationCounter(sc_core::sc_module_name name, unsigned tiles)
    : sc_module(name),
      state("state", tiles),
      offering("offering", tiles),
      tile_steps_(tiles),
      tile_stalls_(tiles) {
  SC_HAS_PROCESS(OperationCounter);
  SC_METHOD(count);
  sensitive << clk.pos();
  dont_initialize();
}

void OperationCounter::count() {
  if (!rst_n.read() || start.read()) {
    cycles_ = 0;
    last_active_ = last_memory_ = 0;
    std::fill(tile_steps_.begin(), tile_steps_.end(), 0);
    std::fill(tile_stalls_.begin(), tile_stalls_.end(), 0);
    cycles.write(0);
    busy.write(rst_n.read());
    return;
  }
  if (!busy.read()) return;
  bool active = cycles_ == 0;  // the clock that fills the first windows
  for (std::size_t tile = 0; tile < tile_steps_.size(); ++tile) {
    const TileState now = state[tile].read();
    if (takes_step(now)) ++tile_steps_[tile];
    if (now == TileState::stalled) ++tile_stalls_[tile];
    active = active || now != TileState::idle || offering[tile].read();
  }
  ++cycles_;
  if (active) last_active_ = cycles_;
  const bool memory = memory_busy.size() > 0 && memory_busy->read();
  if (memory) last_memory_ = cycles_;
  if (!memory && cycles_ >= last_active_ + drain_cycles) {
    // The memory's end shows a clock later than it was.
    cycles.write(std::max(last_active_ + drain_cycles, last_memory_));
    busy.write(false);
  } else {
    cycles.write(cycles_);
  }
}

}  // namespace tensordash
