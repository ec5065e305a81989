#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>

#include "models/golden/golden.h"
#include "tests/models/golden/bits.h"
#include "tests/models/golden/every_problem.h"
#include "tests/models/golden/fixed_point_sum.h"
#include "tests/models/golden/naive_machine.h"

/// What the judge must accept: honest machines on every kind of layer.
namespace tensordash::golden_testing {
namespace {

using golden::Geometry;
using golden::Judge;
using golden::Problem;
using golden::Sidedness;
using golden::Verdict;

std::vector<float> machine_outputs(const Problem& problem, const std::vector<NaivePass>& passes,
                                   const std::vector<PassRecord>& records) {
  std::vector<float> outputs(static_cast<std::size_t>(output_count(problem)), 0.0f);
  for (std::size_t k = 0; k < passes.size(); ++k) {
    std::size_t pe = 0;
    for (const auto& row : passes[k].output) {
      for (std::int64_t index : row) {
        if (index >= 0) outputs[static_cast<std::size_t>(index)] = records[k].outputs[pe];
        ++pe;
      }
    }
  }
  return outputs;
}

void expect_clean(const Problem& problem, const Verdict& verdict) {
  EXPECT_EQ(verdict.mismatches, 0u) << verdict.first;
  EXPECT_EQ(verdict.first, "");
  EXPECT_EQ(verdict.checked, static_cast<std::uint64_t>(output_count(problem)));
}

/// Runs all passes on the naive machine and judges them in a shuffled order.
void judge_honest_machine(const Problem& problem, const Geometry& geometry,
                          const Machine& machine) {
  const std::vector<NaivePass> passes = naive_passes(problem, geometry);
  std::vector<PassRecord> records;
  for (const NaivePass& pass : passes) {
    records.push_back(run_pass(pass, problem, geometry, machine));
  }
  const std::vector<float> expected = machine_outputs(problem, passes, records);
  std::shuffle(records.begin(), records.end(), std::mt19937(3));

  Judge judge(problem, geometry, false);
  EXPECT_EQ(judge.pass_count(), passes.size());
  for (const PassRecord& record : records) judge.judge(record);
  expect_clean(problem, judge.finish());
  EXPECT_EQ(bits_of(judge.outputs()), bits_of(expected));
}

TEST(Judge, accepts_an_honest_machine_on_every_corner) {
  for_each_problem(corner_layers(), [](const Problem& problem) {
    judge_honest_machine(problem, {4, 4, 16, 16}, {});
  });
}

TEST(Judge, accepts_other_tiles_and_lanes) {
  const std::vector<Layer> all = corner_layers();
  const std::vector<Layer> layers{all[1], all[2], all[6]};
  const Geometry geometries[] = {
      {1, 1, 1, 16}, {2, 3, 5, 16}, {5, 2, 3, 6}, {3, 9, 2, 8}, {2, 2, 2, 1}};
  for (const Geometry& geometry : geometries) {
    for_each_problem(layers, [&](const Problem& problem) {
      judge_honest_machine(problem, geometry, {2, false});
    });
  }
}

TEST(Judge, accepts_schedulers_that_finish_early) {
  for_each_problem({corner_layers()[2]}, [](const Problem& problem) {
    judge_honest_machine(problem, {4, 4, 16, 16}, {3, true});
  });
}

/// `exact`: the outputs are big-integer sums of the pass's streams, whatever the schedule.
TEST(Judge, exact_accepts_correctly_rounded_sums) {
  for_each_problem(corner_layers(), [](const Problem& problem) {
    const Geometry geometry{3, 2, 4, 16};
    Judge judge(problem, geometry, true);
    for (const NaivePass& pass : naive_passes(problem, geometry)) {
      PassRecord record = run_pass(pass, problem, geometry);
      std::size_t pe = 0;
      for (const auto& b : pass.b) {
        for (const auto& a : pass.a) record.outputs[pe++] = fixed_point_dot(b, a);
      }
      judge.judge(record);
    }
    expect_clean(problem, judge.finish());
  });
}

/// A pair that is skipped contributes nothing; a structural zero that is not skipped meets what it
/// meets.
TEST(Judge, accepts_infinities_and_not_a_number) {
  std::vector<Layer> layers{corner_layers()[1], corner_layers()[6]};
  std::mt19937 random(5);
  for (Layer& layer : layers) {
    for (auto* tensor : {&layer.activations, &layer.weights, &layer.output_gradients}) {
      for (std::uint32_t bits : {0x7f800000u, 0xff800000u, 0xffc00001u}) {
        (*tensor)[random() % tensor->size()] = float_of(bits);
      }
    }
  }
  for_each_problem(layers, [](const Problem& problem) {
    const Geometry geometry{4, 4, 16, 16};
    judge_honest_machine(problem, geometry, {});
  });
}

/// Small integers make every order of addition exact, so the machine's outputs are the exact ones
/// too, also where infinities and NaN decide.
TEST(Judge, exact_and_hardware_order_agree_where_nothing_is_rounded) {
  std::vector<Layer> layers{corner_layers()[1], corner_layers()[6]};
  std::mt19937 random(5);
  for (Layer& layer : layers) {
    for (auto* tensor : {&layer.activations, &layer.weights, &layer.output_gradients}) {
      for (float& value : *tensor) value = static_cast<float>(static_cast<int>(random() % 7) - 3);
      (*tensor)[random() % tensor->size()] = std::numeric_limits<float>::infinity();
      (*tensor)[random() % tensor->size()] = float_of(0xffc00001u);
    }
  }
  for_each_problem(layers, [](const Problem& problem) {
    const Geometry geometry{4, 4, 16, 16};
    Judge judge(problem, geometry, true);
    for (const NaivePass& pass : naive_passes(problem, geometry)) {
      judge.judge(run_pass(pass, problem, geometry));
    }
    expect_clean(problem, judge.finish());
  });
}

TEST(Judge, phases_without_taps_have_no_pass_and_count_as_checked) {
  // Stride 3, kernel 1: only every third input is reached.
  const Layer layer = random_layer("", conv_shape({1, 1}, {1, 7}, 1, {1, 1}, {1, 3}), 1, 0.0);
  const Problem problem =
      layer.problem(Operation::backward_data, SparseOperand::gradients, Sidedness::one_sided, true);
  const Geometry geometry{1, 1, 1, 16};
  Judge judge(problem, geometry, false);
  EXPECT_EQ(judge.pass_count(), 3u);
  for (const NaivePass& pass : naive_passes(problem, geometry)) {
    judge.judge(run_pass(pass, problem, geometry));
  }
  expect_clean(problem, judge.finish());
  EXPECT_EQ(bits_of(judge.outputs()[1]), 0u);
  EXPECT_NE(bits_of(judge.outputs()[3]), 0u);
}

TEST(Judge, pass_ids_by_hand) {
  // Two groups of 2 filters and 3 channels, 2 images of 1x2 outputs: 4 output positions.
  const Layer layer =
      random_layer("", conv_shape({2, 6}, {1, 2}, 4, {1, 1}, {1, 1}, {0, 0}, {1, 1}, 2), 1, 0.0);
  const Geometry geometry{3, 1, 4, 16};
  const Problem problem = layer.problem(Operation::forward, SparseOperand::activations);
  Judge judge(problem, geometry, false);
  // A group: 2 row groups (3 + 1 rows) of 2 columns; pass 6 is group 1, row group 1, column 0: its
  // only row is image 1, position 1.
  EXPECT_EQ(judge.pass_count(), 8u);
  PassRecord record;
  record.pass = 6;
  record.tile = 2;
  record.slots = {{0, 1, 2}, {}, {}};
  for (auto& slots : record.slots) slots.resize(16, idle_slot);
  float products[3];
  for (int c = 0; c < 3; ++c) {
    products[c] = layer.activations[static_cast<std::size_t>((1 * 6 + 3 + c) * 2 + 1)] *
                  layer.weights[static_cast<std::size_t>(2 * 3 + c)];
  }
  record.outputs = {(products[0] + products[1]) + products[2], 99, 99};
  judge.judge(record);
  EXPECT_EQ(judge.outputs()[1 * 4 * 2 + 2 * 2 + 1], record.outputs[0]);
  const Verdict& verdict = judge.finish();
  EXPECT_EQ(verdict.checked, 1u);
  EXPECT_EQ(verdict.mismatches, 15u) << "the seven other passes never came";
  EXPECT_EQ(verdict.first, "pass 0: never came");
}

}  // namespace
}  // namespace tensordash::golden_testing
