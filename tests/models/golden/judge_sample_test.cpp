#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <stdexcept>

#include "models/golden/golden.h"
#include "tests/models/golden/bits.h"
#include "tests/models/golden/every_problem.h"
#include "tests/models/golden/fixed_point_sum.h"
#include "tests/models/golden/naive_machine.h"
#include "tests/models/golden/naive_row_groups.h"

/// A judge of some outputs: what is sampled is judged as always, and nothing else is looked at.
namespace tensordash::golden_testing {
namespace {

using golden::Geometry;
using golden::Judge;
using golden::Problem;
using golden::Sidedness;
using golden::Verdict;
using testing::HasSubstr;
using Sample = std::vector<std::int64_t>;

Sample random_sample(std::int64_t outputs, std::mt19937& random) {
  Sample sample;
  for (std::int64_t index = 0; index < outputs; ++index) {
    if (random() % 5 == 0) sample.push_back(index);
  }
  return sample;
}

/// Every output that is not sampled is spoilt; some sampled ones are too, and those are found.
void judge_spoilt_machine(const Problem& problem, const Geometry& geometry, bool exact) {
  std::mt19937 random(3);
  const Sample sample = random_sample(output_count(problem), random);
  const std::vector<NaivePass> passes = naive_passes(problem, geometry);
  std::vector<PassRecord> records;
  std::uint64_t spoilt = 0;
  for (const NaivePass& pass : passes) {
    PassRecord record = run_pass(pass, problem, geometry);
    for (std::size_t pe = 0; pe < record.outputs.size(); ++pe) {
      const std::size_t row = pe / geometry.columns, column = pe % geometry.columns;
      if (exact) record.outputs[pe] = fixed_point_dot(pass.b[row], pass.a[column]);
      const std::int64_t index = pass.output[row][column];
      const bool sampled = std::binary_search(sample.begin(), sample.end(), index);
      const bool spoil = !sampled || random() % 3 == 0;
      if (spoil) record.outputs[pe] = float_of(bits_of(record.outputs[pe]) ^ 1u);
      spoilt += sampled && spoil ? 1 : 0;
    }
    records.push_back(record);
  }
  Judge by_pass(problem, geometry, exact, sample);
  for (const PassRecord& record : records) by_pass.judge(record);
  EXPECT_EQ(by_pass.finish().checked, sample.size());
  EXPECT_EQ(by_pass.finish().mismatches, spoilt);
  EXPECT_TRUE(by_pass.outputs().empty());
  if (problem.sidedness == Sidedness::two_sided) return;
  Judge by_group(problem, geometry, exact, sample);
  for (const auto& group : row_groups(passes, records)) by_group.judge_row_group(group);
  EXPECT_EQ(by_group.finish().checked, sample.size());
  EXPECT_EQ(by_group.finish().mismatches, spoilt);
  EXPECT_EQ(by_group.finish().first, by_pass.finish().first);
}

TEST(JudgeSample, finds_exactly_the_sampled_differences) {
  for_each_problem(corner_layers(), [](const Problem& problem) {
    for (const Geometry& geometry : {Geometry{4, 4, 16, 16}, Geometry{3, 5, 2, 6}}) {
      for (bool exact : {false, true}) judge_spoilt_machine(problem, geometry, exact);
    }
  });
}

class SampleFaults : public testing::Test {
 protected:
  SampleFaults()
      : layer_(random_layer("", conv_shape({1, 20}, {3, 4}, 6, {2, 2}, {1, 1}, {1, 0}), 21, 0.5)),
        problem_(layer_.problem(Operation::forward, SparseOperand::activations)) {
    for (const NaivePass& pass : naive_passes(problem_, {})) {
      records.push_back(run_pass(pass, problem_, {}));
    }
  }

  Verdict judge(const Sample& asked) {
    Judge judge(problem_, {}, false, asked);
    for (const PassRecord& record : records) judge.judge(record);
    return judge.finish();
  }

  void drop_a_pair(std::vector<StreamPlace>& slots) {
    *std::find_if(slots.begin(), slots.end(), [](StreamPlace p) { return p != idle_slot; }) =
        idle_slot;
  }

