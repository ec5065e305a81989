#include "models/memory/stall_ledger.h"

#include <algorithm>

namespace tensordash {

void add_memory_stalls(const MemoryTiming& timing, std::uint64_t tile_lanes, CycleLedger& ledger) {
  const auto cause = [&](std::size_t tile, StallCause which) {
    return timing.tile_stalls[tile][static_cast<std::size_t>(which)] * tile_lanes;
  };
  ledger.out_of_passes = 0;
  for (std::size_t tile = 0; tile < timing.tile_steps.size(); ++tile) {
    ledger.stall_scratchpad += cause(tile, StallCause::scratchpad);
    ledger.stall_sram += cause(tile, StallCause::sram);
    ledger.stall_bank_conflict += cause(tile, StallCause::bank_conflict);
    ledger.stall_transposer += cause(tile, StallCause::transposer);
    ledger.stall_credit += cause(tile, StallCause::credit);
    ledger.stall_dram += cause(tile, StallCause::dram) + timing.write_back * tile_lanes;
    const Edge end = std::max<Edge>(timing.tile_ends[tile], 1);
    ledger.out_of_passes += (std::max<Edge>(timing.last_step, 1) - end) * tile_lanes;
  }
}

}  // namespace tensordash
