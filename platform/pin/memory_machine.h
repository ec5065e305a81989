#pragma once

#include <memory>
#include <stdexcept>
#include <vector>

#include "hw/array/memory_array.h"
#include "hw/dram/parameters.h"
#include "models/layout/byte_port.h"
#include "models/mapping/memory_parameters.h"
#include "platform/pin/array_run.h"
#include "platform/pin/machine.h"
#include "platform/pin/refusals.h"

namespace tensordash {

/// Data that cannot be, or that the DRAM refused, in the middle of an operation.
class DmaFaultError : public std::runtime_error {
 public:
  explicit DmaFaultError(const DmaFault& fault) : runtime_error(fault.text), fault_(fault) {}
  const DmaFault& fault() const { return fault_; }

 private:
  DmaFault fault_;
};

/// The pin-level machine with its memory: array and LPDDR4, whose commands are checked. Every
/// operation begins with a DRAM that was reset, so its clocks do not depend on what ran before.
class MemoryMachine : public Machine {
 public:
  /// Throws std::invalid_argument for blocks that cannot be.
  MemoryMachine(const MachineParameters& parameters, const MemoryParameters& memory,
                const DramConfiguration& dram, const Connectivity& table);
  ~MemoryMachine() override;
  MemoryMachine(const MemoryMachine&) = delete;
  MemoryMachine& operator=(const MemoryMachine&) = delete;

  /// Runs an operation; see PinMachine::run(). Throws DmaFaultError, std::logic_error when loads,
  /// tiles and stores wait for each other.
  OperationClocks run(const MemoryOperation& operation, bool dense, Sink sink,
                      const Progress& progress = {}, const IdleSink& idle_sink = {});

  const std::vector<std::uint64_t>& tile_steps() const override;
  /// Of the last operation.
  const MemoryCounts& counts() const { return counts_; }

  /// The DRAM answers requests that touch one of these bursts with an error, from now on.
  void refuse(std::vector<RefusedBurst> bursts);
  /// What lies in the DRAM.
  BytePort& dram();

 private:
  class Bench;

  MemoryMachine(bool always_dense, std::unique_ptr<Bench> bench);

  void align();
  /// Throws when the operation cannot go on; `now` clocks since its start.
  void look_for_faults(std::uint64_t now);

  std::unique_ptr<Bench> bench_;
  MemoryCounts counts_;
  std::uint64_t moved_ = 0, moved_at_ = 0;  ///< sum of what has, and when it was other last
};

}  // namespace tensordash
