#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <mutex>
#include <set>

#include "tests/models/engine/judged_case.h"

namespace tensordash::engine {
namespace {

using dataflow_testing::Orientation;

class RandomOutputs : public testing::TestWithParam<bool> {
 protected:
  /// Steps of each tile, as the schedules that came with the outputs have them.
  struct Run {
    std::vector<float> outputs;
    std::vector<std::uint64_t> tile_steps;
  };

  Run run_judged(const EngineCase& engine_case) const {
    const StreamGeometry& geometry = engine_case.plan.geometry();
    golden::Judge judge(golden_problem(engine_case), golden_geometry(engine_case), GetParam());
    Run run;
    run.tile_steps.resize(engine_case.tiles);
    std::mutex mutex;
    run.outputs =
        compute_outputs({engine_case.plan, engine_case.tensors(), engine_case.bits(),
                         engine_case.machine, GetParam()},
                        [&](const PassResults& results) {
                          const std::lock_guard lock(mutex);
                          for (std::int64_t group = 0; group < results.column_groups; ++group) {
                            const PassRecord record =
                                record_of(engine_case, results, results.first_column_group + group);
                            std::size_t most = 0;
                            for (const auto& slots : record.slots)
                              most = std::max(most, slots.size());
                            run.tile_steps[record.tile] += most / geometry.lanes;
                            judge.judge(record);
                          }
                        });
    const golden::Verdict& verdict = judge.finish();
    EXPECT_EQ(verdict.mismatches, 0U) << verdict.first << "\n" << engine_case.the_case;
    EXPECT_EQ(verdict.checked, run.outputs.size());
    EXPECT_EQ(bits_of(judge.outputs()), bits_of(run.outputs));
    return run;
  }
};

TEST_P(RandomOutputs, PassTheJudgeAndTakeTheStepsOfTheTiming) {
  for (unsigned seed = 0; seed < 120; ++seed) {
    SCOPED_TRACE(seed);
    const EngineCase engine_case(seed);
    const Run run = run_judged(engine_case);
    EXPECT_EQ(*std::max_element(run.tile_steps.begin(), run.tile_steps.end()),
              engine_case.timing().steps)
        << engine_case.the_case;
  }
}

TEST_P(RandomOutputs, PassTheJudgeWithInfinitiesAndNaN) {
  for (unsigned seed = 1000; seed < 1060; ++seed) {
    SCOPED_TRACE(seed);
    EngineCase engine_case(seed);
    auto& layer = engine_case.the_case.layer;
    for (auto* tensor : {&layer.activations, &layer.weights, &layer.output_gradients}) {
      for (float& value : *tensor) {
        switch (engine_case.number(0, 60)) {
          case 0:
            value = std::numeric_limits<float>::infinity();
            break;
          case 1:
            value = std::nanf("3");
            break;
          default:
            break;
        }
      }
    }
    engine_case.pack();
    run_judged(engine_case);
  }
}

/// More row groups than a vector register has bits, on more than one core.
TEST_P(RandomOutputs, OfAWideLayerPassTheJudge) {
  for (const Orientation& orientation : dataflow_testing::orientations) {
    EngineCase engine_case(orientation.operation == Operation::forward ? 1U : 2U);
    auto& the_case = engine_case.the_case;
    std::mt19937 random(7);
    LayerShape shape = conv2d_shape({2, 5, 33, 31}, {11, 5, 3, 2}, {1, 1}, {1, 1}, {1, 1}, 1);
    the_case.layer = dataflow_testing::random_tensors(shape, random);
    the_case.geometry = {16, 4, 4, false};
    the_case.orientation = orientation;
    engine_case.table = Connectivity::named("paper", 16, 3);
    engine_case.plan = the_case.plan();
    for (const Sidedness sidedness : {Sidedness::one_sided, Sidedness::two_sided}) {
      for (const bool elastic : {false, true}) {
        engine_case.machine.sidedness = sidedness;
        engine_case.machine.elastic = elastic;
        engine_case.pack();
        const Run run = run_judged(engine_case);
        EXPECT_EQ(*std::max_element(run.tile_steps.begin(), run.tile_steps.end()),
                  engine_case.timing().steps)
            << the_case;
      }
    }
  }
}

TEST_P(RandomOutputs, DoNotNeedASink) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    const EngineCase engine_case(seed);
    const OutputProblem problem{engine_case.plan, engine_case.tensors(), engine_case.bits(),
                                engine_case.machine, GetParam()};
    EXPECT_EQ(bits_of(compute_outputs(problem, {})),
              bits_of(compute_outputs(problem, [](const PassResults&) {})));
  }
}

