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
#include "platform/run/operation_faults.h"

namespace tensordash {

/// The pin-level machine with its memory, as operations of layers see it: tensors lie in its DRAM,
/// programs say what is loaded and stored.
class PinMemory {
 public:
  /// Throws ConfigError for a memory that cannot be.
  PinMemory(const Config& config, const MachineParameters& parameters, const Connectivity& table,
            std::vector<FaultRequest> faults = {});
  ~PinMemory();
  PinMemory(const PinMemory&) = delete;
  PinMemory& operator=(const PinMemory&) = delete;

  MemoryMachine& machine() { return machine_; }

  /// Puts the operands of a layer, which outlives its operations, into the DRAM. Throws
  /// ConfigError when they do not fit.
  void begin(const OperandSet& layer);

  /// Prepares an operation. `plan` outlives its runs. Throws ConfigError for a mapping that cannot
  /// be, and when CM is too small.
  void plan(const StreamPlan& plan, const MappingChoice& mapping);

  /// Runs the operation; see MemoryMachine::run(). Throws MemoryFault for data that are not right.
  MemoryTiming run(bool dense, const Machine::Sink& sink, const Machine::Progress& progress,
                   const Machine::IdleSink& idle_sink, OperationClocks& clocks);

  /// Throws RequestError when the runs of the operation have met none of its faults.
  void require_met() const;

  /// The outputs of the operation, in C order, as they lie in the DRAM.
  std::vector<float> outputs();

  /// The report on two runs of the operation.
  MemoryReport report(const MemoryTiming& sparse, const MemoryTiming& dense);

 private:
  struct Planned;

  /// Inverts the bits that are asked for, and again sets them right; bursts are refused or not.
  void set_faults(bool there);
  /// Throws MemoryFault when the values of the groups that the operation reads are others.
  void require_operands();
  void forget_outputs();
  [[noreturn]] void report_fault(const DmaFault& fault) const;
  const float* operand_values(OperandTensor tensor) const;
  std::int64_t operand_count(OperandTensor tensor) const;

  MemoryParameters parameters_;
  const DramConfiguration dram_;
  const unsigned tiles_;
  MemoryMachine machine_;
  const OperandSet* layer_ = nullptr;
  LayerImages images_;
  std::vector<FaultRequest> faults_;
  std::array<ImageSizes, 3> sizes_;                    ///< [OperandTensor]
  std::array<std::vector<std::uint16_t>, 3> units_{};  ///< [OperandTensor][group] that are used
  std::unique_ptr<Planned> planned_;
};

}  // namespace tensordash
