#include "models/synthetic/network_source.h"

#include <fmt/format.h>

#include <new>
#include <stdexcept>
#include <string_view>

namespace tensordash {
namespace {

void require_fraction(std::string_view what, double value) {
  if (value >= 0 && value <= 1) return;
  throw std::invalid_argument(fmt::format("{} is {}; allowed: 0 to 1", what, value));
}

}  // namespace

LayerZeros SyntheticParameters::zeros(const Network& network, const NetworkLayer& layer) const {
  LayerZeros chosen = preset_zeros(network, layer);
  if (activations) chosen.activations = *activations;
  if (weights) chosen.weights = *weights;
  if (gradients) chosen.gradients = *gradients;
  return chosen;
}

std::string SyntheticParameters::sparsity_text(const Network& network) const {
  std::string text;
  const auto add = [&](std::string_view kind, const std::optional<double>& zeros) {
    if (zeros) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", kind, *zeros);
  };
  add("activations", activations);
  add("weights", weights);
  add("gradients", gradients);
  if (activations && weights && gradients) return text;
  return fmt::format("preset of {}{}{}", network.name, text.empty() ? "" : " but ", text);
}

NetworkSource::NetworkSource(const Network& network, const SyntheticParameters& parameters)
    : network_(at_batch(network, parameters.batch)), parameters_(parameters) {
  require_fraction("zeros of activations", parameters.activations.value_or(0));
  require_fraction("zeros of weights", parameters.weights.value_or(0));
  require_fraction("zeros of gradients", parameters.gradients.value_or(0));
  require_fraction("cluster", parameters.cluster);
  for (const NetworkLayer& layer : network_.layers) {
    outlines_.push_back({layer.name, layer.shape, true});
  }
}

std::string NetworkSource::synthetic() const {
  return fmt::format("synthetic values: batch {}, sparsity {}, cluster {}, seed {}",
                     parameters_.batch, parameters_.sparsity_text(network_), parameters_.cluster,
                     parameters_.seed);
}

LayerZeros NetworkSource::zeros(std::size_t index) const {
  return parameters_.zeros(network_, network_.layers.at(index));
}

TraceLayer NetworkSource::read(std::size_t index) const {
  const NetworkLayer& layer = network_.layers.at(index);
  try {
    return synthetic_layer(layer.name, layer.shape, layer.input, zeros(index), parameters_.cluster,
                           parameters_.seed);
  } catch (const std::bad_alloc&) {
    throw TraceError(
        fmt::format("layer '{}': its tensors do not fit in memory with a batch of {}; "
                    "allowed: a smaller one",
                    layer.name, parameters_.batch));
  }
}

}  // namespace tensordash
