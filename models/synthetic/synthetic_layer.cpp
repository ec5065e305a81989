#include "models/synthetic/synthetic_layer.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <tbb/parallel_invoke.h>

#include <memory>

#include "models/synthetic/value_stream.h"

namespace tensordash {
namespace {

Tensor filled(const std::vector<std::int64_t>& shape, const ValueRecipe& recipe) {
  constexpr std::int64_t grain = std::int64_t{1} << 18;  // values a task, a megabyte
  const ValueStream stream(recipe);
  Tensor tensor;
  tensor.shape = shape;
  std::int64_t count = 1;
  for (const std::int64_t dimension : shape) count *= dimension;
  // Not a vector, which one core would fill with zeros first.
  const std::shared_ptr<float[]> memory(new float[static_cast<std::size_t>(count)]);
  float* const values = memory.get();
  tbb::parallel_for(tbb::blocked_range<std::int64_t>(0, count, grain),
                    [&](const tbb::blocked_range<std::int64_t>& range) {
                      stream.fill(range.begin(), range.end(), values + range.begin());
                    });
  tensor.values = TensorValues(memory, values, static_cast<std::size_t>(count));
  return tensor;
}

std::vector<std::int64_t> activation_shape(const LayerShape& shape) {
  if (shape.linear) return {shape.N, shape.C};
  return {shape.N, shape.C, shape.H, shape.W};
}

std::vector<std::int64_t> weight_shape(const LayerShape& shape) {
  if (shape.linear) return {shape.M, shape.C};
  return {shape.M, shape.channels_per_group(), shape.R, shape.S};
}

std::vector<std::int64_t> output_shape(const LayerShape& shape) {
  if (shape.linear) return {shape.N, shape.M};
  return {shape.N, shape.M, shape.P, shape.Q};
}

}  // namespace

TraceLayer synthetic_layer(const std::string& name, const LayerShape& shape, LayerInput input,
                           const LayerZeros& zeros, double cluster, std::uint64_t seed) {
  const ValueRecipe activations{seed,
                                name,
                                TensorKind::activations,
                                zeros.activations,
                                cluster,
                                shape.H * shape.W,
                                input != LayerInput::rectified};
  const ValueRecipe weights{seed,          name,    TensorKind::weights,
                            zeros.weights, cluster, shape.channels_per_group() * shape.R * shape.S,
                            true};
  const ValueRecipe gradients{
      seed, name, TensorKind::output_gradients, zeros.gradients, cluster, shape.P * shape.Q, true};
  TraceLayer layer;
  layer.name = name;
  layer.shape = shape;
  tbb::parallel_invoke([&] { layer.activations = filled(activation_shape(shape), activations); },
                       [&] { layer.weights = filled(weight_shape(shape), weights); },
                       [&] { layer.output_gradients = filled(output_shape(shape), gradients); });
  return layer;
}

}  // namespace tensordash
