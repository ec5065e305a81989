#pragma once

#include <limits>

#include "tests/platform/trace_files.h"

namespace tensordash {

/// Two small layers, a convolution "c" and a fully-connected "f", of whole numbers with some zeros.
inline std::vector<NamedLayer> small_layers() {
  NamedLayer c{"c", {}};
  c.tensors.shape = conv2d_shape({1, 3, 4, 4}, {5, 3, 3, 3}, {1, 1}, {1, 1}, {1, 1}, 1);
  NamedLayer f{"f", {}};
  f.tensors.shape = linear_shape({2, 20}, {4, 20});
  std::vector<NamedLayer> layers{c, f};
  for (NamedLayer& layer : layers) {
    const auto filled = [](std::int64_t count) {
      std::vector<float> values;
      for (std::int64_t at = 0; at < count; ++at) {
        values.push_back(static_cast<float>(at * 7 % 5 - 2));
      }
      return values;
    };
    const LayerShape& shape = layer.tensors.shape;
    layer.tensors.activations = filled(shape.activation_count());
    layer.tensors.weights = filled(shape.weight_count());
    layer.tensors.output_gradients = filled(shape.output_count());
  }
  return layers;
}

}  // namespace tensordash
