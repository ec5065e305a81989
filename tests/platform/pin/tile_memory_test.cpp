#include <gtest/gtest.h>

#include "tests/platform/pin/tile_memory_bench.h"

namespace tensordash {
namespace {

/// The clocks of the same operation, counted.
class Counted {
 public:
  Counted(const MemoryCase& the_case, const MemoryRun& run) {
    costs_.reserve(2 * the_case.plan.segments().size());
    for (const Segment& segment : the_case.plan.segments()) {
      for (const Side side : both_sides) {
        costs_.emplace_back(the_case.operand(side), segment, the_case.parameters);
        fetches_[static_cast<std::size_t>(side)].push_back(
            {&segment, &costs_.back(),
             scratchpad_use(segment, side, the_case.parameters, the_case.tiles)});
      }
    }
    TileTimeline::Machine machine{the_case.tiles, the_case.depth, the_case.result_room, &edges};
    timeline = std::make_unique<TileTimeline>(the_case.tile, machine, *the_case.portions, fetches_,
                                              run.paces, the_case.parameters, run.landings);
    for (const Edge edge : run.results_taken) timeline->result_taken(edge);
    timeline->run();
  }

  /// As the pin shows them: the last of an edge, where it changes.
  std::vector<ReleaseEvent> releases(Side side) const {
    std::vector<ReleaseEvent> shown;
    std::uint32_t last = 0;
    for (const ReleaseEvent& event : timeline->fetches(side).releases()) {
      if (event.before == last) continue;
      if (!shown.empty() && shown.back().edge == event.edge) shown.pop_back();
      shown.push_back(event);
      last = event.before;
    }
    return shown;
  }

  std::vector<Edge> edges;
  std::unique_ptr<TileTimeline> timeline;

 private:
  std::vector<FetchCosts> costs_;
  std::array<std::vector<FetchTimeline::SegmentFetch>, 2> fetches_;
};

void expect_same(MemoryCase& the_case, const MemoryRun& run) {
  Counted counted(the_case, run);
  TileTimeline& timeline = *counted.timeline;
  EXPECT_TRUE(timeline.done());
  EXPECT_EQ(run.edges, counted.edges);
  EXPECT_EQ(run.steps, timeline.steps());
  EXPECT_EQ(run.counted.stalls, timeline.stalls());
  std::vector<Edge> results;
  for (const ResultEvent& result : timeline.results()) results.push_back(result.edge);
  ASSERT_EQ(run.pass_ends.size(), results.size());
  for (std::size_t pass = 0; pass < results.size(); ++pass) {
    EXPECT_EQ(run.pass_ends[pass] + TileTimeline::result_latency, results[pass]);
  }
  std::uint64_t writes = 0;
  for (const Side side : both_sides) {
    const auto at = static_cast<std::size_t>(side);
    const FetchTimeline& fetches = timeline.fetches(side);
    EXPECT_EQ(run.counted.sram_reads[at], fetches.sram_reads()) << "side " << at;
    EXPECT_EQ(run.counted.bank_conflicts[at], fetches.conflicts()) << "side " << at;
    writes += fetches.scratchpad_writes();
    const auto releases = counted.releases(side);
    ASSERT_EQ(run.releases[at].size(), releases.size()) << "side " << at;
    for (std::size_t event = 0; event < releases.size(); ++event) {
      EXPECT_EQ(run.releases[at][event].edge, releases[event].edge) << "side " << at;
      EXPECT_EQ(run.releases[at][event].before, releases[event].before) << "side " << at;
    }
  }
  EXPECT_EQ(run.counted.scratchpad_writes, writes);
  EXPECT_EQ(run.counted.scratchpad_reads, timeline.scratchpad_reads());
}

/// Returns the stalls of both operations by cause.
std::array<std::uint64_t, stall_causes> compare(unsigned seed, TileMemoryBench::TileKind kind) {
  std::array<std::uint64_t, stall_causes> stalls{};
  MemoryCase the_case(seed);
  TileMemoryBench bench(the_case, kind);
  // Twice on the same memory: loads and results that take their time, then fast ones.
  for (const unsigned leisure : {the_case.number(0, 60), 0U}) {
    const MemoryRun run = bench.run(leisure);
    if (::testing::Test::HasFatalFailure()) break;
    expect_same(the_case, run);
    for (std::size_t cause = 0; cause < stall_causes; ++cause) {
      stalls[cause] += run.counted.stalls[cause];
    }
  }
  if (::testing::Test::HasFailure()) {
    const MemoryParameters& memory = the_case.parameters;
    ADD_FAILURE() << "seed " << seed << ": " << the_case.the_case << "; tile " << the_case.tile
                  << " of " << the_case.tiles << ", depth " << the_case.depth << ", "
                  << memory.sram_banks << " banks of " << memory.bank_rows() << " rows, "
                  << memory.sram_rows_per_clock << " a clock, scratchpads of "
                  << memory.scratchpad_rows() << " rows in " << memory.scratchpad_banks
                  << " banks, room for " << the_case.result_room << " results";
  }
  bench.finished();
  return stalls;
}

constexpr unsigned cases_a_test = 10;

class TileMemoryTest : public ::testing::TestWithParam<unsigned> {};

TEST_P(TileMemoryTest, KeepsTheClocksThatAreCounted) {
  for (unsigned at = 0; at < cases_a_test && !HasFailure(); ++at) {
    compare(GetParam() * cases_a_test + at, TileMemoryBench::TileKind::scripted);
  }
}

INSTANTIATE_TEST_SUITE_P(Random, TileMemoryTest, ::testing::Range(0U, memory_cases / cases_a_test));

TEST(RealTileTest, KeepsTheClocksThatAreCounted) {
  std::array<std::uint64_t, stall_causes> all{};
  for (unsigned seed = 0; seed < 40 && !HasFailure(); ++seed) {
    const auto stalls = compare(seed, TileMemoryBench::TileKind::real);
    for (std::size_t cause = 0; cause < stall_causes; ++cause) all[cause] += stalls[cause];
  }
  for (std::size_t cause = 0; cause < stall_causes; ++cause) {
    EXPECT_GT(all[cause], 0U) << StallCause(cause);
  }
}

}  // namespace
}  // namespace tensordash
