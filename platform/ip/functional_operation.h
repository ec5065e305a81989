#pragma once

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "models/engine/operation_timing.h"
#include "models/layout/image_memory.h"
#include "models/memory/operation_timeline.h"
#include "platform/ip/job.h"
#include "platform/ip/machine_model.h"
#include "platform/ip/operation_engine.h"
#include "platform/pin/operation_programs.h"

namespace tensordash {

/// What an operation does, apart from when: how it is cut and mapped, the operands as they lie in
/// memory at its start, its schedules and their counts, and its results.
class FunctionalOperation {
 public:
  /// Reads the operands, through `access` and without time if that is possible. `machine` and `job`
  /// outlive the operation. Throws JobError, JobStopped.
  FunctionalOperation(const MachineModel& machine, const OperationJob& job, MemoryAccess& access);

  const PlannedOperation& planned() const { return *planned_; }
  /// Scheduler cycles, pairs and idle lanes.
  const engine::OperationTiming& counts() const { return counts_; }
  bool dense() const { return scheduled_.sidedness == engine::Sidedness::none; }
  /// For the timeline of the operation.
  OperationProblem problem();
  /// The operands as they were read, and nothing else.
  ImageMemory& memory() { return memory_; }

  /// Computes the results, stores them in `memory` as they have to lie, and counts them.
  void store_results(ImageMemory& memory, OperationCounts& counts) const;

  /// The ledger of an operation that was timed so. Throws std::logic_error when its lane-cycles do
  /// not add up to its clocks.
  CycleLedger ledger(const MemoryTiming& timing) const;

 private:
  const TensorImage& image(Side side) const;
  engine::Progress progress() const;
  OperandTensors tensors() const;
  engine::OperandBits bits() const { return {&activations_, &gradients_, weights_pointer()}; }
  const engine::TensorBits* weights_pointer() const { return weights_ ? &*weights_ : nullptr; }

  const MachineModel& machine_;
  const OperationJob& job_;
  const MemoryParameters parameters_;
  const engine::Machine scheduled_;
  std::optional<StreamPlan> plan_;
  std::unique_ptr<PlannedOperation> planned_;
  ImageMemory memory_;
  std::array<std::vector<float>, 3> values_;  ///< [OperandTensor]
  engine::TensorBits activations_, gradients_;
  std::optional<engine::TensorBits> weights_;  ///< two-sided
  engine::OperationTiming counts_;
};

}  // namespace tensordash
