#include "platform/run/operand_set.h"

#include <fmt/format.h>

#include <cmath>

#include "hw/numeric/bf16.h"
#include "platform/run/run_request.h"

namespace tensordash {
namespace {

std::string index_text(std::size_t flat, const std::vector<std::int64_t>& shape) {
  std::string text;
  for (auto size = shape.rbegin(); size != shape.rend(); ++size) {
    const auto extent = static_cast<std::size_t>(*size);
    text = fmt::format("{}{}{}", flat % extent, text.empty() ? "" : ",", text);
    flat /= extent;
  }
  return text;
}

void prepare(Tensor& tensor, const char* what, const std::string& layer, const Config& config) {
  if (config.text("dtype") == "bf16") {
    for (float& value : tensor.values.owned()) value = bf16_round(value);
  }
  if (config.text("nonfinite") == "allow") return;
  for (std::size_t at = 0; at < tensor.values.size(); ++at) {
    if (std::isfinite(tensor.values[at])) continue;
    throw RequestError(
        fmt::format("layer '{}': {} hold {} at [{}] (as {}); allowed: finite values, or "
                    "--set nonfinite=allow",
                    layer, what, std::isnan(tensor.values[at]) ? "NaN" : "an infinity",
                    index_text(at, tensor.shape), config.text("dtype")));
  }
}

}  // namespace

OperandTensors OperandSet::tensors() const {
  return {activations.values.data(), weights.values.data(),
          output_gradients ? output_gradients->values.data() : nullptr};
}

OperandSet prepare_operands(TraceLayer layer, const Config& config) {
  prepare(layer.activations, "activations", layer.name, config);
  prepare(layer.weights, "weights", layer.name, config);
  if (layer.output_gradients) {
    prepare(*layer.output_gradients, "output_gradients", layer.name, config);
  }
  return {std::move(layer.name), layer.shape, std::move(layer.activations),
          std::move(layer.weights), std::move(layer.output_gradients)};
}

}  // namespace tensordash
