// Tiles whose rows come late. What they do, in which order and with which result, is what they do
// with ideal memory; only the clocks at which they do it are others, and the test works those out
// from the schedule of the ideal run and from when each row came.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/hw/array/late_array_test.h"

namespace tensordash {
namespace {

struct Structure {
  const char* name;
  Sparsity sparsity;
  bool bypassed;
};

constexpr Structure structures[] = {{"one_sided", Sparsity::one_sided, false},
                                    {"two_sided", Sparsity::two_sided, false},
                                    {"bypassed", Sparsity::one_sided, true},
                                    {"two_sided_bypassed", Sparsity::two_sided, true},
                                    {"dense", Sparsity::none, true}};

const LateMemory memories[] = {{"in_time", {}, {}},
                               {"late_b", {0.6, 3, 0, 0}, {}},
                               {"late_a", {}, {0.6, 3, 0, 0}},
                               {"both_late", {0.4, 4, 0, 0}, {0.5, 3, 0, 0}},
                               {"late_passes", {0, 1, 0, 30}, {0, 1, 0, 30}},
                               {"long_waits", {0.1, 1, 0.02, 0}, {0.1, 2, 0.02, 5}}};

std::vector<ObservedPass> passes_of_tile(const ObservedOperation& operation, unsigned tile) {
  std::vector<ObservedPass> passes;
  for (const ObservedPass& pass : operation.passes) {
    if (pass.tile == tile) passes.push_back(pass);
  }
  return passes;
}

/// A tile clock by clock: its state in every clock, and the clocks of its results.
struct Timeline {
  std::vector<TileState> states;  ///< before edge 1, 2, ...
  std::vector<std::uint64_t> results;

  void wait_until(std::uint64_t edge) {
    while (states.size() + 1 < edge) states.push_back(TileState::stalled);
  }
  std::uint64_t count(TileState state) const {
    return static_cast<std::uint64_t>(std::count(states.begin(), states.end(), state));
  }
};

// The steps of an ideal run, each at the first edge at which all rows have come that enter then.
Timeline expected_timeline(const std::vector<ObservedPass>& passes,
                           const std::vector<TileState>& ideal_states, const ListedPasses& source,
                           const TileArrivals& arrivals, std::uint64_t depth) {
  Timeline timeline;
  if (passes.empty()) return timeline;
  const auto rows_of = [&](std::size_t pass) {
    return source.written(passes[pass].id).stream_rows;
  };
  const auto first_rows = [&](std::size_t pass) {
    return pass < passes.size() ? arrivals[pass].all_there(0, std::min(depth, rows_of(pass))) : 0;
  };
  timeline.wait_until(first_rows(0));
  timeline.states.push_back(TileState::idle);
  std::size_t step_number = 0;
  for (std::size_t pass = 0; pass < passes.size(); ++pass) {
    const std::uint64_t rows = rows_of(pass);
    std::uint64_t entered = std::min(depth, rows);
    std::uint64_t left = 0;
    for (const ObservedStep& step : passes[pass].steps) {
      left += step.advance[0];
      const std::uint64_t enter_to = std::min(rows, left + depth);
      timeline.wait_until(left < rows ? arrivals[pass].all_there(entered, enter_to)
                                      : first_rows(pass + 1));
      entered = enter_to;
      timeline.states.push_back(ideal_states.at(1 + step_number));
      ++step_number;
    }
    timeline.results.push_back(timeline.states.size() + 3);  // product, tree, accumulator
  }
  return timeline;
}

void expect_same_pass(const ObservedPass& found, const ObservedPass& ideal) {
  SCOPED_TRACE("pass " + std::to_string(ideal.id));
  EXPECT_EQ(found.id, ideal.id);
  EXPECT_EQ(found.totals, ideal.totals);
  ASSERT_EQ(found.steps.size(), ideal.steps.size());
  for (std::size_t step = 0; step < ideal.steps.size(); ++step) {
    EXPECT_EQ(found.steps[step].selects, ideal.steps[step].selects) << "step " << step;
    EXPECT_EQ(found.steps[step].advance, ideal.steps[step].advance) << "step " << step;
  }
}

using Parameter = std::tuple<Structure, LateMemory, unsigned>;

class RandomStallTest : public LateArrayTest, public ::testing::WithParamInterface<Parameter> {
 protected:
  void expect_same_but_late(const ObservedOperation& found, const ObservedOperation& ideal,
                            const ListedPasses& source, const std::vector<TileArrivals>& arrivals) {
    std::uint64_t last_result = 4;  // an operation without a pass
    for (unsigned number = 0; number < late->tiles(); ++number) {
      SCOPED_TRACE("tile " + std::to_string(number));
      const std::vector<ObservedPass> passes = passes_of_tile(ideal, number);
      const std::vector<ObservedPass> late_passes = passes_of_tile(found, number);
      ASSERT_EQ(late_passes.size(), passes.size());
      Timeline expected = expected_timeline(passes, ideal.states[number], source, arrivals[number],
                                            table().depth());
      for (std::size_t pass = 0; pass < passes.size(); ++pass) {
        expect_same_pass(late_passes[pass], passes[pass]);
        EXPECT_EQ(late_passes[pass].result_clock, expected.results[pass]);
      }
      const std::uint64_t stalls = expected.count(TileState::stalled);
      all_stalls_ += stalls;
      EXPECT_EQ(found.stalls[number], stalls);
      EXPECT_EQ(late->counter().tile_stalls()[number], stalls);
      EXPECT_EQ(found.steps[number], ideal.steps[number]);
      EXPECT_EQ(late->counter().tile_steps()[number], ideal.steps[number]);
      if (!passes.empty()) {
        EXPECT_EQ(expected.results.back(), ideal.steps[number] + stalls + 4);
        last_result = std::max(last_result, expected.results.back());
      }
      expected.states.resize(found.states[number].size(), TileState::idle);
      EXPECT_EQ(found.states[number], expected.states);
    }
    EXPECT_EQ(found.cycles, last_result);
  }

