#include "platform/pin/array_run.h"

#include <algorithm>

#include "hw/array/operation_counter.h"

namespace tensordash {

MemoryArrayParameters array_parameters(const MachineParameters& machine,
                                       const MemoryParameters& memory, unsigned transfer_bytes,
                                       const Connectivity& table) {
  const TileParameters& tile = machine.tile;
  MemoryArrayParameters p;
  p.tiles = machine.tiles;
  p.tile = tile;
  p.memory.lanes = table.lanes();
  p.memory.rows = tile.rows;
  p.memory.columns = tile.columns;
  p.memory.depth = table.depth();
  p.memory.schedulers = tile.schedulers();
  p.memory.sram_banks = memory.sram_banks;
  p.memory.sram_bank_rows = memory.bank_rows();
  p.memory.sram_rows_per_clock = memory.sram_rows_per_clock;
  p.memory.rows_gathered = table.lanes();
  p.memory.scratchpad_banks = memory.scratchpad_banks;
  p.memory.scratchpad_bank_rows = memory.scratchpad_rows() / memory.scratchpad_banks;
  p.load = {table.lanes(),      machine.tiles,      memory.sram_banks,
            memory.bank_rows(), memory.transposers, memory.dma_rows_per_clock,
            transfer_bytes};
  const unsigned result_rows = (tile.pes() + table.lanes() - 1) / table.lanes();
  p.store = {table.lanes(), machine.tiles, memory.result_rows() / result_rows,
             memory.dma_rows_per_clock};
  p.dma = {memory.dma_outstanding, memory.dma_requests_per_clock};
  return p;
}

std::uint64_t clocks_of_patience(const MemoryArrayParameters& p) {
  constexpr std::uint64_t of_dram = 10000;
  const std::uint64_t bundle = std::uint64_t{std::max(p.memory.rows, p.memory.columns)} *
                               p.memory.rows_gathered * p.memory.sram_rows_per_clock;
  return of_dram + 2 * (p.memory.depth + 2) * bundle;
}

ArrayCounters::ArrayCounters(const MemoryArray& array) {
  for (unsigned tile = 0; tile < array.tiles(); ++tile) {
    tiles_.push_back(array.memory(tile).counters());
  }
}

MemoryCounts ArrayCounters::since(const ArrayCounters& before, const MemoryArray& array) const {
  MemoryCounts counts;
  MemoryTraffic& traffic = counts.traffic;
  for (std::size_t tile = 0; tile < tiles_.size(); ++tile) {
    const TileMemoryCounters& now = tiles_[tile];
    const TileMemoryCounters& then = before.tiles_[tile];
    counts.tile_stalls.emplace_back();
    for (std::size_t cause = 0; cause < stall_causes; ++cause) {
      counts.tile_stalls.back()[cause] = now.stalls[cause] - then.stalls[cause];
    }
    for (std::size_t side = 0; side < 2; ++side) {
      traffic.sram_reads[side] += now.sram_reads[side] - then.sram_reads[side];
      traffic.bank_conflicts[side] += now.bank_conflicts[side] - then.bank_conflicts[side];
      traffic.fetch_clocks[side] += now.fetch_clocks[side] - then.fetch_clocks[side];
    }
    traffic.scratchpad_writes += now.scratchpad_writes - then.scratchpad_writes;
    traffic.scratchpad_reads += now.scratchpad_reads - then.scratchpad_reads;
  }
  const LoadEngine& loads = array.loads();
  traffic.dram_read_bytes = loads.group_bytes_read() + loads.directory_bytes_read();
  traffic.dram_directory_bytes = loads.directory_bytes_read();
  traffic.transposed_groups = loads.groups_transposed();
  for (unsigned side = 0; side < 2; ++side) {
    traffic.loaded_groups[side] = loads.groups_loaded(side);
    traffic.sram_writes[side] = loads.rows_written(side) + loads.rows_passed_by(side);
  }
  for (unsigned tile = 0; tile < array.tiles(); ++tile) {
    traffic.partial_writes += array.link(tile).partial_writes();
    traffic.partial_reads += array.link(tile).partial_reads();
  }
  traffic.dram_write_bytes = array.stores().bytes();
  traffic.result_writes = array.stores().results_written();
  traffic.result_reads = array.stores().results_read();
  return counts;
}

MemoryTiming timing_of(const OperationClocks& clocks, const MemoryCounts& counts,
                       const std::vector<std::uint64_t>& tile_steps) {
  MemoryTiming timing;
  timing.steps = clocks.steps;
  timing.cycles = clocks.cycles;
  timing.write_back = counts.write_back;
  timing.last_step = clocks.cycles - counts.write_back - OperationCounter::drain_cycles;
  timing.tile_steps = tile_steps;
  timing.tile_stalls = counts.tile_stalls;
  timing.traffic = counts.traffic;
  for (std::size_t tile = 0; tile < timing.tile_steps.size(); ++tile) {
    Edge end = timing.tile_steps[tile];
    if (end > 0) {
      // One clock fills the windows.
      ++end;
      for (const std::uint64_t stalls : timing.tile_stalls[tile]) end += stalls;
    }
    timing.tile_ends.push_back(end);
  }
  return timing;
}

}  // namespace tensordash
