#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>
#include <string>

#include "models/golden/golden.h"
#include "tests/models/golden/bits.h"
#include "tests/models/golden/naive_machine.h"

/// What the judge must notice: every way in which a record can be wrong.
namespace tensordash::golden_testing {
namespace {

using golden::exact_outputs;
using golden::Geometry;
using golden::Judge;
using golden::output_count;
using golden::Problem;
using golden::Sidedness;
using golden::Verdict;
using testing::HasSubstr;

/// A run of one layer whose records can be spoilt before they are judged.
class MachineRun {
 public:
  explicit MachineRun(Sidedness sidedness)
      : layer_(random_layer("", conv_shape({1, 20}, {3, 4}, 6, {2, 2}, {1, 1}, {1, 0}), 21, 0.5)),
        problem_(layer_.problem(Operation::forward, SparseOperand::activations, sidedness)),
        passes_(naive_passes(problem_, geometry_)) {
    for (const NaivePass& pass : passes_) records.push_back(run_pass(pass, problem_, geometry_));
  }

  /// 12 outputs a filter, 6 filters: passes of 4 x 4, 4 x 2 outputs alternate.
  Verdict judge(bool exact = false) {
    Judge judge(problem_, geometry_, exact);
    for (const PassRecord& record : records) judge.judge(record);
    return judge.finish();
  }

  const NaivePass& pass(std::size_t id) const { return passes_[id]; }
  const Problem& problem() const { return problem_; }

  std::vector<PassRecord> records;