  std::uint64_t all_stalls_ = 0;
};

TEST_P(RandomStallTest, DoesTheSameLater) {
  const auto& [structure, memory, depth] = GetParam();
  const unsigned lanes = depth == 3 ? 16 : 4;
  const bool in_time = std::string(memory.name) == "in_time";
  random.seed(depth);
  TileParameters parameters;
  parameters.rows = 1 + below(4);
  parameters.columns = 1 + below(3);
  parameters.sparsity = structure.sparsity;
  parameters.accumulation = below(2) == 0 ? Accumulation::fp32 : Accumulation::exact;
  build_both(1 + below(3), parameters, Connectivity::named("paper", lanes, depth));
  for (unsigned operation = 0; operation < 3; ++operation) {
    SCOPED_TRACE("operation " + std::to_string(operation));
    std::vector<WrittenPass> passes;
    const unsigned most_rows = operation == 0 ? 4 : 24;
    for (unsigned count = below(10); count > 0; --count) {
      passes.push_back(random_pass(most_rows, lanes));
    }
    passes.push_back(random_pass(most_rows, lanes));
    ListedPasses source(passes, late->tiles(), tile());
    const std::vector<TileArrivals> arrivals = random_delays(source, memory);
    const ObservedOperation ideal = operate(source, structure.bypassed);
    const ObservedOperation found = operate_late(source, arrivals, structure.bypassed);
    expect_same_but_late(found, ideal, source, arrivals);
    if (in_time) {
      EXPECT_EQ(found.cycles, ideal.cycles);
    }
  }
  EXPECT_EQ(all_stalls_ > 0, !in_time);
}

std::string name_of_stalls(const ::testing::TestParamInfo<Parameter>& instance) {
  const auto& [structure, memory, depth] = instance.param;
  return std::string(structure.name) + "_" + memory.name + "_depth" + std::to_string(depth);
}

INSTANTIATE_TEST_SUITE_P(Memories, RandomStallTest,
                         ::testing::Combine(::testing::ValuesIn(structures),
                                            ::testing::ValuesIn(memories),
                                            ::testing::Values(1U, 3U, 4U)),
                         name_of_stalls);

class StallResetTest : public LateArrayTest {
 protected:
  void start_late(ListedPasses& source, const std::vector<TileArrivals>& arrivals) {
    late->set_work(source, arrivals);
    late_start.write(true);
    tick();
    late_start.write(false);
  }
  void expect_at_rest(std::uint64_t clocks) {
    for (std::uint64_t clock = 0; clock < clocks; ++clock) {
      EXPECT_EQ(late->wires(0).state.read(), TileState::idle);
      EXPECT_FALSE(late->wires(0).result_valid.read());
      EXPECT_FALSE(late_busy.read());
      EXPECT_EQ(late_cycles.read(), 0U);
      tick();
    }
  }
};

// Cut in the wait for the first rows, in the middle of a pass and before its last step; the
// operation afterwards is as on a fresh array.
TEST_F(StallResetTest, AResetEndsAStall) {
  TileParameters parameters;
  parameters.rows = parameters.columns = 2;
  build_both(1, parameters, Connectivity::named("paper", 4, 3));
  constexpr std::uint64_t never = 1000000;
  const std::vector<WrittenPass> passes = {random_pass(1, 4), random_pass(1, 4)};
  std::vector<WrittenPass> long_passes = passes;
  for (WrittenPass& pass : long_passes) {
    pass.stream_rows = 6;
    pass.b.assign(2, std::vector<float>(24, 1.5F));
    pass.a.assign(2, std::vector<float>(24, -2.0F));
  }
  // The row of the first or second pass that never comes.
  for (const std::size_t missing : {0U, 2U, 4U, 5U, 6U, 8U}) {
    SCOPED_TRACE("without row " + std::to_string(missing));
    ListedPasses source(long_passes, 1, tile());
    const PassArrivals in_time{{{0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0}},
                               {{0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0}}};
    std::vector<TileArrivals> arrivals = {{in_time, in_time}};
    std::vector<std::uint64_t>& rows =
        missing % 2 == 0 ? arrivals[0][missing / 6].b[1] : arrivals[0][missing / 6].a[0];
    std::fill(rows.begin() + static_cast<std::ptrdiff_t>(missing % 6), rows.end(), never);
    start_late(source, arrivals);
    for (int clock = 0; clock < 20; ++clock) tick();
    EXPECT_EQ(late->wires(0).state.read(), TileState::stalled);
    EXPECT_TRUE(late_busy.read());
    reset();
    EXPECT_EQ(late->counter().tile_stalls()[0], 0U);
    expect_at_rest(5);
    ListedPasses whole(passes, 1, tile());
    const ObservedOperation ideal = operate(whole);
    const std::vector<TileArrivals> late_a = {{{{{0}, {0}}, {{7}, {0}}}, {{{0}, {0}}, {{7}, {0}}}}};
    const ObservedOperation found = operate_late(whole, late_a, false);
    EXPECT_EQ(found.stalls[0], 6U);
    EXPECT_EQ(found.cycles, ideal.cycles + 6);
    ASSERT_EQ(found.passes.size(), 2U);
    for (std::size_t pass = 0; pass < 2; ++pass) {
      expect_same_pass(found.passes[pass], ideal.passes[pass]);
    }
  }
}

}  // namespace
}  // namespace tensordash
