#pragma once

#include <array>
#include <functional>
#include <optional>
#include <vector>

#include "models/layout/image_memory.h"
#include "models/layout/image_placer.h"
#include "models/trace/trace.h"
#include "platform/config/config.h"
#include "platform/run/memory_report.h"
#include "platform/run/run_report.h"

namespace tensordash {

/// The memory system of the fast level: a layer's tensors in a DRAM image, and the clocks of its
/// operations with everything between DRAM and staging buffers.
class ModelledMemory {
 public:
  /// Throws ConfigError for a memory that cannot be.
  explicit ModelledMemory(const Config& config, unsigned lanes);

  /// Places the tensors of a layer, which stays where it is until the next. Throws RequestError
  /// when it does not fit the DRAM.
  void begin(const TraceLayer& layer);

  /// The tensors, rounded to the data type, stored in the image and read back.
  struct Loaded {
    std::vector<float> activations, weights, gradients;
  };
  Loaded load(const float* activations, const float* weights, const float* gradients);

  /// Outputs written to the image and read back.
  void write_back(Operation operation, std::vector<float>& outputs);

  /// Times an operation, mapped as `mapping` says: sparse with `paces`, unless they are empty, and
  /// dense. Fills in the clocks, the ledger's stalls and the report on the memory.
  void time(const StreamPlan& plan, const MappingChoice& mapping, std::vector<SegmentPace> paces,
            OperationReport& report, const std::function<void(double)>& progress);

 private:
  StoredTensor stored(const TensorImage& image, const std::vector<std::uint16_t>& units) const;

  const Config& config_;
  MemoryParameters parameters_;
  DramConfiguration dram_;
  unsigned tiles_, depth_;
  const TraceLayer* layer_ = nullptr;
  std::optional<ImageMemory> memory_;
  std::array<std::optional<TensorImage>, 3> operands_;  ///< [OperandTensor]
  std::array<std::optional<TensorImage>, 3> outputs_;   ///< [Operation]
  std::array<ImageSizes, 3> sizes_;
  std::array<std::vector<std::uint16_t>, 3> units_;
};

}  // namespace tensordash
