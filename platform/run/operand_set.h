#pragma once

#include "models/dataflow/stream_reader.h"
#include "models/trace/trace.h"
#include "platform/config/config.h"

namespace tensordash {

/// A layer as the machine gets it: tensors rounded to the data type and checked.
struct OperandSet {
  std::string name;
  LayerShape shape;
  Tensor activations, weights;
  std::optional<Tensor> output_gradients;

  OperandTensors tensors() const;
};

/// Rounds the tensors of `layer` to the configuration's dtype. Throws RequestError
/// (platform/run/run_request.h) when nonfinite is `refuse` and one holds NaN or infinity after
/// rounding, naming layer, tensor and index.
OperandSet prepare_operands(TraceLayer layer, const Config& config);

}  // namespace tensordash
