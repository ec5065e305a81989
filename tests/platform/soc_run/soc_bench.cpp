#include "tests/platform/soc_run/soc_bench.h"

#include <random>

namespace tensordash::testing {
namespace {

Tensor whole_numbers(std::vector<std::int64_t> shape, std::mt19937& random) {
  Tensor tensor;
  std::size_t count = 1;
  for (const std::int64_t size : shape) count *= static_cast<std::size_t>(size);
  std::vector<float> values(count);
  for (float& value : values) {
    const auto drawn = static_cast<int>(random() % 12);
    value = drawn < 6 ? 0.0F : static_cast<float>(drawn - 8);
  }
  tensor.shape = std::move(shape);
  tensor.values = TensorValues(std::move(values));
  return tensor;
}

std::vector<float> copy(const Tensor& tensor) {
  return {tensor.values.begin(), tensor.values.end()};
}

}  // namespace

OperandSet whole_number_layer(const LayerShape& shape, unsigned seed) {
  std::mt19937 random(seed);
  OperandSet layer;
  layer.name = "layer";
  layer.shape = shape;
  layer.activations = whole_numbers({shape.N, shape.C, shape.H, shape.W}, random);
  layer.weights = whole_numbers({shape.M, shape.channels_per_group(), shape.R, shape.S}, random);
  layer.output_gradients = whole_numbers({shape.N, shape.M, shape.P, shape.Q}, random);
  return layer;
}

dataflow_testing::LayerTensors tensors_of(const OperandSet& layer) {
  return {layer.shape, copy(layer.activations), copy(layer.weights), copy(*layer.output_gradients)};
}

std::vector<float> expected(Operation operation, const OperandSet& layer) {
  std::vector<float> values;
  for (const Sum& sum : convolve(operation, tensors_of(layer))) {
    values.push_back(static_cast<float>(sum.value));
  }
  return values;
}

SocLayout layout_at(std::uint64_t first, bool compressed) {
  SocLayout layout;
  layout.compressed = compressed;
  layout.first = SmallSocMap::dram + first;
  layout.end = SmallSocMap::dram + (std::uint64_t{1} << 30U);
  return layout;
}

}  // namespace tensordash::testing
