#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "hw/memory/stall_cause.h"
#include "models/dataflow/stream_plan.h"
#include "models/mapping/memory_parameters.h"
#include "models/mapping/output_plan.h"
#include "models/memory/edge.h"
#include "models/memory/load_stream.h"

namespace tensordash {

/// Traffic of an operation, at every link.
struct MemoryTraffic {
  std::uint64_t dram_read_bytes = 0;       ///< operands and their directories
  std::uint64_t dram_directory_bytes = 0;  ///< of them, directories
  std::uint64_t dram_write_bytes = 0;
  std::uint64_t dram_bursts = 0, dram_row_hits = 0;
  std::array<std::uint64_t, 2> loaded_groups{};  ///< [side]
  std::uint64_t transposed_groups = 0;
  std::array<std::uint64_t, 2> sram_writes{}, sram_reads{};   ///< [side] rows, all tiles
  std::array<std::uint64_t, 2> bank_conflicts{};              ///< [side] clocks
  std::array<std::uint64_t, 2> fetch_clocks{};                ///< [side] of reads, all tiles
  std::uint64_t scratchpad_writes = 0, scratchpad_reads = 0;  ///< rows
  std::uint64_t result_writes = 0, result_reads = 0;          ///< results of a pass, in CM
  /// Partial sums of a pass, left in CM for the next block and taken up by it.
  std::uint64_t partial_writes = 0, partial_reads = 0;

  bool operator==(const MemoryTraffic& other) const;
};

/// What a side keeps in a segment.
struct SegmentKept {
  Residency residency = Residency::whole;  ///< in the SRAMs
  ScratchpadUse scratchpads = ScratchpadUse::stream;
};

/// An operation with its memory.
struct MemoryTiming {
  std::uint64_t steps = 0;  ///< of the tile that has most
  Edge cycles = 0;          ///< from the start to the last result in DRAM and in the accumulators
  Edge last_step = 0;       ///< edge of the last step of any tile
  Edge write_back = 0;      ///< clocks at the end in which only results are written
  std::vector<std::uint64_t> tile_steps;
  std::vector<Edge> tile_ends;  ///< edge of each tile's last step, 0 without passes
  std::vector<std::array<std::uint64_t, stall_causes>> tile_stalls;
  MemoryTraffic traffic;
  std::array<std::vector<SegmentKept>, 2> kept;  ///< [side][segment]
  /// What was read of each side's tensor, however often.
  std::array<ReadOnce, 2> read;  ///< [side]
};

/// Passes whose outputs the CM of a tile holds. Throws MappingError when these are too few for the
/// groups of outputs of an operation to become complete.
std::uint64_t result_room(const StreamPlan& plan, const OutputPlan& outputs,
                          const MemoryParameters& parameters, unsigned tiles);

}  // namespace tensordash
