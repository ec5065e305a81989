#include "tests/differential/layer_dimensions.h"

#include <algorithm>
#include <stdexcept>

namespace tensordash::differential {
namespace {

std::optional<LayerShape> shape_of(const LayerDimensions& d) {
  try {
    if (d.linear) {
      return linear_shape({d.N, d.channels}, {d.filters, d.channels});
    }
    return conv2d_shape({d.N, d.channels * d.groups, d.H, d.W},
                        {d.filters * d.groups, d.channels, d.R, d.S}, {d.stride_v, d.stride_h},
                        {d.padding_v, d.padding_h}, {d.dilation_v, d.dilation_h}, d.groups);
  } catch (const std::invalid_argument&) {
    return {};
  }
}

Tensor resized(const Tensor& tensor, std::vector<std::int64_t> shape, Keep keep) {
  if (shape.size() > tensor.shape.size()) shape.resize(tensor.shape.size());
  if (shape == tensor.shape) return tensor;
  std::int64_t count = 1;
  for (const std::int64_t extent : shape) count *= extent;
  std::vector<float> values;
  for (std::int64_t at = 0; at < count; ++at) {
    std::int64_t from = 0, rest = at, stride = 1;
    for (std::size_t axis = shape.size(); axis-- > 0;) {
      const std::int64_t left_out =
          keep == Keep::last ? std::max<std::int64_t>(0, tensor.shape[axis] - shape[axis]) : 0;
      from += (rest % shape[axis] + left_out) % tensor.shape[axis] * stride;
      rest /= shape[axis];
      stride *= tensor.shape[axis];
    }
    values.push_back(tensor.values[static_cast<std::size_t>(from)]);
  }
  return {std::move(shape), std::move(values)};
}

}  // namespace

LayerDimensions::LayerDimensions(const LayerShape& shape)
    : N(shape.N),
      channels(shape.channels_per_group()),
      filters(shape.filters_per_group()),
      groups(shape.groups),
      H(shape.H),
      W(shape.W),
      R(shape.R),
      S(shape.S),
      stride_v(shape.stride[0]),
      stride_h(shape.stride[1]),
      padding_v(shape.padding[0]),
      padding_h(shape.padding[1]),
      dilation_v(shape.dilation[0]),
      dilation_h(shape.dilation[1]),
      linear(shape.linear) {}

std::optional<TraceLayer> resized(const TraceLayer& layer, const LayerDimensions& dimensions,
                                  Keep keep) {
  const std::optional<LayerShape> shape = shape_of(dimensions);
  if (!shape) return {};
  TraceLayer made;
  made.name = layer.name;
  made.shape = *shape;
  made.activations = resized(layer.activations, {shape->N, shape->C, shape->H, shape->W}, keep);
  made.weights =
      resized(layer.weights, {shape->M, shape->channels_per_group(), shape->R, shape->S}, keep);
  if (layer.output_gradients) {
    made.output_gradients =
        resized(*layer.output_gradients, {shape->N, shape->M, shape->P, shape->Q}, keep);
  }
  return made;
}

}  // namespace tensordash::differential