TEST_P(RandomOutputs, SamplesAreWhatAllOutputsHold) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    const EngineCase engine_case(seed);
    const OutputProblem problem{engine_case.plan, engine_case.tensors(), engine_case.bits(),
                                engine_case.machine, GetParam()};
    const std::vector<float> all = compute_outputs(problem, {});
    std::vector<std::int64_t> wanted;
    for (std::size_t index = seed % 3; index < all.size(); index += 1 + all.size() / 17) {
      wanted.push_back(static_cast<std::int64_t>(index));
    }
    std::set<std::int64_t> missing;
    for (const std::int64_t index : wanted) {
      if (engine_case.plan.output_place(index)) missing.insert(index);
    }
    const unsigned rows = engine_case.plan.geometry().rows;
    const unsigned columns = engine_case.plan.geometry().columns;
    std::mutex mutex;
    compute_sample(problem, wanted, [&](const PassResults& results) {
      const std::lock_guard lock(mutex);
      ASSERT_EQ(results.column_groups, 1);
      const std::int64_t first_i = results.row_group * rows;
      const std::int64_t first_j = results.first_column_group * columns;
      for (std::int64_t i = first_i; i < std::min(first_i + rows, results.segment->I); ++i) {
        for (std::int64_t j = first_j; j < first_j + results.columns; ++j) {
          const std::int64_t index = engine_case.plan.output_index(*results.segment, i, j);
          if (missing.erase(index) == 0) continue;
          EXPECT_EQ(bits_of({results.outputs[(i - first_i) * results.columns + j - first_j]}),
                    bits_of({all[static_cast<std::size_t>(index)]}))
              << engine_case.the_case;
        }
      }
    });
    EXPECT_TRUE(missing.empty()) << engine_case.the_case;
  }
}

/// So many samples that the places of a stream do not fit 32 bits.
TEST(ComputeOutputs, RefuseStreamsTooLongToCount) {
  LayerShape shape;
  shape.N = std::numeric_limits<std::int32_t>::max();
  shape.linear = true;
  const StreamPlan plan(Operation::backward_weights, SparseOperand::gradients, shape,
                        {1, 1, 1, false});
  const Machine machine;
  const OutputProblem problem{plan, {}, {}, machine, false};
  EXPECT_THROW(compute_outputs(problem, {}), std::invalid_argument);
  EXPECT_THROW(compute_sample(problem, {0}, {}), std::invalid_argument);
}

TEST_P(RandomOutputs, TellTheirProgressUpToTheEnd) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    const EngineCase engine_case(seed);
    const OutputProblem problem{engine_case.plan, engine_case.tensors(), engine_case.bits(),
                                engine_case.machine, GetParam()};
    double done = 0;
    compute_outputs(problem, {}, [&](double part) {
      EXPECT_GT(part, done);
      done = part;
    });
    EXPECT_DOUBLE_EQ(done, 1) << engine_case.the_case;
  }
}

INSTANTIATE_TEST_SUITE_P(Accumulation, RandomOutputs, testing::Bool(), [](const auto& the_info) {
  return std::string(the_info.param ? "Exact" : "Fp32");
});

}  // namespace
}  // namespace tensordash::engine
