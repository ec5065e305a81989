#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>

#include "models/golden/golden.h"
#include "tests/models/golden/bits.h"
#include "tests/models/golden/fixed_point_sum.h"
#include "tests/models/golden/naive_flow.h"

namespace tensordash::golden_testing {
namespace {

using golden::exact_outputs;
using golden::Problem;
using golden::Sidedness;
using Floats = std::vector<float>;

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr std::uint32_t nan_bits = 0x7fc00000u;

Floats forward(const Layer& layer, Sidedness sidedness = Sidedness::one_sided) {
  return exact_outputs(layer.problem(Operation::forward, SparseOperand::activations, sidedness));
}

TEST(ExactOutputs, forward_by_hand) {
  // 1 2 3     1 0     1*1+5*2   2*1+6*2
  // 4 5 6  *  0 2  =  4*1+8*2   5*1+9*2
  // 7 8 9
  const Layer layer{
      "", conv_shape({1, 1}, {3, 3}, 1, {2, 2}), {1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 0, 0, 2}, {}};
  EXPECT_EQ(forward(layer), (Floats{11, 14, 20, 23}));
}

TEST(ExactOutputs, forward_with_unequal_axes_by_hand) {
  // Two rows of four; vertical padding 1, horizontal stride 3, vertical dilation 2: output row p
  // sees image rows p-1 and p+1, output column q sees image column 3q.
  const Layer layer{"",
                    conv_shape({1, 1}, {2, 4}, 1, {2, 1}, {1, 3}, {1, 0}, {2, 1}),
                    {1, 2, 3, 4, 5, 6, 7, 8},
                    {10, 100},
                    {}};
  EXPECT_EQ(forward(layer), (Floats{500, 800, 10, 40}));
}

TEST(ExactOutputs, groups_by_hand) {
  const Layer layer{"",
                    conv_shape({1, 4}, {1, 1}, 2, {1, 1}, {1, 1}, {0, 0}, {1, 1}, 2),
                    {1, 2, 3, 4},
                    {1, 10, 100, 1000},
                    {7, 9}};
  EXPECT_EQ(forward(layer), (Floats{21, 4300}));
  EXPECT_EQ(exact_outputs(layer.problem(Operation::backward_data, SparseOperand::gradients)),
            (Floats{7, 70, 900, 9000}));
  for (SparseOperand sparse : {SparseOperand::activations, SparseOperand::gradients}) {
    EXPECT_EQ(exact_outputs(layer.problem(Operation::backward_weights, sparse)),
              (Floats{7, 14, 27, 36}));
  }
}

TEST(ExactOutputs, gradients_of_a_strided_row_by_hand) {
  // A row of 6, kernel 2, stride 3: outputs read (0,1) and (3,4); 2 and 5 are never read.
  const Layer layer{
      "", conv_shape({1, 1}, {1, 6}, 1, {1, 2}, {1, 3}), {1, 2, 3, 4, 5, 6}, {10, 100}, {2, 3}};
  for (bool removed : {false, true}) {
    const Problem problem = layer.problem(Operation::backward_data, SparseOperand::gradients,
                                          Sidedness::one_sided, removed);
    EXPECT_EQ(bits_of(exact_outputs(problem)), bits_of(Floats{20, 200, 0, 30, 300, 0}));
  }
  EXPECT_EQ(exact_outputs(layer.problem(Operation::backward_weights, SparseOperand::gradients)),
            (Floats{2 * 1 + 3 * 4, 2 * 2 + 3 * 5}));
}

TEST(ExactOutputs, gradients_of_a_dilated_padded_row_by_hand) {
  // A row of 3, kernel 2, dilation 2, padding 1: output q reads q-1 and q+1.
  const Layer layer{"",
                    conv_shape({1, 1}, {1, 3}, 1, {1, 2}, {1, 1}, {0, 1}, {1, 2}),
                    {1, 2, 3},
                    {10, 100},
                    {4, 5, 6}};
  EXPECT_EQ(forward(layer), (Floats{200, 10 + 300, 20}));
  EXPECT_EQ(exact_outputs(layer.problem(Operation::backward_data, SparseOperand::gradients)),
            (Floats{50, 60 + 400, 500}));
  EXPECT_EQ(exact_outputs(layer.problem(Operation::backward_weights, SparseOperand::gradients)),
            (Floats{5 * 1 + 6 * 2, 4 * 2 + 5 * 3}));
}

TEST(ExactOutputs, linear_by_hand) {
  const Layer layer{
      "", dense_shape(2, 3, 2), {1, 2, 3, 4, 5, 6}, {1, 10, 100, 2, 20, 200}, {1, 2, 3, 4}};
  EXPECT_EQ(forward(layer), (Floats{321, 642, 654, 1308}));
  EXPECT_EQ(exact_outputs(layer.problem(Operation::backward_data, SparseOperand::gradients)),
            (Floats{5, 50, 500, 11, 110, 1100}));
  EXPECT_EQ(exact_outputs(layer.problem(Operation::backward_weights, SparseOperand::gradients)),
            (Floats{13, 17, 21, 18, 24, 30}));
}

TEST(ExactOutputs, counts) {
  const Layer layer =
      random_layer("", conv_shape({2, 4}, {5, 6}, 6, {2, 3}, {1, 1}, {0, 0}, {1, 1}, 2), 1, 0);
  EXPECT_EQ(output_count(layer.problem(Operation::forward, SparseOperand::activations)),
            2 * 6 * 4 * 4);
  EXPECT_EQ(output_count(layer.problem(Operation::backward_data, SparseOperand::gradients)),
            2 * 4 * 5 * 6);
  EXPECT_EQ(output_count(layer.problem(Operation::backward_weights, SparseOperand::gradients)),
            6 * 2 * 2 * 3);
}

TEST(ExactOutputs, one_product_of_each_kind) {
  struct Case {
    float b, a;
    std::uint32_t none, one_sided, two_sided;
  };
  const float nan = float_of(0xff812345);
  const Case cases[] = {
      {0.0f, infinity, nan_bits, 0, 0},
      {-0.0f, nan, nan_bits, 0, 0},
      {infinity, 0.0f, nan_bits, nan_bits, 0},
      {nan, -0.0f, nan_bits, nan_bits, 0},
      {nan, 1.0f, nan_bits, nan_bits, nan_bits},
      {-infinity, 2.0f, 0xff800000, 0xff800000, 0xff800000},
      {-infinity, -infinity, 0x7f800000, 0x7f800000, 0x7f800000},
  };
  for (const Case& c : cases) {
    const Layer layer{"", dense_shape(1, 1, 1), {c.b}, {c.a}, {}};
    EXPECT_EQ(bits_of(forward(layer, Sidedness::none)[0]), c.none) << c.b << " * " << c.a;
    EXPECT_EQ(bits_of(forward(layer, Sidedness::one_sided)[0]), c.one_sided) << c.b << " * " << c.a;
    EXPECT_EQ(bits_of(forward(layer, Sidedness::two_sided)[0]), c.two_sided) << c.b << " * " << c.a;
  }
}

TEST(ExactOutputs, infinities_in_a_sum) {
  const Layer both{"", dense_shape(1, 3, 1), {infinity, 1, infinity}, {1, 1, -1}, {}};
  EXPECT_EQ(bits_of(forward(both)[0]), nan_bits);
  const Layer one{"", dense_shape(1, 3, 1), {infinity, 0x1p127f, 0x1p127f}, {-1, 1, 1}, {}};
  EXPECT_EQ(bits_of(forward(one)[0]), 0xff800000u);
  // The flags do not reach the next output.
  const Layer next{"", dense_shape(2, 1, 1), {infinity, 3}, {1}, {}};
  EXPECT_EQ(forward(next), (Floats{infinity, 3}));
}

TEST(ExactOutputs, spatial_padding_meets_an_infinite_weight_only_when_nothing_is_skipped) {
  const Layer layer{
      "", conv_shape({1, 1}, {1, 2}, 1, {1, 2}, {1, 1}, {0, 1}), {1, 1}, {infinity, 1}, {}};
  EXPECT_EQ(bits_of(forward(layer)), bits_of(Floats{1, infinity, infinity}));
  EXPECT_EQ(bits_of(forward(layer, Sidedness::none)),
            (std::vector<std::uint32_t>{nan_bits, 0x7f800000u, 0x7f800000u}));
}

TEST(ExactOutputs, spatial_padding_on_the_dense_side_meets_an_infinite_gradient) {
  // The first weight sees gradient 0 on padding; gradients are side B, or side A.
  const Layer layer{
      "", conv_shape({1, 1}, {1, 2}, 1, {1, 2}, {1, 1}, {0, 1}), {1, 1}, {}, {infinity, 1, 1}};
  const auto run = [&](SparseOperand sparse, Sidedness sidedness) {
    return bits_of(exact_outputs(layer.problem(Operation::backward_weights, sparse, sidedness)));
  };
  const std::vector<std::uint32_t> skipped = bits_of(Floats{2, infinity});
  const std::vector<std::uint32_t> met{nan_bits, 0x7f800000u};
  EXPECT_EQ(run(SparseOperand::gradients, Sidedness::one_sided), met);
  EXPECT_EQ(run(SparseOperand::activations, Sidedness::one_sided), skipped);
  EXPECT_EQ(run(SparseOperand::gradients, Sidedness::two_sided), skipped);
  EXPECT_EQ(run(SparseOperand::activations, Sidedness::none), met);
}

TEST(ExactOutputs, dilation_zeros_meet_an_infinite_weight_unless_removed) {
  // A row of 4, kernel 2, stride 2: each input is read through one weight; the other falls between.
  const Layer layer{"", conv_shape({1, 1}, {1, 4}, 1, {1, 2}, {1, 2}), {}, {infinity, 1}, {2, 3}};
  const auto run = [&](Sidedness sidedness, bool removed) {
    return bits_of(exact_outputs(
        layer.problem(Operation::backward_data, SparseOperand::gradients, sidedness, removed)));
  };
  const std::vector<std::uint32_t> finite = bits_of(Floats{infinity, 2, infinity, 3});
  EXPECT_EQ(run(Sidedness::one_sided, false), finite);
  EXPECT_EQ(run(Sidedness::none, true), finite);
  EXPECT_EQ(run(Sidedness::none, false),
            (std::vector<std::uint32_t>{0x7f800000u, nan_bits, 0x7f800000u, nan_bits}));
}

TEST(ExactOutputs, a_tap_out_of_range_exists_even_when_dilation_zeros_are_removed) {
  // Kernel 3, stride 2: input 0 is read through weight 0 alone; weight 2 would need output -1.
  const Layer layer{
      "", conv_shape({1, 1}, {1, 5}, 1, {1, 3}, {1, 2}), {}, {1, 1, infinity}, {2, 3}};
  EXPECT_EQ(bits_of(exact_outputs(layer.problem(Operation::backward_data, SparseOperand::gradients,
                                                Sidedness::none, true))),
            (std::vector<std::uint32_t>{nan_bits, bits_of(2.0f), 0x7f800000u, bits_of(3.0f),
                                        0x7f800000u}));
}

TEST(ExactOutputs, a_missing_operand_is_refused_by_name) {
  Problem problem;
  try {
    exact_outputs(problem);
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(), "golden: forward needs activations, got none");
  }
  const float value = 1;
  problem.activations = &value;
  EXPECT_THROW(exact_outputs(problem), std::invalid_argument);
  problem.operation = Operation::backward_data;
  problem.weights = &value;
  EXPECT_THROW(exact_outputs(problem), std::invalid_argument);
}

/// Every output of every operation is the correctly rounded dot product of its two naive streams.
TEST(ExactOutputs, equal_big_integer_sums_of_the_streams) {
  for (const Layer& layer : corner_layers()) {
    for (Operation operation : all_operations) {
      for (bool removed : {false, true}) {
        const Problem problem =
            layer.problem(operation, SparseOperand::gradients, Sidedness::one_sided, removed);
        Floats expected(static_cast<std::size_t>(output_count(problem)), 0.0f);
        for (const NaivePass& pass : naive_passes(problem, {1, 1, 1, 16})) {
          expected[static_cast<std::size_t>(pass.output[0][0])] =
              fixed_point_dot(pass.b[0], pass.a[0]);
        }
        ASSERT_EQ(bits_of(exact_outputs(problem)), bits_of(expected))
            << layer.name << " " << name_of(operation) << " removed " << removed;
      }
    }
  }
}

}  // namespace
}  // namespace tensordash::golden_testing
