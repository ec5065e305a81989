#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "hw/numeric/fp32.h"
#include "tests/models/engine/judged_case.h"

namespace tensordash::engine {
namespace {

/// Records of all passes in the order of their ids, and the outputs.
struct Recorded {
  explicit Recorded(const EngineCase& engine_case) {
    std::mutex mutex;
    outputs = compute_outputs(
        {engine_case.plan, engine_case.tensors(), engine_case.bits(), engine_case.machine, false},
        [&](const PassResults& results) {
          const std::lock_guard lock(mutex);
          for (std::int64_t group = 0; group < results.column_groups; ++group) {
            PassRecord record = record_of(engine_case, results, results.first_column_group + group);
            passes[record.pass] = std::move(record);
          }
        });
  }

  std::map<std::uint64_t, PassRecord> passes;
  std::vector<float> outputs;
};

golden::Verdict judged(const EngineCase& engine_case, const Recorded& recorded,
                       const std::optional<std::vector<std::int64_t>>& sample = std::nullopt) {
  golden::Judge judge(golden_problem(engine_case), golden_geometry(engine_case), false, sample);
  for (const auto& [id, record] : recorded.passes) judge.judge(record);
  return judge.finish();
}

/// The sum that a PE goes on with, step after step, in plain loops over the naive dataflow.
float go_on(const EngineCase& engine_case, const dataflow_testing::NaiveDataflow& naive,
            const dataflow_testing::NaiveDataflow::Part& part, std::size_t i, std::size_t j,
            const std::vector<StreamPlace>& slots, float sum) {
  const std::int64_t lanes = engine_case.plan.geometry().lanes;
  std::vector<float> products(static_cast<std::size_t>(lanes));
  for (std::size_t step = 0; step < slots.size(); step += products.size()) {
    for (std::size_t lane = 0; lane < products.size(); ++lane) {
      const std::int64_t place = slots[step + lane];
      products[lane] = 0.0F;
      if (place == idle_slot) continue;
      products[lane] = naive.b(part, i, place / lanes, place % lanes).number *
                       naive.a(part, j, place / lanes, place % lanes).number;
    }
    sum += fp32_tree_sum(products.data(), static_cast<unsigned>(lanes));
  }
  return sum;
}

/// Random blocked cases; every second with whole numbers only would hide the order of sums, so all
/// get values whose sums round.
EngineCase& with_fractions(EngineCase& engine_case) {
  auto& layer = engine_case.the_case.layer;
  for (auto* tensor : {&layer.activations, &layer.weights, &layer.output_gradients}) {
    for (float& value : *tensor) {
      value *= 1.0F + static_cast<float>(engine_case.number(1, 1U << 20)) * 0x1p-23F;
    }
  }
  engine_case.pack();
  return engine_case;
}

TEST(BlockedOutputs, AreTheBlocksSumsOneAfterTheOther) {
  unsigned resumed = 0;
  for (unsigned seed = 0; seed < 80; ++seed) {
    SCOPED_TRACE(seed);
    EngineCase engine_case(seed, true);
    with_fractions(engine_case);
    const dataflow_testing::NaiveDataflow naive = engine_case.the_case.naive();
    const Recorded recorded(engine_case);
    std::vector<float> sums(recorded.outputs.size(), 0.0F);
    const StreamGeometry& geometry = engine_case.plan.geometry();
    for (const auto& pass : naive.passes()) {
      const auto& part = naive.parts()[pass.part];
      const PassRecord& record = recorded.passes.at(pass.id);
      for (unsigned row = 0; row < pass.rows; ++row) {
        for (unsigned column = 0; column < pass.columns; ++column) {
          const auto i = static_cast<std::size_t>(pass.first_i) + row;
          const auto j = static_cast<std::size_t>(pass.first_j) + column;
          float& sum = sums[static_cast<std::size_t>(naive.output(part, i, j))];
          const std::size_t scheduler =
              record.schedulers_a_row == 1 ? row : row * geometry.columns + column;
          sum = go_on(engine_case, naive, part, i, j, record.slots[scheduler], sum);
          ASSERT_EQ(bits_of({record.outputs[row * geometry.columns + column]}), bits_of({sum}))
              << "pass " << pass.id << ", " << engine_case.the_case;
        }
      }
      if (part.from > 0) ++resumed;
    }
    ASSERT_EQ(bits_of(recorded.outputs), bits_of(sums)) << engine_case.the_case;
    const golden::Verdict verdict = judged(engine_case, recorded);
    ASSERT_EQ(verdict.mismatches, 0U) << verdict.first << "\n" << engine_case.the_case;
    ASSERT_EQ(verdict.checked, sums.size());
  }
  EXPECT_GT(resumed, 1000U);
}

/// A dense schedule takes the same products in the same steps, in however many passes.
TEST(BlockedOutputs, OfTheDenseScheduleAreThoseOfWholeReductions) {
  for (unsigned seed = 100; seed < 180; ++seed) {
    SCOPED_TRACE(seed);
    EngineCase engine_case(seed, true);
    with_fractions(engine_case);
    engine_case.machine.sidedness = Sidedness::none;
    const Recorded blocks(engine_case);
    ASSERT_EQ(judged(engine_case, blocks).mismatches, 0U) << engine_case.the_case;
    engine_case.the_case.geometry.reduction_rows = 0;
    engine_case.plan = engine_case.the_case.plan();
    ASSERT_EQ(bits_of(Recorded(engine_case).outputs), bits_of(blocks.outputs))
        << engine_case.the_case;
  }
}

TEST(BlockedOutputs, OfBlocksAsLongAsTheReductionChangeNothing) {
  for (unsigned seed = 200; seed < 240; ++seed) {
    SCOPED_TRACE(seed);
    EngineCase engine_case(seed, false);
    with_fractions(engine_case);
    const Recorded whole(engine_case);
    const OperationTiming timing = engine_case.timing();
    std::int64_t longest = 1;
    for (const Segment& segment : engine_case.plan.segments()) {
      longest = std::max(longest, segment.K);
    }
    for (const std::int64_t rows : {longest, longest + 1, longest * 1000}) {
      engine_case.the_case.geometry.reduction_rows = rows;
      engine_case.plan = engine_case.the_case.plan();
      ASSERT_FALSE(engine_case.plan.blocked());
      ASSERT_EQ(bits_of(Recorded(engine_case).outputs), bits_of(whole.outputs));
      ASSERT_EQ(engine_case.timing().steps, timing.steps);
      ASSERT_EQ(engine_case.timing().ledger, timing.ledger);
    }
  }
}

TEST(BlockedOutputs, OfSamplesAreThoseOfAll) {
  for (unsigned seed = 300; seed < 360; ++seed) {
    SCOPED_TRACE(seed);
    EngineCase engine_case(seed, true);
    with_fractions(engine_case);
    const Recorded all(engine_case);
    std::vector<std::int64_t> wanted;
    for (std::size_t index = seed % 3; index < all.outputs.size();
         index += 1 + all.outputs.size() / 17) {
      wanted.push_back(static_cast<std::int64_t>(index));
    }
    // The judge of a sample needs no other passes and finds them right, from either engine.
    golden::Judge judge(golden_problem(engine_case), golden_geometry(engine_case), false, wanted);
    std::mutex mutex;
    compute_sample(
        {engine_case.plan, engine_case.tensors(), engine_case.bits(), engine_case.machine, false},
        wanted, [&](const PassResults& results) {
          const std::lock_guard lock(mutex);
          judge.judge(record_of(engine_case, results, results.first_column_group));
        });
    const golden::Verdict& verdict = judge.finish();
    ASSERT_EQ(verdict.mismatches, 0U) << verdict.first << "\n" << engine_case.the_case;
    ASSERT_EQ(verdict.checked, wanted.size());
    ASSERT_EQ(judged(engine_case, all, wanted).mismatches, 0U) << engine_case.the_case;
  }
}

/// A case with several blocks, and what the judge says of records that were spoilt.
class SpoiltBlocks : public testing::TestWithParam<bool> {
 protected:
  SpoiltBlocks() : engine_case_(1) {
    auto& the_case = engine_case_.the_case;
    std::mt19937 random(3);
    const LayerShape shape = conv2d_shape({1, 40, 5, 4}, {9, 40, 3, 3}, {1, 1}, {1, 1}, {1, 1}, 1);
    the_case.layer = dataflow_testing::random_tensors(shape, random);
    the_case.geometry = {16, 4, 4, false, 10};
    the_case.orientation = dataflow_testing::orientations[0];
    engine_case_.table = Connectivity::named("paper", 16, 3);
    engine_case_.tiles = 3;
    engine_case_.machine.tiles = 3;
    engine_case_.machine.sidedness = Sidedness::one_sided;
    engine_case_.machine.elastic = false;
    engine_case_.plan = the_case.plan();
    with_fractions(engine_case_);
    recorded_.emplace(engine_case_);
    passes_ = engine_case_.plan.segments()[0].passes();
    if (GetParam()) {
      sample_.emplace();
      for (std::int64_t index = 0; index < engine_case_.plan.output_count(); index += 3) {
        sample_->push_back(index);
      }
    }
  }

