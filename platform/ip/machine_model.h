#pragma once

#include "hw/pe/connectivity.h"
#include "models/engine/operand_bits.h"
#include "models/engine/operation_timing.h"
#include "models/mapping/memory_parameters.h"
#include "platform/ip/accelerator_parameters.h"
#include "platform/ip/descriptor.h"
#include "platform/ip/image_transfer.h"
#include "platform/pin/machine.h"

namespace tensordash {

/// An accelerator's parameters as its parts need them.
class MachineModel {
 public:
  /// Throws ConfigError for a machine that cannot be.
  explicit MachineModel(const AcceleratorParameters& parameters);
  ~MachineModel() = default;
  MachineModel(const MachineModel&) = delete;
  MachineModel& operator=(const MachineModel&) = delete;

  /// The memory moves groups in multiples of these bytes.
  static constexpr unsigned transfer_bytes = 32;

  const AcceleratorParameters& parameters() const { return parameters_; }
  const Connectivity& table() const { return table_; }
  const MachineParameters& array() const { return array_; }
  /// For operands of this size.
  MemoryParameters memory(unsigned value_bytes) const;
  /// The machine that the engine schedules for; `dense`: schedulers bypassed.
  engine::Machine scheduled(bool dense) const;
  bool exact() const { return array_.tile.accumulation == Accumulation::exact; }
  bool two_sided() const { return array_.tile.sparsity == Sparsity::two_sided; }
  bool has_schedulers() const { return array_.tile.sparsity != Sparsity::none; }
  bool pin() const { return parameters_.level == EngineLevel::pin; }
  RequestLimits request_limits() const;
  /// But for the ring.
  JobLimits job_limits() const;

 private:
  AcceleratorParameters parameters_;
  Connectivity table_;
  MachineParameters array_;
  MemoryParameters memory_;
};

}  // namespace tensordash
