#pragma once

#include <functional>
#include <memory>
#include <stdexcept>
#include <vector>

#include "hw/array/memory_array.h"
#include "hw/dram/lpddr4.h"
#include "models/mapping/memory_parameters.h"
#include "platform/pin/dram_bytes.h"
#include "platform/pin/ledger_monitor.h"
#include "platform/pin/pin_machine.h"
#include "platform/pin/schedule_monitor.h"

namespace tensordash {

/// Data that cannot be, or that the DRAM refused, in the middle of an operation.
class DmaFaultError : public std::runtime_error {
 public:
  explicit DmaFaultError(const DmaFault& fault) : runtime_error(fault.text), fault_(fault) {}
  const DmaFault& fault() const { return fault_; }

 private:
  DmaFault fault_;
};

/// What an operation does on a machine with memory; must outlive it.
struct MemoryOperation {
  LoadProgram& load;
  StoreProgram& store;
  std::vector<TilePrograms> tiles;
};

/// What the memory of one operation counted.
struct MemoryCounts {
  std::vector<std::array<std::uint64_t, stall_causes>> tile_stalls;
  TileMemoryCounters tiles;  ///< of all tiles
};

/// The pin-level machine with its memory: array, LPDDR4, clock and reset, elaborated once a
/// process. Every operation begins with a DRAM that was reset, so its clocks do not depend on what
/// ran before.
class MemoryMachine {
 public:
  MemoryMachine(const MachineParameters& parameters, const MemoryParameters& memory,
                const DramConfiguration& dram, const Connectivity& table);
  ~MemoryMachine();
  MemoryMachine(const MemoryMachine&) = delete;
  MemoryMachine& operator=(const MemoryMachine&) = delete;

  /// Runs an operation; see PinMachine::run(). Throws DmaFaultError.
  OperationClocks run(const MemoryOperation& operation, bool dense, PinMachine::Sink sink,
                      const PinMachine::Progress& progress = {},
                      const PinMachine::IdleSink& idle_sink = {});

  /// Of the last operation.
  const std::vector<std::uint64_t>& tile_steps() const;
  const MemoryCounts& counts() const { return counts_; }
  const LoadEngine& loads() const;
  const StoreEngine& stores() const;

  /// What lies in the DRAM.
  BytePort& dram();

 private:
  class Bench;

  void run_clocks(std::uint64_t count);
  void align();

  bool always_dense_;
  std::uint64_t tck_ps_;
  std::unique_ptr<Bench> bench_;
  PinMachine::Sink sink_;
  std::uint64_t now_ = 0;  ///< clocks since the beginning of the simulation
  MemoryCounts counts_;
};

}  // namespace tensordash
