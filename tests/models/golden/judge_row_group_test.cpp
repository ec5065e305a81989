#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "models/golden/golden.h"
#include "tests/models/golden/bits.h"
#include "tests/models/golden/every_problem.h"
#include "tests/models/golden/naive_machine.h"
#include "tests/models/golden/naive_row_groups.h"

/// Row groups at once, and several threads: the verdict is that of pass by pass on one thread.
namespace tensordash::golden_testing {
namespace {

using golden::Geometry;
using golden::Judge;
using golden::Problem;
using golden::Sidedness;
using golden::Verdict;
using testing::HasSubstr;

constexpr Geometry geometries[] = {{4, 4, 16, 16}, {3, 5, 2, 6}, {2, 1, 3, 16}};

void expect_same(const Verdict& got, const Verdict& expected) {
  EXPECT_EQ(got.checked, expected.checked);
  EXPECT_EQ(got.mismatches, expected.mismatches);
  EXPECT_EQ(got.first, expected.first);
}

/// A machine's records with some of them spoilt, as passes and as row groups.
struct SpoiltRun {
  SpoiltRun(const Problem& of, const Geometry& on, unsigned seed) : problem(of), geometry(on) {
    std::mt19937 random(seed);
    const std::vector<NaivePass> naive = naive_passes(problem, geometry);
    for (const NaivePass& pass : naive) {
      passes.push_back(run_pass(pass, problem, geometry));
      if (random() % 4 != 0) continue;
      for (int k = 0; k < 3; ++k) passes.back().outputs[random() % passes.back().outputs.size()]++;
    }
    groups = row_groups(naive, passes);
  }

  template <typename Records, typename JudgeOne>
  Verdict judge(const Records& records, bool exact, unsigned threads, JudgeOne judge_one) const {
    Judge judge(problem, geometry, exact);
    std::vector<std::thread> running;
    for (unsigned t = 0; t < threads; ++t) {
      running.emplace_back([&, t] {
        for (std::size_t k = t; k < records.size(); k += threads) judge_one(judge, records[k]);
      });
    }
    for (std::thread& thread : running) thread.join();
    const Verdict verdict = judge.finish();
    outputs = judge.outputs();
    return verdict;
  }

  Verdict judge_passes(bool exact, unsigned threads = 1) const {
    return judge(passes, exact, threads,
                 [](Judge& judge, const PassRecord& record) { judge.judge(record); });
  }
  Verdict judge_groups(bool exact, unsigned threads = 1) const {
    return judge(groups, exact, threads,
                 [](Judge& judge, const RowGroupRecord& record) { judge.judge_row_group(record); });
  }

  Problem problem;
  Geometry geometry;
  std::vector<PassRecord> passes;
  std::vector<RowGroupRecord> groups;
  mutable std::vector<float> outputs;
};

TEST(JudgeRowGroup, equals_pass_by_pass) {
  for_each_problem(corner_layers(), [](const Problem& problem) {
    for (const Geometry& geometry : geometries) {
      if (problem.sidedness == Sidedness::two_sided) continue;
      const SpoiltRun run(problem, geometry, 7);
      for (bool exact : {false, true}) {
        const Verdict by_pass = run.judge_passes(exact);
        const auto kept = bits_of(run.outputs);
        expect_same(run.judge_groups(exact), by_pass);
        EXPECT_EQ(bits_of(run.outputs), kept);
      }
    }
  });
}

TEST(JudgeRowGroup, threads_agree) {
  const Layer layer =
      random_layer("", conv_shape({2, 40}, {6, 7}, 38, {3, 3}, {1, 1}, {1, 1}), 5, 0.4);
  for (Sidedness sidedness : all_sides) {
    const SpoiltRun run(layer.problem(Operation::forward, SparseOperand::activations, sidedness),
                        {4, 4, 16, 16}, 9);
    for (bool exact : {false, true}) {
      const Verdict one = run.judge_passes(exact);
      EXPECT_GT(one.mismatches, 0u);
      for (unsigned threads : {2u, 4u}) {
        expect_same(run.judge_passes(exact, threads), one);
        if (sidedness == Sidedness::two_sided) continue;
        expect_same(run.judge_groups(exact, threads), one);
      }
    }
  }
}

TEST(JudgeRowGroup, one_column_a_tile_may_be_two_sided) {
  Layer layer = random_layer("", conv_shape({1, 20}, {3, 3}, 3, {2, 2}), 5, 0.5);
  // Without a zero among the weights all columns have the same candidates; with one they have not.
  for (float& weight : layer.weights) weight = weight == 0.0f ? 1.0f : weight;
  const SpoiltRun same(
      layer.problem(Operation::forward, SparseOperand::activations, Sidedness::two_sided),
      {2, 1, 3, 16}, 9);
  expect_same(same.judge_groups(false), same.judge_passes(false));
  for (std::size_t k = 0; k < layer.weights.size() / 3; ++k) layer.weights[k] = 0.0f;
  EXPECT_THAT(same.judge_groups(false).first, HasSubstr("not a candidate"));
}

class RowGroupFaults : public testing::Test {
 protected:
  RowGroupFaults()
      : layer_(random_layer("", conv_shape({1, 20}, {3, 4}, 6, {2, 2}, {1, 1}, {1, 0}), 21, 0.5)),
        problem_(layer_.problem(Operation::forward, SparseOperand::activations)) {
    const std::vector<NaivePass> naive = naive_passes(problem_, geometry_);
    for (const NaivePass& pass : naive) passes.push_back(run_pass(pass, problem_, geometry_));
    groups = row_groups(naive, passes);
  }

