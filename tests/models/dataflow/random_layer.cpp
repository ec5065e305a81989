#include "tests/models/dataflow/random_layer.h"

namespace tensordash::dataflow_testing {
namespace {

std::int64_t random_channels(std::mt19937& random) {
  return pick(random, 0, 3) == 0 ? pick(random, 15, 19) : pick(random, 1, 5);
}

std::vector<float> random_values(std::int64_t count, std::mt19937& random) {
  const std::int64_t zeros_in_ten = pick(random, 0, 9);
  std::vector<float> values;
  for (std::int64_t at = 0; at < count; ++at) {
    const float sign = pick(random, 0, 1) == 0 ? 1.0F : -1.0F;
    const bool zero = pick(random, 0, 9) < zeros_in_ten;
    values.push_back(sign * (zero ? 0.0F : static_cast<float>(at + 1)));
  }
  return values;
}

}  // namespace

std::int64_t pick(std::mt19937& random, std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(high - low + 1));
}

LayerShape random_shape(std::mt19937& random) {
  if (pick(random, 0, 7) == 0) {
    const std::int64_t inputs = pick(random, 1, 40);
    return linear_shape({pick(random, 1, 20), inputs}, {pick(random, 1, 20), inputs});
  }
  const std::int64_t groups = pick(random, 0, 1) == 0 ? 1 : pick(random, 1, 3);
  const std::int64_t channels = random_channels(random);
  const Axes dilation{pick(random, 1, 3), pick(random, 1, 3)};
  const Axes padding{pick(random, 0, 3), pick(random, 0, 3)};
  const Axes kernel{pick(random, 1, 4), pick(random, 1, 4)};
  Axes image{};
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const std::int64_t covered = dilation[axis] * (kernel[axis] - 1) + 1;
    const std::int64_t least = std::max<std::int64_t>(1, covered - 2 * padding[axis]);
    image[axis] = least + pick(random, 0, 6);
  }
  const Axes stride{pick(random, 1, 4), pick(random, 1, 4)};
  return conv2d_shape({pick(random, 1, 2), channels * groups, image[0], image[1]},
                      {random_channels(random) * groups, channels, kernel[0], kernel[1]}, stride,
                      padding, dilation, groups);
}

LayerTensors random_tensors(const LayerShape& shape, std::mt19937& random) {
  LayerTensors layer;
  layer.shape = shape;
  layer.activations = random_values(shape.activation_count(), random);
  layer.weights = random_values(shape.weight_count(), random);
  layer.output_gradients = random_values(shape.output_count(), random);
  return layer;
}

}  // namespace tensordash::dataflow_testing
