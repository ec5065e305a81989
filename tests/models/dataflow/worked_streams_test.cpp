#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/dataflow/stream_reader.h"

namespace tensordash {
namespace {

using testing::ElementsAre;

// A gradient of 2 values, stride 2, a kernel of 3, padding 1, an input of 4:
// GA[x] = sum over s of GO[(x + 1 - s) / 2] * W[s].
LayerShape one_row() {
  return conv2d_shape({1, 1, 1, 4}, {1, 1, 1, 3}, {1, 2}, {0, 1}, {1, 1}, 1);
}

struct Read {
  std::vector<float> values;
  ZeroCounts zeros;
};

Read read_b(const StreamPlan& plan, const OperandTensors& tensors, std::size_t segment,
            std::int64_t i) {
  const Segment& of = plan.segments().at(segment);
  Read read;
  read.values.resize(static_cast<std::size_t>(of.K) * plan.geometry().lanes);
  StreamReader(plan, tensors).side_b(of, i, read.values.data(), &read.zeros);
  return read;
}

TEST(WorkedStreams, StridedGradientWithItsZerosKept) {
  const std::vector<float> gradients{10, 20};
  const StreamPlan plan(Operation::backward_data, SparseOperand::gradients, one_row(),
                        {1, 4, 4, false});
  ASSERT_EQ(plan.segments().size(), 1U);
  const OperandTensors tensors{nullptr, nullptr, gradients.data()};
  // x = 0: s = 0 asks for position 1/2, s = 1 for 0, s = 2 for -1/2.
  EXPECT_THAT(read_b(plan, tensors, 0, 0).values, ElementsAre(0, 10, 0));
  EXPECT_EQ(read_b(plan, tensors, 0, 0).zeros.dilation, 2U);
  // x = 1: positions 1, 1/2, 0.
  EXPECT_THAT(read_b(plan, tensors, 0, 1).values, ElementsAre(20, 0, 10));
  // x = 3: positions 2 (out of range), 3/2, 1.
  const Read last = read_b(plan, tensors, 0, 3);
  EXPECT_THAT(last.values, ElementsAre(0, 0, 20));
  EXPECT_EQ(last.zeros.spatial_padding, 1U);
  EXPECT_EQ(last.zeros.dilation, 1U);
}

TEST(WorkedStreams, StridedGradientWithItsZerosRemoved) {
  const std::vector<float> gradients{10, 20};
  const StreamPlan plan(Operation::backward_data, SparseOperand::gradients, one_row(),
                        {1, 4, 4, true});
  // Phase 0 is x = 1 and 3 (x + 1 even) with s = 0 and 2; phase 1 is x = 0 and 2 with s = 1.
  ASSERT_EQ(plan.segments().size(), 2U);
  const OperandTensors tensors{nullptr, nullptr, gradients.data()};
  EXPECT_THAT(read_b(plan, tensors, 0, 0).values, ElementsAre(20, 10));
  EXPECT_THAT(read_b(plan, tensors, 0, 1).values, ElementsAre(0, 20));
  EXPECT_THAT(read_b(plan, tensors, 1, 0).values, ElementsAre(10));
  EXPECT_THAT(read_b(plan, tensors, 1, 1).values, ElementsAre(20));
  EXPECT_EQ(plan.output_index(plan.segments()[0], 0, 0), 1);
  EXPECT_EQ(plan.output_index(plan.segments()[0], 1, 0), 3);
  EXPECT_EQ(plan.output_index(plan.segments()[1], 0, 0), 0);
  EXPECT_EQ(plan.output_index(plan.segments()[1], 1, 0), 2);
}

TEST(WorkedStreams, ForwardRunsOverTapsThenBlocksOfChannels) {
  // 3 channels of a 1x2 image, a kernel of 2, padding 1, 2 lanes: 2 taps of 2 blocks.
  const std::vector<float> activations{1, 2, 3, 4, 5, 6};
  const StreamPlan plan(Operation::forward, SparseOperand::activations,
                        conv2d_shape({1, 3, 1, 2}, {1, 3, 1, 2}, {1, 1}, {0, 1}, {1, 1}, 1),
                        {2, 4, 4, false});
  const OperandTensors tensors{activations.data(), nullptr, nullptr};
  EXPECT_THAT(read_b(plan, tensors, 0, 1).values, ElementsAre(1, 3, 5, 0, 2, 4, 6, 0));
  const Read first = read_b(plan, tensors, 0, 0);
  EXPECT_THAT(first.values, ElementsAre(0, 0, 0, 0, 1, 3, 5, 0));
  // The place past the last channel is lane padding, under the tap outside the image too.
  EXPECT_EQ(first.zeros.spatial_padding, 3U);
  EXPECT_EQ(first.zeros.lane_padding, 2U);
}

TEST(WorkedStreams, TapBetweenOnOneAxisAndOutsideOnTheOtherIsADilationZero) {
  // Vertically the output row 1 lies between the gradient's positions; horizontally, with padding
  // 1, column 0 of the input asks for position 1 of a gradient one wide.
  const std::vector<float> gradients{7};
  const LayerShape shape = conv2d_shape({1, 1, 2, 1}, {1, 1, 1, 3}, {2, 1}, {0, 1}, {1, 1}, 1);
  ASSERT_EQ(shape.P * shape.Q, 1);
  const StreamPlan plan(Operation::backward_data, SparseOperand::gradients, shape,
                        {1, 4, 4, false});
  const OperandTensors tensors{nullptr, nullptr, gradients.data()};
  const Read inside = read_b(plan, tensors, 0, 0);
  EXPECT_THAT(inside.values, ElementsAre(0, 7, 0));
  EXPECT_EQ(inside.zeros.spatial_padding, 2U);
  const Read between = read_b(plan, tensors, 0, 1);
  EXPECT_EQ(between.zeros.dilation, 3U);
  EXPECT_EQ(between.zeros.spatial_padding, 0U);
}

TEST(WorkedStreams, WeightGradientsRunOverPositions) {
  // Batch 2, 2 outputs an image, 3 lanes: positions (n, q) in blocks of 3.
  const std::vector<float> activations{1, 2, 3, 4, 5, 6};
  const std::vector<float> gradients{10, 20, 30, 40};
  const LayerShape shape = conv2d_shape({2, 1, 1, 3}, {1, 1, 1, 2}, {1, 1}, {0, 0}, {1, 1}, 1);
  const OperandTensors tensors{activations.data(), nullptr, gradients.data()};
  const StreamPlan of_gradients(Operation::backward_weights, SparseOperand::gradients, shape,
                                {3, 4, 4, false});
  EXPECT_THAT(read_b(of_gradients, tensors, 0, 0).values, ElementsAre(10, 20, 30, 40, 0, 0));
  const StreamPlan of_activations(Operation::backward_weights, SparseOperand::activations, shape,
                                  {3, 4, 4, false});
  EXPECT_THAT(read_b(of_activations, tensors, 0, 1).values, ElementsAre(2, 3, 5, 6, 0, 0));
}

}  // namespace
}  // namespace tensordash
