#include "models/synthetic/sparsity_preset.h"

#include <fmt/format.h>

#include <stdexcept>
#include <string_view>

namespace tensordash {
namespace {

struct PresetRow {
  std::string_view network;
  LayerZeros zeros;
};

// Where the numbers come from: README.md of this folder.
constexpr PresetRow preset_rows[] = {
    {"alexnet", {0.65, 0.0, 0.75}},
    {"vgg16", {0.65, 0.0, 0.75}},
    {"resnet50", {0.55, 0.9, 0.45}},
    {"densenet121", {0.55, 0.0, 0.0}},
    {"squeezenet1_0", {0.5, 0.0, 0.55}},
    {"squeezenet1_1", {0.5, 0.0, 0.55}},
    {"img2txt", {0.5, 0.0, 0.5}},
    {"snli", {0.5, 0.0, 0.5}},
    {"gcn", {0.0, 0.0, 0.0}},
};

/// Layers that differ from the rest of their network.
struct ExceptionRow {
  std::string_view network, layer;
  LayerZeros zeros;
};

constexpr ExceptionRow exception_rows[] = {
    {"gcn", "conv6", {0.05, 0.0, 0.05}},
    {"gcn", "conv7", {0.05, 0.0, 0.05}},
    {"gcn", "conv8", {0.05, 0.0, 0.05}},
};

LayerZeros row_for(const Network& network, const NetworkLayer& layer) {
  for (const ExceptionRow& row : exception_rows) {
    if (row.network == network.name && row.layer == layer.name) return row.zeros;
  }
  for (const PresetRow& row : preset_rows) {
    if (row.network == network.name) return row.zeros;
  }
  throw std::invalid_argument(fmt::format("no sparsity preset for network '{}'", network.name));
}

}  // namespace

LayerZeros preset_zeros(const Network& network, const NetworkLayer& layer) {
  LayerZeros zeros = row_for(network, layer);
  // Images and embeddings have no zeros to speak of, nor has the gradient of a softmax.
  if (layer.input == LayerInput::raw) zeros.activations = 0;
  if (layer.last) zeros.gradients = 0;
  return zeros;
}

}  // namespace tensordash