  golden::Verdict verdict() { return judged(engine_case_, *recorded_, sample_); }
  std::uint64_t outputs() const {
    return sample_ ? sample_->size() : static_cast<std::uint64_t>(engine_case_.plan.output_count());
  }

  EngineCase engine_case_;
  std::optional<Recorded> recorded_;
  std::uint64_t passes_ = 0;  ///< of a block
  std::optional<std::vector<std::int64_t>> sample_;
};

TEST_P(SpoiltBlocks, AreThreeOfWhichNothingIsWrong) {
  ASSERT_EQ(engine_case_.plan.pass_count(), 3 * passes_);
  const golden::Verdict verdict = this->verdict();
  EXPECT_EQ(verdict.mismatches, 0U) << verdict.first;
  EXPECT_EQ(verdict.checked, outputs());
}

TEST_P(SpoiltBlocks, ThatStartAnewDiffer) {
  // As if block 1 had not taken up what block 0 left.
  std::map<std::uint64_t, PassRecord> anew;
  for (std::uint64_t pass = passes_; pass < 2 * passes_; ++pass) {
    PassRecord& record = recorded_->passes.at(pass);
    const PassRecord& before = recorded_->passes.at(pass - passes_);
    for (std::size_t at = 0; at < record.outputs.size(); ++at) {
      record.outputs[at] -= before.outputs[at];
    }
  }
  const golden::Verdict verdict = this->verdict();
  EXPECT_GT(verdict.mismatches, outputs() / 2);
  EXPECT_LE(verdict.mismatches, outputs());
  EXPECT_EQ(verdict.first.find(fmt::format("pass {}, ", passes_)), 0U) << verdict.first;
}

TEST_P(SpoiltBlocks, OfTheLastBlockAloneDiffer) {
  PassRecord& record = recorded_->passes.at(2 * passes_);
  // Two PEs of the first row, whose outputs the sample has both or one of.
  std::swap(record.outputs[0], record.outputs[3]);
  std::swap(record.outputs[1], record.outputs[2]);
  const golden::Verdict verdict = this->verdict();
  EXPECT_GT(verdict.mismatches, 0U);
  EXPECT_EQ(verdict.first.find(fmt::format("pass {}, ", 2 * passes_)), 0U) << verdict.first;
}

TEST_P(SpoiltBlocks, OnTheTileOfTheirIdAreAtFault) {
  // 45 passes of a block are a multiple of neither 2 nor 4 tiles; the id alone misleads there.
  engine_case_.tiles = engine_case_.machine.tiles = 2;
  recorded_.emplace(engine_case_);
  ASSERT_EQ(verdict().mismatches, 0U);
  ASSERT_EQ(passes_ % 2, 1U);
  recorded_->passes.at(passes_).tile = static_cast<unsigned>(passes_ % 2);
  EXPECT_NE(verdict().first.find("belongs to tile 0"), std::string::npos) << verdict().first;
}

TEST_P(SpoiltBlocks, ThatDidNotComeAreMissed) {
  recorded_->passes.erase(passes_);
  const golden::Verdict verdict = this->verdict();
  const std::uint64_t of_pass = sample_ ? verdict.mismatches : 16;
  EXPECT_EQ(verdict.mismatches, of_pass);
  EXPECT_GT(verdict.mismatches, 0U);
  EXPECT_EQ(verdict.first, fmt::format("pass {}: never came", passes_));
}

TEST_P(SpoiltBlocks, ThatComeBeforeTheirSumsAreAtFault) {
  golden::Judge judge(golden_problem(engine_case_), golden_geometry(engine_case_), false, sample_);
  for (auto record = recorded_->passes.rbegin(); record != recorded_->passes.rend(); ++record) {
    judge.judge(record->second);
  }
  const golden::Verdict& verdict = judge.finish();
  EXPECT_EQ(verdict.mismatches, outputs());
  EXPECT_EQ(verdict.first, fmt::format("pass {}: goes on with pass 0, which has not come or is at "
                                       "fault",
                                       passes_));
}

TEST_P(SpoiltBlocks, OfAFaultyScheduleSpoilWhatFollows) {
  // Row 1 of pass 3 is the output at (1, 1), the first with all taps inside.
  auto& slots = recorded_->passes.at(3).slots[1];
  const auto taken =
      std::find_if(slots.begin(), slots.end(), [](StreamPlace slot) { return slot != idle_slot; });
  ASSERT_NE(taken, slots.end());
  *taken = idle_slot;
  const golden::Verdict verdict = this->verdict();
  EXPECT_EQ(verdict.first.find("pass 3: row 1, "), 0U) << verdict.first;
  EXPECT_GT(verdict.mismatches, 0U);
  EXPECT_LE(verdict.mismatches, 16U);
}

TEST_P(SpoiltBlocks, AreNotTakenFromMachinesThatAddExactly) {
  EXPECT_THROW(
      golden::Judge(golden_problem(engine_case_), golden_geometry(engine_case_), true, sample_),
      std::invalid_argument);
  const OutputProblem problem{engine_case_.plan, engine_case_.tensors(), engine_case_.bits(),
                              engine_case_.machine, true};
  EXPECT_THROW(compute_outputs(problem, {}), std::invalid_argument);
  EXPECT_THROW(compute_sample(problem, {0}, [](const PassResults&) {}), std::invalid_argument);
}

INSTANTIATE_TEST_SUITE_P(Judged, SpoiltBlocks, testing::Bool(), [](const auto& the_info) {
  return std::string(the_info.param ? "Sample" : "All");
});

}  // namespace
}  // namespace tensordash::engine
