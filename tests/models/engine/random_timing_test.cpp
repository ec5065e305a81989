#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include "hw/numeric/bf16.h"
#include "models/dataflow/pair_counts.h"
#include "tests/models/engine/engine_case.h"
#include "tests/models/engine/every_instruction_set.h"
#include "tests/platform/naive_machine.h"

namespace tensordash::engine {
namespace {

const std::vector<NaiveTable::Option> paper = {{0, 0}, {1, 0},  {2, 0}, {1, -1},
                                               {1, 1}, {2, -2}, {2, 2}, {1, -3}};
const std::vector<NaiveTable::Option> dnnsim = {{0, 0}, {1, -1}, {1, 0}, {1, 1},
                                                {1, 3}, {2, -2}, {2, 0}, {2, 2}};

void compare(unsigned seed, bool blocked) {
  SCOPED_TRACE(seed);
  const EngineCase engine_case(seed, blocked);
  const dataflow_testing::RandomCase& the_case = engine_case.the_case;
  const dataflow_testing::NaiveDataflow naive = the_case.naive();
  const NaiveMachine naive_machine{the_case.geometry.rows,
                                   the_case.geometry.columns,
                                   engine_case.tiles,
                                   the_case.geometry.lanes,
                                   engine_case.depth,
                                   {engine_case.is_paper ? paper : dnnsim, the_case.geometry.lanes},
                                   static_cast<NaiveMachine::Sides>(engine_case.machine.sidedness),
                                   engine_case.machine.elastic};
  const NaiveCounts expected = run_naively(naive, naive_machine);

  const OperationTiming timing = engine_case.timing();
  EXPECT_EQ(timing.steps, expected.steps) << the_case;
  EXPECT_EQ(timing.dense_steps, expected.dense_steps) << the_case;
  EXPECT_EQ(timing.issued, expected.issued) << the_case;
  for (const LedgerCategory& category : ledger_categories()) {
    EXPECT_EQ(timing.ledger.*category.count, expected.ledger.*category.count)
        << category.name << ", " << the_case;
  }

  const PairCounts pairs = tensordash::count_pairs(engine_case.plan, engine_case.tensors());
  EXPECT_EQ(timing.pairs.effectual, pairs.effectual) << the_case;
  EXPECT_EQ(timing.pairs.zeros.data, pairs.zeros.data) << the_case;
  EXPECT_EQ(timing.pairs.zeros.spatial_padding, pairs.zeros.spatial_padding) << the_case;
  EXPECT_EQ(timing.pairs.zeros.dilation, pairs.zeros.dilation) << the_case;
  EXPECT_EQ(timing.pairs.zeros.lane_padding, pairs.zeros.lane_padding) << the_case;
}

class RandomTiming : public EveryInstructionSet {};

TEST_P(RandomTiming, EqualsTheNaiveMachine) {
  for (unsigned seed = 0; seed < 150; ++seed) compare(seed, false);
}

TEST_P(RandomTiming, EqualsTheNaiveMachineWithBlockedReductions) {
  for (unsigned seed = 200; seed < 320; ++seed) compare(seed, true);
}

TEST(TimeOperation, TellsItsProgressUpToTheEnd) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    const EngineCase engine_case(seed);
    if (engine_case.machine.sidedness == Sidedness::none) continue;
    double done = 0;
    time_operation(engine_case.plan, engine_case.bits(), engine_case.tensors().weights, fp32_zeros,
                   engine_case.machine, [&](double part) {
                     EXPECT_GT(part, done);
                     done = part;
                   });
    EXPECT_DOUBLE_EQ(done, 1) << engine_case.the_case;
  }
}

/// Magnitudes on either side of what rounds to zero, against tensors that were rounded.
TEST(TimeOperation, Bf16IsAsIfTheValuesWereRounded) {
  const float choice[] = {0x1p-134F, 0x1.000002p-134F, -0x1p-135F, -0x1p-133F, 0.0F, 1.0F};
  for (unsigned seed = 0; seed < 100; ++seed) {
    EngineCase engine_case(seed);
    auto& layer = engine_case.the_case.layer;
    const auto tensors = {&layer.activations, &layer.weights, &layer.output_gradients};
    for (auto* tensor : tensors) {
      for (float& value : *tensor) value = choice[engine_case.number(0, 5)];
    }
    engine_case.pack(bf16_zeros);
    const OperationTiming timing =
        time_operation(engine_case.plan, engine_case.bits(), engine_case.tensors().weights,
                       bf16_zeros, engine_case.machine);
    for (auto* tensor : tensors)
      std::transform(tensor->begin(), tensor->end(), tensor->begin(), bf16_round);
    engine_case.pack();
    const OperationTiming rounded = engine_case.timing();
    EXPECT_EQ(timing.steps, rounded.steps) << engine_case.the_case;
    EXPECT_EQ(timing.ledger, rounded.ledger) << engine_case.the_case;
    EXPECT_EQ(timing.pairs.effectual, rounded.pairs.effectual) << engine_case.the_case;
  }
}

/// So many samples through one lane that the rows of a stream cannot be counted any more.
TEST(TimeOperation, RefusesStreamsTooLongToCount) {
  const auto time = [](std::int64_t samples) {
    LayerShape shape;
    shape.N = samples;
    shape.linear = true;
    const StreamPlan plan(Operation::backward_weights, SparseOperand::gradients, shape,
                          {1, 1, 1, false});
    time_operation(plan, {}, nullptr, fp32_zeros, {});
  };
  EXPECT_THROW(time(std::int64_t{1} << 31), std::invalid_argument);
  EXPECT_THROW(time(std::int64_t{1} << 40), std::invalid_argument);
}

INSTANTIATE_TEST_SUITE_P(InstructionSets, RandomTiming, every_instruction_set(), name_of_set);

}  // namespace
}  // namespace tensordash::engine
