#include "models/layer/layer_shape.h"

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <string_view>

#include "models/layer/layer_limits.h"
#include "models/layer/tensor_shape.h"

namespace tensordash {
namespace {

using Shape = std::vector<std::int64_t>;

[[noreturn]] void refuse(const std::string& what) {
  throw std::invalid_argument(what);
}

void require_tensor(std::string_view tensor, const Shape& shape, std::size_t dimensions,
                    std::string_view form) {
  if (shape.size() != dimensions) {
    refuse(fmt::format("{} have shape {}; expected {} dimensions, {}", tensor, shape_text(shape),
                       dimensions, form));
  }
  if (!element_count(shape)) {
    refuse(
        fmt::format("{} have shape {}; allowed: every dimension at least 1, at most {} elements "
                    "in all",
                    tensor, shape_text(shape), max_tensor_elements));
  }
}

void require_option(std::string_view name, std::int64_t value, std::int64_t least) {
  if (value >= least && value <= max_layer_option) return;
  refuse(fmt::format("{} is {}; allowed: {} to {}", name, value, least, max_layer_option));
}

void require_axes(std::string_view name, Axes axes, std::int64_t least) {
  require_option(fmt::format("vertical {}", name), axes[0], least);
  require_option(fmt::format("horizontal {}", name), axes[1], least);
}

void require_divisible(std::string_view tensor, const Shape& shape, std::string_view what,
                       std::int64_t count, std::int64_t groups) {
  if (count % groups == 0) return;
  refuse(fmt::format("{} have shape {} with {} {}; expected a multiple of groups, which is {}",
                     tensor, shape_text(shape), count, what, groups));
}

void require_channels(const Shape& weights, std::int64_t channels, std::int64_t groups,
                      std::string_view form) {
  const std::int64_t expected = channels / groups;
  if (weights[1] == expected) return;
  refuse(
      fmt::format("weights have shape {} but activations have {} channel{} in {} group{}; "
                  "expected [M,{}{}]",
                  shape_text(weights), channels, channels == 1 ? "" : "s", groups,
                  groups == 1 ? "" : "s", expected, form));
}

struct Axis {
  std::string_view name;    ///< "vertical" or "horizontal"
  std::string_view input;   ///< the input's letter, H or W
  std::string_view filter;  ///< the filter's letter, R or S
  std::size_t index;        ///< place in Axes
};

std::int64_t output_extent(const Axis& axis, std::int64_t input, std::int64_t filter,
                           const LayerShape& shape) {
  const std::int64_t stride = shape.stride[axis.index];
  const std::int64_t padding = shape.padding[axis.index];
  const std::int64_t dilation = shape.dilation[axis.index];
  const std::int64_t padded = input + 2 * padding;
  const std::int64_t covered = dilation * (filter - 1) + 1;
  if (covered > padded) {
    refuse(fmt::format(
        "the filter is larger than the padded input on the {} axis: it covers {} "
        "({}={}, dilation {}); allowed: at most {} ({}={}, padding {})",
        axis.name, covered, axis.filter, filter, dilation, padded, axis.input, input, padding));
  }
  return (padded - covered) / stride + 1;
}

void require_countable(const LayerShape& shape) {
  const Shape outputs{shape.N, shape.M, shape.P, shape.Q};
  require_tensor("outputs", outputs, 4, "[N,M,P,Q]");
  const std::int64_t reduction = shape.channels_per_group() * shape.R * shape.S;
  if (shape.output_count() <= max_layer_macs / reduction) return;
  refuse(fmt::format(
      "the layer has {} outputs of {} multiply-accumulates each; allowed: at most {} in all",
      shape.output_count(), reduction, max_layer_macs));
}

}  // namespace

LayerShape conv2d_shape(const Shape& activations, const Shape& weights, Axes stride, Axes padding,
                        Axes dilation, std::int64_t groups) {
  require_tensor("activations", activations, 4, "[N,C,H,W]");
  require_tensor("weights", weights, 4, "[M,C/groups,R,S]");
  require_axes("stride", stride, 1);
  require_axes("padding", padding, 0);
  require_axes("dilation", dilation, 1);
  require_option("groups", groups, 1);

  LayerShape shape;
  shape.N = activations[0];
  shape.C = activations[1];
  shape.H = activations[2];
  shape.W = activations[3];
  shape.M = weights[0];
  shape.R = weights[2];
  shape.S = weights[3];
  shape.stride = stride;
  shape.padding = padding;
  shape.dilation = dilation;
  shape.groups = groups;

  require_divisible("activations", activations, "channels", shape.C, groups);
  require_divisible("weights", weights, "filters", shape.M, groups);
  require_channels(weights, shape.C, groups, ",R,S");
  shape.P = output_extent({"vertical", "H", "R", 0}, shape.H, shape.R, shape);
  shape.Q = output_extent({"horizontal", "W", "S", 1}, shape.W, shape.S, shape);
  require_countable(shape);
  return shape;
}

LayerShape linear_shape(const Shape& activations, const Shape& weights) {
  require_tensor("activations", activations, 2, "[N,C]");
  require_tensor("weights", weights, 2, "[M,C]");
  require_channels(weights, activations[1], 1, "");

  LayerShape shape;
  shape.N = activations[0];
  shape.C = activations[1];
  shape.M = weights[0];
  shape.linear = true;
  require_countable(shape);
  return shape;
}

}  // namespace tensordash
