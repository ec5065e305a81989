#pragma once

#include <cstdint>
#include <vector>

#include "models/trace/layer_source.h"
#include "platform/run/run_request.h"

namespace tensordash {

/// A layer that a run takes, with its operations in their usual order.
struct PlannedLayer {
  std::size_t index = 0;  ///< in the source
  std::vector<Operation> operations;
};

/// What a run does, in its order.
struct RunPlan {
  std::vector<PlannedLayer> layers;

  std::uint64_t operation_count() const;
  /// Multiply-accumulates of all operations.
  double macs(const LayerSource& source) const;
};

/// The layers and operations of `source` that the request asks for, as far as the layers have the
/// tensors for them. Throws RequestError: a layer that the source does not have, nothing to run.
RunPlan plan_run(const RunRequest& request, const LayerSource& source);

}  // namespace tensordash
