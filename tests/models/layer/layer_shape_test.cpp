#include "models/layer/layer_shape.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>
#include <string>

#include "models/layer/layer_limits.h"
#include "models/layer/tensor_shape.h"

namespace tensordash {
namespace {

using ::testing::HasSubstr;

/// Arguments of conv2d_shape that fit together; each test changes what it is about.
struct Conv2d {
  std::vector<std::int64_t> activations{2, 6, 9, 7};
  std::vector<std::int64_t> weights{4, 6, 3, 2};
  Axes stride{1, 1}, padding{0, 0}, dilation{1, 1};
  std::int64_t groups = 1;

  LayerShape shape() const {
    return conv2d_shape(activations, weights, stride, padding, dilation, groups);
  }
};

std::string message_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "nothing was refused";
}

std::string message_of(const Conv2d& layer) {
  return message_of([&] { layer.shape(); });
}

/// Positions of a window that starts every `stride` and fits, counted one by one.
std::int64_t windows(std::int64_t input, std::int64_t filter, std::int64_t stride,
                     std::int64_t padding, std::int64_t dilation) {
  std::int64_t count = 0;
  for (std::int64_t first = -padding; first + dilation * (filter - 1) < input + padding;
       first += stride) {
    ++count;
  }
  return count;
}

TEST(Conv2dShape, TakesEveryDimensionFromItsTensor) {
  Conv2d layer;
  layer.stride = {2, 3};
  layer.padding = {1, 2};
  layer.dilation = {1, 2};
  const LayerShape shape = layer.shape();
  EXPECT_EQ(shape.N, 2);
  EXPECT_EQ(shape.C, 6);
  EXPECT_EQ(shape.H, 9);
  EXPECT_EQ(shape.W, 7);
  EXPECT_EQ(shape.M, 4);
  EXPECT_EQ(shape.R, 3);
  EXPECT_EQ(shape.S, 2);
  EXPECT_EQ(shape.P, 5);  // (9 + 2 - 3) / 2 + 1
  EXPECT_EQ(shape.Q, 3);  // (7 + 4 - 3) / 3 + 1, rounded down
  EXPECT_EQ(shape.stride, (Axes{2, 3}));
  EXPECT_EQ(shape.padding, (Axes{1, 2}));
  EXPECT_EQ(shape.dilation, (Axes{1, 2}));
  EXPECT_EQ(shape.groups, 1);
  EXPECT_FALSE(shape.linear);
}

TEST(Conv2dShape, CountsWithGroups) {
  Conv2d layer;
  layer.weights = {4, 3, 3, 2};
  layer.groups = 2;
  const LayerShape shape = layer.shape();
  EXPECT_EQ(shape.channels_per_group(), 3);
  EXPECT_EQ(shape.filters_per_group(), 2);
  EXPECT_EQ(shape.activation_count(), 2 * 6 * 9 * 7);
  EXPECT_EQ(shape.weight_count(), 4 * 3 * 3 * 2);
  EXPECT_EQ(shape.output_count(), 2 * 4 * 7 * 6);
  EXPECT_EQ(shape.macs(), 2 * 4 * 7 * 6 * 3 * 3 * 2);
}

TEST(Conv2dShape, OutputExtentEqualsTheNumberOfWindowsOnBothAxes) {
  int compared = 0;
  for (std::int64_t stride : {1, 2, 3, 5}) {
    for (std::int64_t padding : {0, 1, 3}) {
      for (std::int64_t dilation : {1, 2, 3}) {
        for (std::int64_t filter : {1, 2, 3, 5}) {
          for (std::int64_t input = 1; input <= 14; ++input) {
            const std::int64_t expected = windows(input, filter, stride, padding, dilation);
            if (expected == 0) continue;
            const LayerShape tall = conv2d_shape({1, 1, input, 4}, {1, 1, filter, 3}, {stride, 1},
                                                 {padding, 0}, {dilation, 1}, 1);
            const LayerShape wide = conv2d_shape({1, 1, 4, input}, {1, 1, 3, filter}, {1, stride},
                                                 {0, padding}, {1, dilation}, 1);
            ASSERT_EQ(tall.P, expected);
            ASSERT_EQ(tall.Q, 2);
            ASSERT_EQ(wide.Q, expected);
            ASSERT_EQ(wide.P, 2);
            ++compared;
          }
        }
      }
    }
  }
  EXPECT_GT(compared, 1000);
}

TEST(Conv2dShape, FilterMayFillThePaddedInputButNotExceedIt) {
  Conv2d layer;
  layer.padding = {1, 0};
  layer.dilation = {5, 6};  // 11 of 9 + 2 rows, 7 of 7 columns
  EXPECT_EQ(layer.shape().P, 1);
  EXPECT_EQ(layer.shape().Q, 1);

  Conv2d too_tall = layer;
  too_tall.dilation[0] = 6;
  EXPECT_EQ(message_of(too_tall),
            "the filter is larger than the padded input on the vertical axis: it covers 13 (R=3, "
            "dilation 6); allowed: at most 11 (H=9, padding 1)");
  Conv2d too_wide = layer;
  too_wide.dilation[1] = 7;
  EXPECT_EQ(message_of(too_wide),
            "the filter is larger than the padded input on the horizontal axis: it covers 8 (S=2, "
            "dilation 7); allowed: at most 7 (W=7, padding 0)");
}

TEST(Conv2dShape, RefusesTensorsThatDoNotHaveFourDimensions) {
  Conv2d layer;
  layer.activations = {2, 6, 9};
  EXPECT_EQ(message_of(layer), "activations have shape [2,6,9]; expected 4 dimensions, [N,C,H,W]");
  layer = {};
  layer.weights = {4, 6};
  EXPECT_EQ(message_of(layer), "weights have shape [4,6]; expected 4 dimensions, [M,C/groups,R,S]");
}

TEST(Conv2dShape, RefusesEmptyAndOversizedTensors) {
  Conv2d layer;
  layer.activations = {2, 6, 0, 7};
  EXPECT_EQ(message_of(layer),
            "activations have shape [2,6,0,7]; allowed: every dimension at least 1, at most "
            "1099511627776 elements in all");
  layer = {};
  layer.weights = {-4, 6, 3, 2};
  EXPECT_THAT(message_of(layer), HasSubstr("weights have shape [-4,6,3,2]; allowed: every"));
  layer = {};
  layer.weights = {std::int64_t{1} << 38, 6, 3, 2};
  EXPECT_THAT(message_of(layer), HasSubstr("at most 1099511627776 elements"));
}

TEST(Conv2dShape, RefusesChannelsThatDoNotMatch) {
  Conv2d layer;
  layer.activations = {4, 1, 16, 16};
  layer.weights = {8, 3, 3, 3};
  EXPECT_EQ(message_of(layer),
            "weights have shape [8,3,3,3] but activations have 1 channel in 1 group; expected "
            "[M,1,R,S]");
  layer = {};
  layer.groups = 2;
  EXPECT_EQ(message_of(layer),
            "weights have shape [4,6,3,2] but activations have 6 channels in 2 groups; expected "
            "[M,3,R,S]");
}

TEST(Conv2dShape, RefusesGroupsThatDoNotDivide) {
  Conv2d layer;
  layer.groups = 4;
  EXPECT_EQ(message_of(layer),
            "activations have shape [2,6,9,7] with 6 channels; expected a multiple of groups, "
            "which is 4");
  layer.groups = 3;
  layer.weights = {4, 2, 3, 2};
  EXPECT_EQ(message_of(layer),
            "weights have shape [4,2,3,2] with 4 filters; expected a multiple of groups, which is "
            "3");
}

TEST(Conv2dShape, RefusesOptionsOutOfRangeOnEitherAxis) {
  for (std::size_t axis : {0, 1}) {
    const std::string name = axis == 0 ? "vertical " : "horizontal ";
    for (std::int64_t value : {std::int64_t{-1}, max_layer_option + 1}) {
      Conv2d layer;
      layer.padding[axis] = value;
      EXPECT_EQ(message_of(layer),
                name + "padding is " + std::to_string(value) + "; allowed: 0 to 1048576");
    }
    for (std::int64_t value : {std::int64_t{0}, max_layer_option + 1}) {
      Conv2d layer;
      layer.stride[axis] = value;
      EXPECT_EQ(message_of(layer),
                name + "stride is " + std::to_string(value) + "; allowed: 1 to 1048576");
      layer = {};
      layer.dilation[axis] = value;
      EXPECT_EQ(message_of(layer),
                name + "dilation is " + std::to_string(value) + "; allowed: 1 to 1048576");
    }
  }
  for (std::int64_t value : {std::int64_t{0}, std::int64_t{-2}, max_layer_option + 1}) {
    Conv2d layer;
    layer.groups = value;
    EXPECT_EQ(message_of(layer), "groups is " + std::to_string(value) + "; allowed: 1 to 1048576");
  }
}

TEST(Conv2dShape, LargestOptionsAreAllowed) {
  Conv2d layer;
  layer.activations = {1, 1, 1, 1};
  layer.weights = {1, 1, 2, 2};
  layer.stride = layer.padding = layer.dilation = {max_layer_option, max_layer_option};
  EXPECT_EQ(layer.shape().P, 2);  // 2^21 + 1 rows, a filter over 2^20 + 1 of them
  EXPECT_EQ(layer.shape().Q, 2);
}

TEST(Conv2dShape, RefusesTooManyOutputs) {
  Conv2d layer;
  layer.activations = {1, 1, 1, 1};
  layer.weights = {1, 1, 1, 1};
  layer.padding = {1 << 19, 1 << 19};  // outputs of 2^20 + 1 squared
  EXPECT_THAT(message_of(layer), HasSubstr("outputs have shape [1,1,1048577,1048577]; allowed: "));
}

TEST(Conv2dShape, RefusesMoreWorkThanCanBeCounted) {
  const std::int64_t million = 1 << 20;
  // Some 2^38 outputs, each a sum of 2^38 products: neither tensor is too large.
  EXPECT_THAT(message_of([&] {
                conv2d_shape({1, 1, million, million}, {1, 1, million / 2, million / 2}, {1, 1},
                             {0, 0}, {1, 1}, 1);
              }),
              HasSubstr("multiply-accumulates each; allowed: at most 4611686018427387904 in all"));
}

TEST(LinearShape, IsAConvolutionOfOnePixel) {
  const LayerShape shape = linear_shape({5, 70}, {21, 70});
  EXPECT_TRUE(shape.linear);
  EXPECT_EQ(shape.N, 5);
  EXPECT_EQ(shape.C, 70);
  EXPECT_EQ(shape.M, 21);
  for (std::int64_t one : {shape.H, shape.W, shape.R, shape.S, shape.P, shape.Q, shape.groups}) {
    EXPECT_EQ(one, 1);
  }
  EXPECT_EQ(shape.macs(), 5 * 70 * 21);
}

TEST(LinearShape, RefusesWhatDoesNotFit) {
  EXPECT_EQ(message_of([] {
              linear_shape({5, 70}, {21, 7});
            }),
            "weights have shape [21,7] but activations have 70 channels in 1 group; expected "
            "[M,70]");
  EXPECT_EQ(message_of([] {
              linear_shape({5, 70, 1, 1}, {21, 70});
            }),
            "activations have shape [5,70,1,1]; expected 2 dimensions, [N,C]");
  EXPECT_EQ(message_of([] {
              linear_shape({5, 70}, {21});
            }),
            "weights have shape [21]; expected 2 dimensions, [M,C]");
  EXPECT_THAT(message_of([] {
                linear_shape({5, 0}, {21, 0});
              }),
              HasSubstr("activations have shape [5,0]; allowed: every dimension at least 1"));
}

}  // namespace
}  // namespace tensordash
