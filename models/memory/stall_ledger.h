#pragma once

#include "models/ledger/cycle_ledger.h"
#include "models/memory/memory_timing.h"

namespace tensordash {

/// Adds to a ledger that has the pairs, the idle lanes of passes and the fill of an operation where
/// its clocks went besides: stalls by cause, write-back to `stall_dram`, and tiles out of passes,
/// counted anew. `tile_lanes`: multipliers of a tile.
void add_memory_stalls(const MemoryTiming& timing, std::uint64_t tile_lanes, CycleLedger& ledger);

}  // namespace tensordash
