#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "models/layer/layer_shape.h"
#include "models/layout/tensor_layout.h"

namespace tensordash::testing {

/// The places of one group, number x * L + y: the index in C order of the value there, -1 for
/// padding.
using NaiveGroup = std::vector<std::int64_t>;

/// The groups of a tensor in address order, found from the values: each goes where its own
/// coordinates say, and groups are sorted by theirs.
class NaiveLayout {
 public:
  explicit NaiveLayout(unsigned lanes) : lanes_(lanes) {}

  void add(std::int64_t outer, std::int64_t x, std::int64_t r, std::int64_t s,
           std::int64_t conv_group, std::int64_t channel, std::int64_t index) {
    const std::int64_t L = lanes_;
    NaiveGroup& group = groups_[{outer, x / L, r, s, conv_group, channel / L}];
    group.resize(lanes_ * lanes_, -1);
    group.at(static_cast<std::size_t>(x % L * L + channel % L)) = index;
  }

  std::vector<NaiveGroup> groups() const {
    std::vector<NaiveGroup> all;
    for (const auto& [key, group] : groups_) all.push_back(group);
    return all;
  }

 private:
  using Key = std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t,
                         std::int64_t>;
  unsigned lanes_;
  std::map<Key, NaiveGroup> groups_;
};

inline std::vector<NaiveGroup> naive_positions(std::int64_t N, std::int64_t channels,
                                               std::int64_t conv_groups, std::int64_t height,
                                               std::int64_t width, unsigned lanes) {
  NaiveLayout layout(lanes);
  const std::int64_t per_group = channels / conv_groups;
  std::int64_t index = 0;
  for (std::int64_t n = 0; n < N; ++n) {
    for (std::int64_t c = 0; c < channels; ++c) {
      for (std::int64_t h = 0; h < height; ++h) {
        for (std::int64_t w = 0; w < width; ++w) {
          const bool single = height * width == 1;
          layout.add(single ? 0 : n * height + h, single ? n : w, 0, 0, c / per_group,
                     c % per_group, index++);
        }
      }
    }
  }
  return layout.groups();
}

inline std::vector<NaiveGroup> naive_weights(const LayerShape& shape, unsigned lanes) {
  NaiveLayout layout(lanes);
  const std::int64_t filters = shape.M / shape.groups;
  std::int64_t index = 0;
  for (std::int64_t m = 0; m < shape.M; ++m) {
    for (std::int64_t c = 0; c < shape.C / shape.groups; ++c) {
      for (std::int64_t r = 0; r < shape.R; ++r) {
        for (std::int64_t s = 0; s < shape.S; ++s) {
          layout.add(m / filters, m % filters, r, s, 0, c, index++);
        }
      }
    }
  }
  return layout.groups();
}

/// A tensor to test with: its layout, and the same found the naive way.
struct LayoutCase {
  std::string name;
  TensorLayout layout;
  std::vector<NaiveGroup> groups;
  std::int64_t values;
};

inline LayoutCase positions_case(std::string name, std::int64_t N, std::int64_t channels,
                                 std::int64_t conv_groups, std::int64_t height, std::int64_t width,
                                 unsigned lanes) {
  return {std::move(name),
          TensorLayout::of_positions(N, channels, conv_groups, height, width, lanes),
          naive_positions(N, channels, conv_groups, height, width, lanes),
          N * channels * height * width};
}

inline LayerShape weight_shape(std::int64_t M, std::int64_t C, std::int64_t groups, std::int64_t R,
                               std::int64_t S) {
  LayerShape shape;
  shape.M = M;
  shape.C = C;
  shape.groups = groups;
  shape.R = R;
  shape.S = S;
  return shape;
}

inline LayoutCase weights_case(std::string name, std::int64_t M, std::int64_t C,
                               std::int64_t groups, std::int64_t R, std::int64_t S,
                               unsigned lanes) {
  const LayerShape shape = weight_shape(M, C, groups, R, S);
  return {std::move(name), TensorLayout::of_weights(shape, lanes), naive_weights(shape, lanes),
          shape.weight_count()};
}

/// Every kind of tensor: whole and padded groups, conv groups, depthwise, linear, other lanes.
inline std::vector<LayoutCase> layout_cases() {
  return {
      positions_case("whole groups", 2, 32, 1, 3, 32, 16),
      positions_case("padded in both directions", 2, 21, 1, 3, 19, 16),
      positions_case("narrower than a block", 1, 3, 1, 4, 5, 16),
      positions_case("conv groups, channels that fill blocks", 2, 64, 2, 2, 17, 16),
      positions_case("conv groups, padded blocks", 1, 60, 3, 2, 17, 16),
      positions_case("depthwise", 2, 5, 5, 3, 18, 16),
      positions_case("one row", 3, 7, 1, 1, 33, 16),
      positions_case("one column", 3, 7, 1, 5, 1, 16),
      positions_case("linear", 37, 50, 1, 1, 1, 16),
      positions_case("linear, one image", 1, 16, 1, 1, 1, 16),
      positions_case("one position an image, conv groups", 18, 40, 2, 1, 1, 16),
      positions_case("4 lanes", 2, 10, 1, 3, 9, 4),
      positions_case("5 lanes", 2, 12, 2, 3, 11, 5),
      positions_case("1 lane", 2, 3, 1, 2, 2, 1),
      positions_case("64 lanes", 1, 70, 1, 2, 65, 64),
      weights_case("weights, whole groups", 32, 32, 1, 3, 3, 16),
      weights_case("weights, padded", 20, 19, 1, 3, 2, 16),
      weights_case("weights, one tap", 33, 17, 1, 1, 1, 16),
      weights_case("weights of conv groups", 36, 40, 2, 2, 3, 16),
      weights_case("depthwise weights", 6, 6, 6, 3, 3, 16),
      weights_case("depthwise weights, two filters a channel", 12, 6, 6, 3, 3, 16),
      weights_case("weights, 3 lanes", 7, 8, 1, 2, 2, 3),
      weights_case("weights, 64 lanes", 65, 66, 1, 1, 2, 64),
  };
}

}  // namespace tensordash::testing
