#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "models/golden/golden.h"

namespace tensordash::golden_testing {

/// A layer with tensors of its own.
struct Layer {
  std::string name;
  LayerShape shape;
  std::vector<float> activations, weights, output_gradients;

  /// The problem of one operation; valid as long as the layer lives where it is.
  golden::Problem problem(Operation operation, SparseOperand sparse,
                          golden::Sidedness sidedness = golden::Sidedness::one_sided,
                          bool removed = false) const;
};

/// A convolution's shape without tensors; P and Q follow.
LayerShape conv_shape(Axes batch_and_channels, Axes image, std::int64_t filters, Axes kernel,
                      Axes stride = {1, 1}, Axes padding = {0, 0}, Axes dilation = {1, 1},
                      std::int64_t groups = 1);

/// A fully-connected layer's shape.
LayerShape dense_shape(std::int64_t batch, std::int64_t inputs, std::int64_t outputs);

/// Random values of many magnitudes, about `zeros` of them zero (some of those -0).
Layer random_layer(const std::string& name, const LayerShape& shape, unsigned seed, double zeros);

/// Small layers that have every corner between them: groups, depthwise, unequal stride, padding
/// and dilation, kernel smaller than stride, leftovers, linear.
std::vector<Layer> corner_layers();

/// One pass, its streams written out in full.
struct NaivePass {
  std::uint64_t id = 0;
  unsigned tile = 0;
  std::size_t row_group = 0;  ///< counted over the whole operation
  std::size_t stream_rows = 0;
  std::vector<std::vector<float>> b;              ///< one stream a tile row, zeros in missing rows
  std::vector<std::vector<float>> a;              ///< one stream a tile column
  std::vector<std::vector<std::int64_t>> output;  ///< [row][column]: flat index, -1 when missing
};

/// All passes of an operation, in order of id.
std::vector<NaivePass> naive_passes(const golden::Problem& problem,
                                    const golden::Geometry& geometry);

}  // namespace tensordash::golden_testing
