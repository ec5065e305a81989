#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "hw/array/memory_array.h"
#include "models/mapping/memory_parameters.h"
#include "models/memory/timed_operation.h"
#include "platform/pin/machine.h"

namespace tensordash {

/// What an operation does on a machine with memory; must outlive it.
struct MemoryOperation {
  LoadProgram& load;
  StoreProgram& store;
  std::vector<TilePrograms> tiles;
};

/// What the memory of one operation counted, in simulation.
struct MemoryCounts {
  std::vector<std::array<std::uint64_t, stall_causes>> tile_stalls;
  MemoryTraffic traffic;
  std::uint64_t write_back = 0;  ///< clocks at the end in which only results are written
};

/// The blocks of a machine. `transfer_bytes`: the memory moves groups in multiples of these.
MemoryArrayParameters array_parameters(const MachineParameters& machine,
                                       const MemoryParameters& memory, unsigned transfer_bytes,
                                       const Connectivity& table);

/// Within so many clocks there is a step, a request or a row that lands. Between two of them the
/// windows of a side may be filled bundle by bundle, each of whose rows may lie in one bank.
std::uint64_t clocks_of_patience(const MemoryArrayParameters& parameters);

/// What the blocks have counted since the beginning of the simulation.
class ArrayCounters {
 public:
  explicit ArrayCounters(const MemoryArray& array);

  /// What was counted from `before` to here, but for the DRAM and `write_back`; stores and loads
  /// count operation by operation.
  MemoryCounts since(const ArrayCounters& before, const MemoryArray& array) const;

 private:
  std::vector<TileMemoryCounters> tiles_;
};

/// A run as the fast level describes it, but for what is kept and read.
MemoryTiming timing_of(const OperationClocks& clocks, const MemoryCounts& counts,
                       const std::vector<std::uint64_t>& tile_steps);

}  // namespace tensordash
