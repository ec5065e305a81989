#include <gtest/gtest.h>

#include <hwy/targets.h>

#include "models/dataflow/pair_counts.h"
#include "tests/models/engine/engine_case.h"
#include "tests/platform/naive_machine.h"

namespace tensordash::engine {
namespace {

const std::vector<NaiveTable::Option> paper = {{0, 0}, {1, 0},  {2, 0}, {1, -1},
                                               {1, 1}, {2, -2}, {2, 2}, {1, -3}};
const std::vector<NaiveTable::Option> dnnsim = {{0, 0}, {1, -1}, {1, 0}, {1, 1},
                                                {1, 3}, {2, -2}, {2, 0}, {2, 2}};

void compare(unsigned seed) {
  SCOPED_TRACE(seed);
  const EngineCase engine_case(seed);
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

  const PairCounts pairs = tensordash::count_pairs(engine_case.plan, engine_case.tensors());
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
