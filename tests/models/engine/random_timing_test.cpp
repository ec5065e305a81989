#include <gtest/gtest.h>

#include <hwy/targets.h>

#include "models/dataflow/pair_counts.h"
#include "models/engine/operation_timing.h"
#include "tests/models/dataflow/random_case.h"
#include "tests/platform/naive_machine.h"

namespace tensordash::engine {
namespace {

using dataflow_testing::pick;
using dataflow_testing::RandomCase;

const std::vector<NaiveTable::Option> paper = {{0, 0},  {1, 0},  {2, 0}, {1, -1},
                                               {1, 1},  {2, -2}, {2, 2}, {1, -3}};
const std::vector<NaiveTable::Option> dnnsim = {{0, 0}, {1, -1}, {1, 0}, {1, 1},
                                                {1, 3}, {2, -2}, {2, 0}, {2, 2}};

/// What a case adds to a layer and a geometry.
struct Rest {
  unsigned tiles, depth;
  bool elastic;
  NaiveMachine::Sides sides;
  bool is_paper;

  explicit Rest(std::mt19937& random)
      : tiles(static_cast<unsigned>(pick(random, 1, 20))),
        depth(static_cast<unsigned>(pick(random, 1, 4))),
        elastic(pick(random, 0, 1) == 0),
        sides(static_cast<NaiveMachine::Sides>(pick(random, 0, 2))),
        is_paper(pick(random, 0, 1) == 0) {}
};

void compare(unsigned seed) {
  SCOPED_TRACE(seed);
  RandomCase the_case(seed);
  const Rest rest(the_case.random);
  const dataflow_testing::NaiveDataflow naive = the_case.naive();
  const NaiveMachine naive_machine{the_case.geometry.rows,
                                   the_case.geometry.columns,
                                   rest.tiles,
                                   the_case.geometry.lanes,
                                   rest.depth,
                                   {rest.is_paper ? paper : dnnsim, the_case.geometry.lanes},
                                   rest.sides,
                                   rest.elastic};
  const NaiveCounts expected = run_naively(naive, naive_machine);

  const StreamPlan plan = the_case.plan();
  const LayerShape& shape = the_case.layer.shape;
  const OperandTensors tensors = the_case.layer.view();
  const TensorBits activations(tensors.activations, shape.N, shape.C, shape.H * shape.W,
                               fp32_zeros);
  const TensorBits gradients(tensors.output_gradients, shape.N, shape.M, shape.P * shape.Q,
                             fp32_zeros);
  const TensorBits weights =
      weight_bits(the_case.orientation.operation, shape, tensors.weights, fp32_zeros);
  const Connectivity table = Connectivity::named(rest.is_paper ? "paper" : "dnnsim",
                                                 the_case.geometry.lanes, rest.depth);
  Machine machine;
  machine.tiles = rest.tiles;
  machine.sidedness = static_cast<Sidedness>(rest.sides);
  machine.elastic = rest.elastic;
  machine.table = &table;
  const OperationTiming timing = time_operation(plan, {&activations, &gradients, &weights},
                                                tensors.weights, fp32_zeros, machine);
  EXPECT_EQ(timing.steps, expected.steps) << the_case;
  EXPECT_EQ(timing.dense_steps, expected.dense_steps) << the_case;
  EXPECT_EQ(timing.issued, expected.issued) << the_case;

  const PairCounts pairs = tensordash::count_pairs(plan, tensors);
  EXPECT_EQ(timing.pairs.effectual, pairs.effectual) << the_case;
  EXPECT_EQ(timing.pairs.zeros.data, pairs.zeros.data) << the_case;
  EXPECT_EQ(timing.pairs.zeros.spatial_padding, pairs.zeros.spatial_padding) << the_case;
  EXPECT_EQ(timing.pairs.zeros.dilation, pairs.zeros.dilation) << the_case;
  EXPECT_EQ(timing.pairs.zeros.lane_padding, pairs.zeros.lane_padding) << the_case;
}

/// Every instruction set that this machine has: the engine must not depend on the one it picks.
class RandomTiming : public testing::TestWithParam<std::int64_t> {
 protected:
  void SetUp() override { hwy::SetSupportedTargetsForTest(GetParam()); }
  void TearDown() override { hwy::SetSupportedTargetsForTest(0); }
};

TEST_P(RandomTiming, EqualsTheNaiveMachine) {
  for (unsigned seed = 0; seed < 150; ++seed) compare(seed);
}

INSTANTIATE_TEST_SUITE_P(InstructionSets, RandomTiming,
                         testing::ValuesIn(hwy::SupportedAndGeneratedTargets()),
                         [](const auto& the_info) {
                           return std::string(hwy::TargetName(the_info.param));
                         });

}  // namespace
}  // namespace tensordash::engine
