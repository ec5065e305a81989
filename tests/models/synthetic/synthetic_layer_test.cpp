#include "models/synthetic/synthetic_layer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tbb/global_control.h>

#include <algorithm>

namespace tensordash {
namespace {

using ::testing::ElementsAre;

LayerShape convolution(std::int64_t samples) {
  return conv2d_shape({samples, 64, 24, 20}, {96, 32, 3, 3}, {2, 2}, {1, 1}, {1, 1}, 2);
}

constexpr LayerZeros zeros{0.6, 0.1, 0.8};

TraceLayer layer_of(const LayerShape& shape, double cluster = 0) {
  return synthetic_layer("conv2", shape, LayerInput::rectified, zeros, cluster, 5);
}

double zeros_in(const TensorValues& values) {
  return static_cast<double>(std::count(values.begin(), values.end(), 0.0F)) /
         static_cast<double>(values.size());
}

bool any_negative(const TensorValues& values) {
  return std::any_of(values.begin(), values.end(), [](float value) { return value < 0; });
}

TEST(SyntheticLayer, HasTensorsOfTheLayersShape) {
  const TraceLayer layer = layer_of(convolution(3));
  EXPECT_EQ(layer.name, "conv2");
  EXPECT_EQ(layer.shape.groups, 2);
  EXPECT_THAT(layer.activations.shape, ElementsAre(3, 64, 24, 20));
  EXPECT_THAT(layer.weights.shape, ElementsAre(96, 32, 3, 3));
  EXPECT_THAT(layer.output_gradients->shape, ElementsAre(3, 96, 12, 10));
  const TraceLayer linear = layer_of(linear_shape({3, 20}, {7, 20}));
  EXPECT_THAT(linear.activations.shape, ElementsAre(3, 20));
  EXPECT_THAT(linear.weights.shape, ElementsAre(7, 20));
  EXPECT_THAT(linear.output_gradients->shape, ElementsAre(3, 7));
}

TEST(SyntheticLayer, HasZerosByKind) {
  const TraceLayer layer = layer_of(convolution(8));
  EXPECT_NEAR(zeros_in(layer.activations.values), 0.6, 0.01);
  EXPECT_NEAR(zeros_in(layer.weights.values), 0.1, 0.01);
  EXPECT_NEAR(zeros_in(layer.output_gradients->values), 0.8, 0.01);
}

TEST(SyntheticLayer, HasNegativeActivationsUnlessRectified) {
  const LayerShape shape = convolution(1);
  const TraceLayer rectified = layer_of(shape);
  EXPECT_FALSE(any_negative(rectified.activations.values));
  EXPECT_TRUE(any_negative(rectified.weights.values));
  EXPECT_TRUE(any_negative(rectified.output_gradients->values));
  for (const LayerInput input : {LayerInput::raw, LayerInput::balanced}) {
    EXPECT_TRUE(
        any_negative(synthetic_layer("conv2", shape, input, zeros, 0, 5).activations.values));
  }
}

TEST(SyntheticLayer, IsTheSameOnAnyNumberOfThreads) {
  const auto with_threads = [](std::size_t threads) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
    return layer_of(convolution(40), 0.25);
  };
  const TraceLayer alone = with_threads(1);
  for (const std::size_t threads : {2, 3, 7}) {
    const TraceLayer together = with_threads(threads);
    EXPECT_EQ(alone.activations.values, together.activations.values);
    EXPECT_EQ(alone.weights.values, together.weights.values);
    EXPECT_EQ(alone.output_gradients->values, together.output_gradients->values);
  }
}

TEST(SyntheticLayer, KeepsItsFirstSamplesInALargerBatch) {
  for (const double cluster : {0.0, 0.5}) {
    const TraceLayer small = layer_of(convolution(2), cluster);
    const TraceLayer large = layer_of(convolution(5), cluster);
    EXPECT_EQ(small.weights.values, large.weights.values);
    EXPECT_TRUE(std::equal(small.activations.values.begin(), small.activations.values.end(),
                           large.activations.values.begin()));
    EXPECT_TRUE(std::equal(small.output_gradients->values.begin(),
                           small.output_gradients->values.end(),
                           large.output_gradients->values.begin()));
  }
}

/// With a full cluster every map of `size` is all zero or without a zero.
void expect_whole_maps(const TensorValues& values, std::int64_t size) {
  for (auto map = values.begin(); map != values.end(); map += size) {
    const auto count = std::count(map, map + size, 0.0F);
    EXPECT_TRUE(count == 0 || count == size) << count;
  }
}

TEST(SyntheticLayer, ClustersByPlaneAndByFilter) {
  const TraceLayer layer = layer_of(convolution(2), 1);
  expect_whole_maps(layer.activations.values, 24 * 20);
  expect_whole_maps(layer.weights.values, 32 * 3 * 3);
  expect_whole_maps(layer.output_gradients->values, 12 * 10);
}

}  // namespace
}  // namespace tensordash