  Verdict judge() {
    Judge judge(problem_, geometry_, false);
    for (const RowGroupRecord& group : groups) judge.judge_row_group(group);
    return judge.finish();
  }

  /// Row group 1 of three: 24 outputs in passes 2 and 3.
  void expect_condemned(const std::string& message) {
    const Verdict verdict = judge();
    EXPECT_EQ(verdict.mismatches, 24u);
    EXPECT_EQ(verdict.checked, 72u);
    EXPECT_THAT(verdict.first, HasSubstr("pass 2: " + message));
  }

  std::vector<PassRecord> passes;
  std::vector<RowGroupRecord> groups;

 private:
  Layer layer_;
  Problem problem_;
  Geometry geometry_;
};

TEST_F(RowGroupFaults, none) {
  EXPECT_EQ(judge().mismatches, 0u);
}

TEST_F(RowGroupFaults, a_pair_dropped) {
  auto& slots = groups[1].slots[2];
  for (std::size_t k = 0;; ++k) {
    if (slots[k] == idle_slot) continue;
    slots[k] = idle_slot;
    break;
  }
  expect_condemned("row 2, stream row");
}

TEST_F(RowGroupFaults, a_scheduler_missing) {
  groups[1].slots.pop_back();
  expect_condemned("schedules of 3 schedulers, expected 4");
}

TEST_F(RowGroupFaults, an_output_missing) {
  groups[1].outputs.pop_back();
  expect_condemned("23 outputs, expected 24");
}

TEST_F(RowGroupFaults, another_number_of_column_groups) {
  groups[1].column_groups = 1;
  expect_condemned("in a record of 1 column groups from pass 2, expected 2 from 2");
}

TEST_F(RowGroupFaults, not_the_start_of_a_row_group) {
  ++groups[1].first_pass;
  expect_condemned("in a record of 2 column groups from pass 3, expected 2 from 2");
}

TEST_F(RowGroupFaults, a_wrong_output_is_told_with_its_own_pass) {
  groups[1].outputs[6 + 5] += 1.0f;  // row 1 of the group, filter 5
  const Verdict verdict = judge();
  EXPECT_EQ(verdict.mismatches, 1u);
  EXPECT_THAT(verdict.first, HasSubstr("pass 3, O[n=0, m=5, p=1, q=2]"));
}

TEST_F(RowGroupFaults, twice) {
  groups.push_back(groups[1]);
  expect_condemned("came a second time");
}

TEST_F(RowGroupFaults, missing) {
  groups.erase(groups.begin() + 1);
  EXPECT_EQ(judge().mismatches, 24u);
  EXPECT_EQ(judge().first, "pass 2: never came");
}

TEST_F(RowGroupFaults, unknown) {
  groups.push_back(groups[1]);
  groups.back().first_pass = 6;
  EXPECT_EQ(judge().mismatches, 1u);
  EXPECT_THAT(judge().first, HasSubstr("the operation has only"));
}

}  // namespace
}  // namespace tensordash::golden_testing