 private:
  Geometry geometry_;
  Layer layer_;
  Problem problem_;
  std::vector<NaivePass> passes_;
};

constexpr std::size_t spoilt = 2;  // the pass that is spoilt: 16 outputs
constexpr std::uint64_t outputs_of_spoilt = 16;

std::size_t first_taken(const std::vector<StreamPlace>& slots, std::size_t from = 0) {
  while (slots[from] == idle_slot) ++from;
  return from;
}

std::size_t first_idle(const std::vector<StreamPlace>& slots, std::size_t from = 0) {
  while (slots[from] != idle_slot) ++from;
  return from;
}

/// Gives an idle lane a place that was taken before and whose row has not drained yet.
void take_one_twice(std::vector<StreamPlace>& slots) {
  for (std::size_t idle = first_idle(slots);; idle = first_idle(slots, idle + 1)) {
    for (std::size_t earlier = 0; earlier < idle; ++earlier) {
      if (slots[earlier] < static_cast<StreamPlace>(idle / 16 * 16)) continue;
      slots[idle] = slots[earlier];
      return;
    }
  }
}

struct Fault {
  std::string name;
  std::function<void(PassRecord&, const NaivePass&)> spoil;
  std::string message;
};

void expect_noticed(Sidedness sidedness, const Fault& fault) {
  SCOPED_TRACE(fault.name + ", sides " + std::to_string(static_cast<int>(sidedness)));
  MachineRun run(sidedness);
  ASSERT_EQ(run.judge().mismatches, 0u);
  fault.spoil(run.records[spoilt], run.pass(spoilt));
  const Verdict verdict = run.judge();
  EXPECT_EQ(verdict.mismatches, outputs_of_spoilt);
  EXPECT_EQ(verdict.checked, static_cast<std::uint64_t>(output_count(run.problem())));
  EXPECT_THAT(verdict.first, HasSubstr("pass 2"));
  EXPECT_THAT(verdict.first, HasSubstr(fault.message));
}

const std::vector<Fault>& sparse_faults() {
  static const std::vector<Fault> faults{
      {"a pair dropped",
       [](PassRecord& record, const NaivePass&) {
         record.slots[1][first_taken(record.slots[1])] = idle_slot;
       },
       "never taken"},
      {"the last pair dropped",
       [](PassRecord& record, const NaivePass&) {
         auto& slots = record.slots.front();
         auto last = slots.end();
         while (*--last == idle_slot) {
         }
         *last = idle_slot;
       },
       "never taken"},
      {"a pair taken twice",
       [](PassRecord& record, const NaivePass&) { take_one_twice(record.slots[0]); },
       "a second time"},
      {"a pair taken in place of another",
       [](PassRecord& record, const NaivePass&) {
         auto& slots = record.slots[0];
         const std::size_t first = first_taken(slots);
         slots[first_taken(slots, first + 1)] = slots[first];
       },
       "a second time"},
      {"a zero taken",
       [](PassRecord& record, const NaivePass& pass) {
         auto& slots = record.slots[0];
         const std::size_t idle = first_idle(slots);
         std::size_t zero = idle / 16 * 16;
         while (pass.b[0][zero] != 0.0f) ++zero;
         slots[idle] = static_cast<StreamPlace>(zero);
       },
       "not a candidate"},
      {"a place past the end",
       [](PassRecord& record, const NaivePass& pass) {
         auto& slots = record.slots[0];
         slots[first_idle(slots)] = static_cast<StreamPlace>(pass.b[0].size());
       },
       "outside"},
      {"a place below idle", [](PassRecord& record, const NaivePass&) { record.slots[0][3] = -2; },
       "outside"},
      {"a row taken after it drained",
       [](PassRecord& record, const NaivePass&) {
         auto& slots = record.slots[0];
         std::size_t first = first_taken(slots);
         while (slots[first] >= 16) first = first_taken(slots, first + 1);
         slots[first_idle(slots, 16)] = slots[first];
         slots[first] = idle_slot;
       },
       "has drained"},
      {"more steps than stream rows",
       [](PassRecord& record, const NaivePass& pass) {
         record.slots[0].resize((pass.stream_rows + 1) * 16, idle_slot);
       },
       "steps for"},
      {"part of a step",
       [](PassRecord& record, const NaivePass&) { record.slots[0].push_back(idle_slot); },
       "whole number of steps"},
  };
  return faults;
}

const std::vector<Fault>& dense_faults() {
  static const std::vector<Fault> faults{
      {"a place left out",
       [](PassRecord& record, const NaivePass&) { record.slots[0][5] = idle_slot; },
       "row 0, step 0, lane 5"},
      {"two lanes swapped",
       [](PassRecord& record, const NaivePass&) {
         std::swap(record.slots[3][40], record.slots[3][41]);
       },
       "row 3, step 2, lane 8"},
      {"the last step missing",
       [](PassRecord& record, const NaivePass&) {
         record.slots[0].resize(record.slots[0].size() - 16);
       },
       "steps for"},
      {"a step too many",
       [](PassRecord& record, const NaivePass&) {
         record.slots[0].resize(record.slots[0].size() + 16, idle_slot);
       },
       "steps for"},
      {"part of a step", [](PassRecord& record, const NaivePass&) { record.slots[0].pop_back(); },
       "whole number of steps"},
  };
  return faults;
}

const std::vector<Fault>& faults_of_any_machine() {
  static const std::vector<Fault> faults{
      {"another tile", [](PassRecord& record, const NaivePass&) { record.tile = 3; },
       "ran on tile 3, belongs to tile 2"},
      {"a scheduler missing", [](PassRecord& record, const NaivePass&) { record.slots.pop_back(); },
       "schedulers"},
      {"a scheduler too many",
       [](PassRecord& record, const NaivePass&) { record.slots.push_back(record.slots[0]); },
       "schedulers"},
      {"another number of schedulers a row",
       [](PassRecord& record, const NaivePass&) { record.schedulers_a_row = 2; },
       "2 schedulers a row"},
      {"an output missing", [](PassRecord& record, const NaivePass&) { record.outputs.pop_back(); },
       "15 outputs, expected 16"},
      {"no output", [](PassRecord& record, const NaivePass&) { record.outputs.clear(); },
       "0 outputs, expected 16"},
  };
  return faults;
}

TEST(JudgeFaults, are_noticed_in_sparse_schedules) {
  for (const Fault& fault : sparse_faults()) {
    expect_noticed(Sidedness::one_sided, fault);
    expect_noticed(Sidedness::two_sided, fault);
  }
}

TEST(JudgeFaults, are_noticed_in_the_dense_baseline) {
  for (const Fault& fault : dense_faults()) expect_noticed(Sidedness::none, fault);
}

TEST(JudgeFaults, are_noticed_in_any_machine) {
  for (const Fault& fault : faults_of_any_machine()) {
    for (Sidedness side : {Sidedness::none, Sidedness::one_sided, Sidedness::two_sided}) {
      expect_noticed(side, fault);
    }
  }
}

TEST(JudgeFaults, a_schedule_of_another_sidedness) {
  for (Sidedness judged : {Sidedness::none, Sidedness::one_sided, Sidedness::two_sided}) {
    for (Sidedness ran : {Sidedness::none, Sidedness::one_sided, Sidedness::two_sided}) {
      MachineRun judging(judged), running(ran);
      judging.records = running.records;
      EXPECT_EQ(judging.judge().mismatches == 0, judged == ran);
    }
  }
}

TEST(JudgeFaults, a_pair_whose_dense_value_is_zero_is_no_two_sided_candidate) {
  const Layer layer{"", dense_shape(1, 2, 1), {3, 5}, {2, 0}, {}};
  const Geometry geometry{1, 1, 1, 16};
  for (Sidedness sidedness : {Sidedness::one_sided, Sidedness::two_sided}) {
    PassRecord record;
    record.slots = {{0, 1}};
    record.slots[0].resize(16, idle_slot);
    record.outputs = {6};
    Judge judge(layer.problem(Operation::forward, SparseOperand::activations, sidedness), geometry,
                false);
    judge.judge(record);
    EXPECT_EQ(judge.finish().mismatches, sidedness == Sidedness::one_sided ? 0u : 1u);
  }
}

TEST(JudgeFaults, a_missing_row_has_nothing_to_take_and_its_output_is_not_compared) {
  const Layer layer{"", dense_shape(1, 1, 1), {3}, {2}, {}};
  const Geometry geometry{2, 2, 1, 16};
  PassRecord record;
  record.slots.assign(2, std::vector<StreamPlace>(16, idle_slot));
  record.slots[0][0] = 0;
  record.outputs = {6, 77, 78, 79};
  const Problem problem = layer.problem(Operation::forward, SparseOperand::activations);
  Judge honest(problem, geometry, false);
  honest.judge(record);
  EXPECT_EQ(honest.finish().mismatches, 0u);

  record.slots[1][0] = 0;
  Judge judge(problem, geometry, false);
  judge.judge(record);
  EXPECT_EQ(judge.finish().mismatches, 1u);
  EXPECT_EQ(judge.finish().first,
            "pass 0: row 1, step 0, lane 0: took stream row 0, lane 0, which is not a candidate");
}

TEST(JudgeFaults, the_lowest_bit_of_any_output) {
  for (bool exact : {false, true}) {
    for (std::size_t pe = 0; pe < 16; ++pe) {
      MachineRun run(Sidedness::one_sided);
      const std::uint64_t before = run.judge(exact).mismatches;
      float& output = run.records[spoilt].outputs[pe];
      if (exact) {  // start from what is right
        output = exact_outputs(
            run.problem())[static_cast<std::size_t>(run.pass(spoilt).output[pe / 4][pe % 4])];
        const std::uint64_t right = run.judge(true).mismatches;
        output = float_of(bits_of(output) ^ 1u);
        EXPECT_EQ(run.judge(true).mismatches, right + 1);
      } else {
        output = float_of(bits_of(output) ^ 1u);
        EXPECT_EQ(run.judge(false).mismatches, before + 1);
      }
    }
  }
}

TEST(JudgeFaults, a_difference_is_told_with_place_value_and_bits) {
  const Layer layer{"", conv_shape({1, 1}, {2, 3}, 2, {1, 1}), {1, 2, 3, 4, 5, 6}, {1, 10}, {}};
  const Geometry geometry{2, 2, 3, 16};
  const Problem problem = layer.problem(Operation::forward, SparseOperand::activations);
  Judge judge(problem, geometry, false);
  for (const NaivePass& pass : naive_passes(problem, geometry)) {
    PassRecord record = run_pass(pass, problem, geometry);
    if (pass.id == 2) record.outputs[3] = 60.5f;
    judge.judge(record);
  }
  EXPECT_EQ(judge.finish().first,
            "pass 2, O[n=0, m=1, p=1, q=2]: expected 60 (0x42700000), got 60.5 (0x42720000)");
  EXPECT_EQ(judge.finish().mismatches, 1u);
}

TEST(JudgeFaults, names_outputs_of_each_operation) {
  const Layer conv = random_layer("", conv_shape({1, 2}, {1, 2}, 2, {1, 2}), 1, 0.0);
  const Layer dense = random_layer("", dense_shape(2, 2, 2), 1, 0.0);
  const auto first = [](const Problem& problem) {
    const Geometry geometry{16, 16, 1, 16};
    Judge judge(problem, geometry, false);
    PassRecord record = run_pass(naive_passes(problem, geometry)[0], problem, geometry);
    record.outputs[1] = -record.outputs[1];
    judge.judge(record);
    return judge.finish().first;
  };
  const auto gradients = SparseOperand::gradients;
  EXPECT_THAT(first(conv.problem(Operation::backward_data, gradients)),
              HasSubstr("GA[n=0, c=1, h=0, w=0]"));
  EXPECT_THAT(first(conv.problem(Operation::backward_weights, gradients)),
              HasSubstr("GW[m=0, c=0, r=0, s=1]"));
  EXPECT_THAT(first(dense.problem(Operation::forward, gradients)), HasSubstr("O[n=0, m=1]"));
  EXPECT_THAT(first(dense.problem(Operation::backward_data, gradients)), HasSubstr("GA[n=0, c=1]"));
  EXPECT_THAT(first(dense.problem(Operation::backward_weights, gradients)),
              HasSubstr("GW[m=0, c=1]"));
}

TEST(JudgeFaults, lanes_that_change_places_change_the_sum) {
  const Layer layer{"", dense_shape(1, 4, 1), {0x1p24f, 1, -0x1p24f, 1}, {1, 1, 1, 1}, {}};
  const Geometry geometry{1, 1, 1, 16};
  const Problem problem = layer.problem(Operation::forward, SparseOperand::activations);
  const auto mismatches = [&](const std::vector<StreamPlace>& lanes, float output, bool exact) {
    PassRecord record;
    record.slots = {lanes};
    record.slots[0].resize(16, idle_slot);
    record.outputs = {output};
    Judge judge(problem, geometry, exact);
    judge.judge(record);
    return judge.finish().mismatches;
  };
  // (2^24 + 1 = 2^24) + (-2^24 + 1) = 1, but (2^24 - 2^24) + (1 + 1) = 2.
  EXPECT_EQ(mismatches({0, 1, 2, 3}, 1, false), 0u);
  EXPECT_EQ(mismatches({0, 1, 2, 3}, 2, false), 1u);
  EXPECT_EQ(mismatches({0, 2, 1, 3}, 1, false), 1u);
  EXPECT_EQ(mismatches({0, 2, 1, 3}, 2, false), 0u);
  // Exact sums know no order.
  EXPECT_EQ(mismatches({0, 1, 2, 3}, 2, true), 0u);
  EXPECT_EQ(mismatches({0, 2, 1, 3}, 2, true), 0u);
  EXPECT_EQ(mismatches({0, 2, 1, 3}, 1, true), 1u);
}

TEST(JudgeFaults, bits_matter_more_than_values) {
  const Layer zero{"", dense_shape(1, 1, 1), {0}, {2}, {}};
  const Layer not_a_number{"", dense_shape(1, 1, 1), {float_of(0x7fc00000)}, {2}, {}};
  const Geometry geometry{1, 1, 1, 16};
  const auto mismatches = [&](const Layer& layer, std::uint32_t bits, bool exact) {
    const Problem problem = layer.problem(Operation::forward, SparseOperand::activations);
    PassRecord record = run_pass(naive_passes(problem, geometry)[0], problem, geometry);
    record.outputs = {float_of(bits)};
    Judge judge(problem, geometry, exact);
    judge.judge(record);
    return judge.finish().mismatches;
  };
  for (bool exact : {false, true}) {
    EXPECT_EQ(mismatches(zero, 0u, exact), 0u);
    EXPECT_EQ(mismatches(zero, 0x80000000u, exact), 1u);
    EXPECT_EQ(mismatches(not_a_number, 0x7fc00000u, exact), 0u);
    EXPECT_EQ(mismatches(not_a_number, 0xffc00000u, exact), 1u);
    EXPECT_EQ(mismatches(not_a_number, 0x7fc00001u, exact), 1u);
  }
}

TEST(JudgeFaults, passes_that_change_ids) {
  MachineRun run(Sidedness::one_sided);
  run.records[0].pass = 1;
  run.records[0].tile = 1;
  run.records[1].pass = 0;
  run.records[1].tile = 0;
  EXPECT_EQ(run.judge().mismatches, 24u);
}

TEST(JudgeFaults, a_missing_pass) {
  MachineRun run(Sidedness::one_sided);
  const auto all = static_cast<std::uint64_t>(output_count(run.problem()));
  run.records.erase(run.records.begin() + spoilt);
  const Verdict verdict = run.judge();
  EXPECT_EQ(verdict.mismatches, 16u);
  EXPECT_EQ(verdict.checked, all - 16);
  EXPECT_EQ(verdict.first, "pass 2: never came");
}

TEST(JudgeFaults, a_duplicated_pass) {
  MachineRun run(Sidedness::one_sided);
  const PassRecord again = run.records[spoilt];
  run.records.push_back(again);
  run.records.push_back(again);
  const Verdict verdict = run.judge();
  EXPECT_EQ(verdict.mismatches, 16u) << "each output once";
  EXPECT_EQ(verdict.checked, static_cast<std::uint64_t>(output_count(run.problem())));
  EXPECT_EQ(verdict.first, "pass 2: came a second time");
}

TEST(JudgeFaults, an_output_that_differs_in_a_pass_that_comes_twice_counts_once) {
  MachineRun run(Sidedness::one_sided);
  run.records[spoilt].outputs[0] += 1.0f;
  const PassRecord again = run.records[spoilt];
  run.records.push_back(again);
  EXPECT_EQ(run.judge().mismatches, 16u);
}

TEST(JudgeFaults, a_pass_that_does_not_exist) {
  MachineRun run(Sidedness::one_sided);
  PassRecord extra = run.records[0];
  extra.pass = run.records.size();
  run.records.push_back(extra);
  const Verdict verdict = run.judge();
  EXPECT_EQ(verdict.mismatches, 1u);
  EXPECT_THAT(verdict.first, HasSubstr("the operation has only"));
}

TEST(JudgeFaults, nothing_came_at_all) {
  MachineRun run(Sidedness::one_sided);
  run.records.clear();
  const Verdict verdict = run.judge();
  EXPECT_EQ(verdict.mismatches, static_cast<std::uint64_t>(output_count(run.problem())));
  EXPECT_EQ(verdict.checked, 0u);
}

TEST(JudgeFaults, misuse_is_refused) {
  const Layer layer = random_layer("", dense_shape(1, 1, 1), 1, 0.0);
  const Problem problem = layer.problem(Operation::forward, SparseOperand::activations);
  for (const Geometry& geometry :
       {Geometry{0, 1, 1, 1}, {1, 0, 1, 1}, {1, 1, 0, 1}, {1, 1, 1, 0}}) {
    EXPECT_THROW(Judge(problem, geometry, false), std::invalid_argument);
  }
  EXPECT_THROW(Judge(Problem{}, Geometry{}, false), std::invalid_argument);
  Judge judge(problem, Geometry{}, false);
  judge.finish();
  EXPECT_THROW(judge.judge(PassRecord{}), std::logic_error);

  Problem endless = problem;
  endless.shape = dense_shape(1, std::int64_t{1} << 32, 1);
  EXPECT_THROW(Judge(endless, Geometry{}, false), std::invalid_argument);
}

}  // namespace
}  // namespace tensordash::golden_testing
