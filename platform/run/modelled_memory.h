#pragma once

#include <array>
#include <functional>
#include <optional>
#include <vector>

#include "models/dataflow/stream_reader.h"
#include "models/layout/image_memory.h"
#include "models/layout/image_placer.h"
#include "models/trace/trace.h"
#include "platform/config/config.h"
#include "platform/run/layer_images.h"
#include "platform/run/memory_report.h"
#include "platform/run/operation_faults.h"
#include "platform/run/run_report.h"

namespace tensordash {

/// The memory system of the fast level: a layer's tensors in a DRAM image, and the clocks of its
/// operations with everything between DRAM and staging buffers.
class ModelledMemory {
 public:
  /// Throws ConfigError for a memory that cannot be.
  ModelledMemory(const Config& config, unsigned lanes, std::vector<FaultRequest> faults = {});

  /// Places the tensors of a layer, which stays where it is until the next. Throws ConfigError
  /// when it does not fit the DRAM.
  void begin(const TraceLayer& layer);

  /// The operand tensors of the operation that was timed last, rounded to the data type, stored in
  /// the image and read back: the groups that the operation reads, NaN in others. Valid until the
  /// next call. Throws MemoryFault when they do not come as they were stored, std::logic_error when
  /// other bytes move than were timed.
  OperandTensors load(const OperandTensors& tensors);

  /// Outputs of the operation that was timed last, written to the image and read back. Throws as
  /// load() does.
  void write_back(std::vector<float>& outputs);

  /// Faults are asked for in an operation of the layer.
  bool faulty(Operation operation) const;
  /// Throws RequestError when load() and write_back() have met none of the faults of the operation
  /// that was timed last: they are where it does not look.
  void require_met() const;

  /// Times an operation, mapped as `mapping` says: sparse with `paces`, unless they are empty, and
  /// dense. Fills in the clocks, the ledger's stalls and the report on the memory.
  void time(const StreamPlan& plan, const MappingChoice& mapping, std::vector<SegmentPace> paces,
            OperationReport& report, const std::function<void(double)>& progress);

 private:
  /// The operation that was timed last.
  struct Timed {
    Operation operation = Operation::forward;
    std::array<std::optional<ReadOnce>, 3> read;  ///< [OperandTensor]
    std::uint64_t written = 0;                    ///< bytes of outputs
    OperationFaults faults;
  };

  const float* through(OperandTensor tensor, const float* values);

  const Config& config_;
  MemoryParameters parameters_;
  DramConfiguration dram_;
  unsigned tiles_, depth_;
  std::vector<FaultRequest> faults_;
  const TraceLayer* layer_ = nullptr;
  std::optional<ImageMemory> memory_;
  LayerImages images_;
  std::array<ImageSizes, 3> sizes_;
  std::array<std::vector<std::uint16_t>, 3> units_;
  std::array<bool, 3> in_memory_{};
  std::array<std::vector<float>, 3> loaded_;
  Timed timed_;
};

}  // namespace tensordash
