#pragma once

#include <array>
#include <functional>
#include <memory>
#include <vector>

#include "models/dataflow/stream_plan.h"
#include "platform/config/config.h"
#include "platform/pin/memory_machine.h"
#include "platform/run/layer_images.h"
#include "platform/run/memory_report.h"
#include "platform/run/operand_set.h"

namespace tensordash {

/// The pin-level machine with its memory, as operations of layers see it: tensors lie in its DRAM,
/// programs say what is loaded and stored.
class PinMemory {
 public:
  /// Throws ConfigError for a memory that cannot be.
  PinMemory(const Config& config, const MachineParameters& parameters, const Connectivity& table);
  ~PinMemory();
  PinMemory(const PinMemory&) = delete;
  PinMemory& operator=(const PinMemory&) = delete;

  MemoryMachine& machine() { return machine_; }

  /// Puts the operands of a layer, which outlives its operations, into the DRAM. Throws
  /// ConfigError when they do not fit.
  void begin(const OperandSet& layer);

  /// Prepares an operation. `plan` outlives its runs. Throws ConfigError for a mapping that cannot
  /// be, and when CM is too small.
  void plan(const StreamPlan& plan);

  /// Runs the operation; see MemoryMachine::run(). Throws std::runtime_error naming layer,
  /// operation, tensor and address for data that are not right.
  MemoryTiming run(bool dense, const Machine::Sink& sink, const Machine::Progress& progress,
                   const Machine::IdleSink& idle_sink, OperationClocks& clocks);

  /// The outputs of the operation, in C order, as they lie in the DRAM.
  std::vector<float> outputs();

  /// The report on two runs of the operation.
  MemoryReport report(const MemoryTiming& sparse, const MemoryTiming& dense);

 private:
  struct Planned;
  struct Programs;

  void forget_outputs();
  /// [OperandTensor]
  std::array<const float*, 3> values() const;

  const Config& config_;
  const MemoryParameters parameters_;
  const DramConfiguration dram_;
  const unsigned tiles_;
  MemoryMachine machine_;
  const OperandSet* layer_ = nullptr;
  LayerImages images_;
  std::array<ImageSizes, 3> sizes_;  ///< [OperandTensor]
  std::unique_ptr<Planned> planned_;
};

}  // namespace tensordash
