#include <gtest/gtest.h>

#include "models/dataflow/stream_reader.h"

namespace tensordash {
namespace {

/// `count` values, the first `zeros` of them zero.
std::vector<float> with_zeros(std::int64_t count, std::int64_t zeros, float zero = 0.0F) {
  std::vector<float> values(static_cast<std::size_t>(count), 1.0F);
  std::fill_n(values.begin(), zeros, zero);
  return values;
}

SparseOperand of_weight_gradients(const LayerShape& shape, const std::vector<float>& activations,
                                  const std::vector<float>& gradients) {
  return sparse_operand(Operation::backward_weights, shape,
                        {activations.data(), nullptr, gradients.data()});
}

LayerShape linear(std::int64_t inputs, std::int64_t outputs) {
  LayerShape shape;
  shape.C = inputs;
  shape.M = outputs;
  shape.linear = true;
  return shape;
}

TEST(SparseOperand, IsFixedInForwardAndBackwardData) {
  const std::vector<float> dense(4, 1.0F);
  const std::vector<float> empty(4, 0.0F);
  EXPECT_EQ(sparse_operand(Operation::forward, linear(4, 4), {dense.data(), empty.data(), nullptr}),
            SparseOperand::activations);
  EXPECT_EQ(sparse_operand(Operation::backward_data, linear(4, 4),
                           {empty.data(), empty.data(), dense.data()}),
            SparseOperand::gradients);
}

TEST(SparseOperand, IsTheOneWithTheLargerFractionOfZeros) {
  // 3 of 4 against 5 of 8: the fraction counts, not the number.
  EXPECT_EQ(of_weight_gradients(linear(4, 8), with_zeros(4, 3), with_zeros(8, 5)),
            SparseOperand::activations);
  EXPECT_EQ(of_weight_gradients(linear(8, 4), with_zeros(8, 5), with_zeros(4, 3)),
            SparseOperand::gradients);
}

TEST(SparseOperand, IsTheGradientsWhenFractionsAreEqual) {
  EXPECT_EQ(of_weight_gradients(linear(3, 6), with_zeros(3, 1), with_zeros(6, 2)),
            SparseOperand::gradients);
  EXPECT_EQ(of_weight_gradients(linear(5, 7), with_zeros(5, 0), with_zeros(7, 0)),
            SparseOperand::gradients);
  EXPECT_EQ(of_weight_gradients(linear(5, 7), with_zeros(5, 5), with_zeros(7, 7)),
            SparseOperand::gradients);
}

TEST(SparseOperand, ComparesFractionsExactly) {
  // 4096/8193 and 4095/8191 differ by one part in 67 million; as floats they would be equal.
  EXPECT_EQ(of_weight_gradients(linear(8193, 8191), with_zeros(8193, 4096), with_zeros(8191, 4095)),
            SparseOperand::activations);
  EXPECT_EQ(of_weight_gradients(linear(8191, 8193), with_zeros(8191, 4095), with_zeros(8193, 4096)),
            SparseOperand::gradients);
}

TEST(SparseOperand, CountsNegativeZeros) {
  EXPECT_EQ(of_weight_gradients(linear(4, 4), with_zeros(4, 3, -0.0F), with_zeros(4, 2)),
            SparseOperand::activations);
  EXPECT_EQ(of_weight_gradients(linear(4, 4), with_zeros(4, 2), with_zeros(4, 3, -0.0F)),
            SparseOperand::gradients);
}

TEST(SparseOperand, CountsAllGroupsTogether) {
  // Group 0 has the sparser activations, group 1 the sparser gradients; over both the activations.
  const LayerShape shape = conv2d_shape({1, 2, 1, 4}, {2, 1, 1, 1}, {1, 1}, {0, 0}, {1, 1}, 2);
  const std::vector<float> activations{0, 0, 0, 0, 1, 1, 1, 1};
  const std::vector<float> gradients{1, 1, 1, 1, 0, 0, 0, 1};
  EXPECT_EQ(of_weight_gradients(shape, activations, gradients), SparseOperand::activations);
}

}  // namespace
}  // namespace tensordash