  /// Outputs are [m][12 positions]; pass 2 has positions 4 to 7 of filters 0 to 3.
  const Sample sample{5, 12 + 5, 24 + 6};
  std::vector<PassRecord> records;
  const Problem& problem() const { return problem_; }

 private:
  Layer layer_;
  Problem problem_;
};

TEST_F(SampleFaults, unsampled_passes_may_be_missing_wrong_or_come_twice) {
  records[0].slots.clear();
  records[1].outputs.clear();
  records[3].tile = 9;
  records.push_back(records[4]);
  records.erase(records.begin() + 5);
  const Verdict verdict = judge(sample);
  EXPECT_EQ(verdict.checked, 3u);
  EXPECT_EQ(verdict.mismatches, 0u) << verdict.first;
}

TEST_F(SampleFaults, a_missing_pass) {
  records.erase(records.begin() + 2);
  EXPECT_EQ(judge(sample).mismatches, 3u);
  EXPECT_EQ(judge(sample).checked, 0u);
  EXPECT_EQ(judge(sample).first, "pass 2: never came");
}

TEST_F(SampleFaults, a_duplicate_pass) {
  records.push_back(records[2]);
  records.push_back(records[2]);
  EXPECT_EQ(judge(sample).mismatches, 3u);
  EXPECT_EQ(judge(sample).checked, 3u);
  EXPECT_EQ(judge(sample).first, "pass 2: came a second time");
}

TEST_F(SampleFaults, another_tile) {
  records[2].tile = 3;
  EXPECT_EQ(judge(sample).mismatches, 3u);
}

TEST_F(SampleFaults, no_outputs) {
  records[2].outputs.clear();
  EXPECT_EQ(judge(sample).mismatches, 3u);
}

TEST_F(SampleFaults, a_schedule_of_a_sampled_row_only) {
  drop_a_pair(records[2].slots[0]);  // position 4, not sampled
  EXPECT_EQ(judge(sample).mismatches, 0u);
  drop_a_pair(records[2].slots[2]);  // position 6
  const Verdict verdict = judge(sample);
  EXPECT_EQ(verdict.mismatches, 3u);
  EXPECT_THAT(verdict.first, HasSubstr("pass 2: row 2, stream row"));
}

TEST_F(SampleFaults, a_pass_that_does_not_exist) {
  records.push_back(records[0]);
  records.back().pass = 6;
  EXPECT_EQ(judge(sample).mismatches, 1u);
}

TEST_F(SampleFaults, an_empty_sample_has_nothing_to_check) {
  EXPECT_EQ(judge({}).checked, 0u);
  EXPECT_EQ(judge({}).mismatches, 0u);
}

TEST_F(SampleFaults, a_sample_out_of_order_or_range_is_refused) {
  for (const Sample& wrong : {Sample{-1}, Sample{72}, Sample{3, 3}, Sample{4, 3}}) {
    EXPECT_THROW(Judge(problem(), {}, false, wrong), std::invalid_argument);
  }
}

/// 2^40 outputs in 2^36 passes: whatever grows with them would not fit.
TEST(JudgeSample, memory_goes_with_the_sample) {
  Problem problem;
  problem.shape = dense_shape(std::int64_t{1} << 20, 1, std::int64_t{1} << 20);
  const std::vector<float> ones(std::size_t{1} << 20, 1.0f);
  problem.activations = problem.weights = ones.data();
  const std::int64_t last = output_count(problem) - 1;
  Judge judge(problem, {}, false, Sample{last});
  PassRecord record;
  record.pass = judge.pass_count() - 1;
  record.tile = static_cast<unsigned>(record.pass % 16);
  record.slots.assign(4, std::vector<StreamPlace>(16, idle_slot));
  for (auto& slots : record.slots) slots[0] = 0;
  record.outputs.assign(16, 1.0f);
  judge.judge(record);
  EXPECT_EQ(judge.finish().checked, 1u);
  EXPECT_EQ(judge.finish().mismatches, 0u) << judge.finish().first;
}

}  // namespace
}  // namespace tensordash::golden_testing
