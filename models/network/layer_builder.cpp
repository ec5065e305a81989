#include "models/network/layer_builder.h"

#include <utility>

namespace tensordash {

void LayerBuilder::conv(const std::string& name, std::int64_t channels, Filter filter) {
  const LayerShape shape = conv2d_shape(
      {1, maps_.channels, maps_.height, maps_.width},
      {channels, maps_.channels / filter.groups, filter.size, filter.size},
      {filter.stride, filter.stride}, {filter.padding, filter.padding}, {1, 1}, filter.groups);
  add(name, shape);
  maps_ = {shape.M, shape.P, shape.Q};
}

void LayerBuilder::pool(Filter filter) {
  const auto pooled = [&](std::int64_t extent) {
    return (extent - filter.size + filter.stride - 1) / filter.stride + 1;
  };
  maps_.height = pooled(maps_.height);
  maps_.width = pooled(maps_.width);
}

void LayerBuilder::linear(const std::string& name, std::int64_t outputs) {
  const std::int64_t inputs = maps_.channels * maps_.height * maps_.width;
  add(name, linear_shape({1, inputs}, {outputs, inputs}));
  maps_ = {outputs, 1, 1};
}

void LayerBuilder::add(const std::string& name, const LayerShape& shape) {
  const LayerInput input = layers_.empty() ? LayerInput::raw : LayerInput::rectified;
  layers_.push_back({name, shape, input, false});
}

std::vector<NetworkLayer> LayerBuilder::take() {
  layers_.back().last = true;
  return std::move(layers_);
}

}  // namespace tensordash
