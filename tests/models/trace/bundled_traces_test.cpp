#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>
#include <xtensor/xnpy.hpp>

#include "models/trace/trace.h"

namespace tensordash {
namespace {

namespace fs = std::filesystem;
using Shape = std::vector<std::int64_t>;

const fs::path traces = TENSORDASH_TRACES;

struct Expected {
  std::string name;
  Shape activations, weights, output_gradients;
  Axes stride{1, 1}, padding{0, 0}, dilation{1, 1};
  std::int64_t groups = 1;
};

const std::vector<Expected>& shapes_cnn() {
  static const std::vector<Expected> layers{
      {"c1", {4, 1, 16, 16}, {12, 1, 3, 3}, {4, 12, 16, 16}, {1, 1}, {1, 1}},
      {"c2", {4, 12, 16, 16}, {40, 12, 5, 5}, {4, 40, 8, 8}, {2, 2}, {2, 2}},
      {"c3", {4, 40, 8, 8}, {36, 40, 3, 3}, {4, 36, 8, 8}, {1, 1}, {1, 1}},
      {"c4", {4, 36, 4, 4}, {56, 36, 1, 1}, {4, 56, 4, 4}},
      {"f1", {4, 896}, {64, 896}, {4, 64}},
      {"f2", {4, 64}, {6, 64}, {4, 6}},
  };
  return layers;
}

const std::vector<Expected>& edge_cases() {
  static const std::vector<Expected> layers{
      {"groups_asym", {2, 36, 9, 7}, {20, 18, 3, 2}, {2, 20, 5, 3}, {2, 3}, {1, 2}, {1, 2}, 2},
      {"stride_leftover", {1, 17, 12, 11}, {9, 17, 5, 3}, {1, 9, 3, 6}, {3, 2}, {0, 1}},
      {"dilated", {1, 16, 13, 13}, {33, 16, 3, 3}, {1, 33, 13, 13}, {1, 1}, {2, 2}, {2, 2}},
      {"dilated_strided", {2, 24, 12, 10}, {18, 24, 3, 3}, {2, 18, 6, 4}, {2, 2}, {2, 2}, {2, 3}},
      {"kernel_smaller_than_stride", {1, 20, 10, 10}, {16, 20, 2, 1}, {1, 16, 3, 4}, {4, 3}},
      {"depthwise", {2, 6, 8, 8}, {12, 1, 3, 3}, {2, 12, 8, 8}, {1, 1}, {1, 1}, {1, 1}, 6},
      {"wide_channels", {1, 150, 3, 3}, {70, 150, 1, 1}, {1, 70, 3, 3}},
      {"all_zero_gradient", {1, 16, 6, 6}, {16, 16, 3, 3}, {1, 16, 6, 6}, {1, 1}, {1, 1}},
      {"no_zero", {1, 32, 5, 5}, {16, 32, 3, 3}, {1, 16, 3, 3}},
      {"linear_odd", {5, 70}, {21, 70}, {5, 21}},
  };
  return layers;
}

struct Bundled {
  std::string folder, model;
  std::int64_t epoch;
  const std::vector<Expected>& layers;
};

class BundledTrace : public ::testing::TestWithParam<Bundled> {};

Shape reference_shape(const fs::path& file) {
  const auto array = xt::load_npy<double>(file.string());
  return {array.shape().begin(), array.shape().end()};
}

/// The file's values as xtensor reads them, for comparison with the reader's.
std::vector<float> values_in(const fs::path& file) {
  const auto array = xt::load_npy<float, xt::layout_type::row_major>(file.string());
  return {array.begin(), array.end()};
}

void expect_tensors(const TraceLayer& layer, const Expected& expected, const fs::path& folder) {
  EXPECT_EQ(layer.activations.shape, expected.activations);
  EXPECT_EQ(layer.weights.shape, expected.weights);
  EXPECT_EQ(layer.activations.values, values_in(folder / "A.npy"));
  EXPECT_EQ(layer.weights.values, values_in(folder / "W.npy"));
  ASSERT_TRUE(layer.output_gradients);
  EXPECT_EQ(layer.output_gradients->shape, expected.output_gradients);
  EXPECT_EQ(layer.output_gradients->values, values_in(folder / "GO.npy"));
}

void expect_shape(const LayerShape& shape, const Expected& expected) {
  EXPECT_EQ(shape.stride, expected.stride);
  EXPECT_EQ(shape.padding, expected.padding);
  EXPECT_EQ(shape.dilation, expected.dilation);
  EXPECT_EQ(shape.groups, expected.groups);
  EXPECT_EQ(shape.linear, expected.activations.size() == 2);
}

/// PyTorch's outputs must have the shapes that the layer's shape promises.
void expect_references(const LayerShape& shape, const Expected& expected, const fs::path& folder) {
  const Shape outputs =
      shape.linear ? Shape{shape.N, shape.M} : Shape{shape.N, shape.M, shape.P, shape.Q};
  EXPECT_EQ(reference_shape(folder / "ref_O.npy"), outputs);
  EXPECT_EQ(reference_shape(folder / "ref_GA.npy"), expected.activations);
  EXPECT_EQ(reference_shape(folder / "ref_GW.npy"), expected.weights);
}

TEST_P(BundledTrace, LoadsWithTheRecordedShapes) {
  const Bundled& bundled = GetParam();
  const Trace trace(traces / bundled.folder);
  EXPECT_EQ(trace.model(), bundled.model);
  EXPECT_EQ(trace.epoch(), bundled.epoch);
  ASSERT_EQ(trace.entries().size(), bundled.layers.size());
  for (std::size_t i = 0; i < bundled.layers.size(); ++i) {
    const Expected& expected = bundled.layers[i];
    SCOPED_TRACE(expected.name);
    EXPECT_EQ(trace.entries()[i].name, expected.name);
    const TraceLayer layer = trace.read(trace.entries()[i]);
    const fs::path folder = traces / bundled.folder / expected.name;
    expect_tensors(layer, expected, folder);
    expect_shape(layer.shape, expected);
    expect_references(layer.shape, expected, folder);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Traces, BundledTrace,
    ::testing::Values(Bundled{"shapes-cnn/epoch0", "shapes-cnn", 0, shapes_cnn()},
                      Bundled{"shapes-cnn/epoch2", "shapes-cnn", 2, shapes_cnn()},
                      Bundled{"shapes-cnn/epoch6", "shapes-cnn", 6, shapes_cnn()},
                      Bundled{"edge-cases", "edge-cases", 0, edge_cases()}),
    [](const auto& bundled) {
      std::string name = bundled.param.folder;
      for (char& c : name) c = c == '/' || c == '-' ? '_' : c;
      return name;
    });

}  // namespace
}  // namespace tensordash
