#include "models/engine/schedule_trace.h"

#include <gtest/gtest.h>

#include "models/engine/bit_string.h"
#include "tests/models/engine/random_table.h"

namespace tensordash::engine {
namespace {

// Streams of two lanes by hand: row k is bits 2k and 2k + 1.
const std::uint64_t full = 0b111111;
const std::uint64_t ends = 0b100001;    // lane 0 of row 0, lane 1 of row 2
const std::uint64_t second = 0b000100;  // lane 0 of row 1

struct Traced {
  std::uint64_t steps;
  std::vector<Slots> slots;

  bool operator==(const Traced& other) const {
    return steps == other.steps && slots == other.slots;
  }
};

Traced trace(const std::vector<ScheduledStreams>& streams, bool two_sided, bool elastic) {
  const Connectivity table = small_table();
  // What an earlier pass left must not show.
  Traced traced{0, std::vector<Slots>(5, Slots{7, 7, 7})};
  traced.steps = ScheduleTracer(table).trace(streams, two_sided, 3, elastic, traced.slots);
  return traced;
}

TEST(ScheduleTrace, DenseIsRowAfterRow) {
  EXPECT_EQ(ScheduleTracer::dense(3, 2), (Slots{0, 1, 2, 3, 4, 5}));
}

TEST(ScheduleTrace, OneScheduler) {
  for (const bool elastic : {false, true}) {
    EXPECT_EQ(trace({{&full}}, false, elastic), (Traced{3, {{0, 1, 2, 3, 4, 5}}}));
    EXPECT_EQ(trace({{&ends}}, false, elastic), (Traced{2, {{0, -1, -1, 5}}}));
    EXPECT_EQ(trace({{&second}}, false, elastic), (Traced{2, {{2, -1, -1, -1}}}));
  }
}

TEST(ScheduleTrace, LockstepWaitsForTheSlowest) {
  // The second scheduler takes its only value ahead of time, and does not take it again.
  EXPECT_EQ(trace({{&full}, {&second}, {}}, false, false),
            (Traced{3, {{0, 1, 2, 3, 4, 5}, {2, -1, -1, -1, -1, -1}, Slots(6, -1)}}));
}

TEST(ScheduleTrace, ElasticSchedulersGoTheirOwnWay) {
  EXPECT_EQ(trace({{&second}, {&full}, {}}, false, true),
            (Traced{3, {{2, -1, -1, -1}, {0, 1, 2, 3, 4, 5}, Slots(4, -1)}}));
}

TEST(ScheduleTrace, TwoSidedTakesWhatNeitherSideLacks) {
  for (const bool elastic : {false, true}) {
    EXPECT_EQ(trace({{&full, &ends}}, true, elastic), (Traced{2, {{0, -1, -1, 5}}}));
    EXPECT_EQ(trace({{&ends, &full}}, true, elastic), (Traced{2, {{0, -1, -1, 5}}}));
    EXPECT_EQ(trace({{&ends, &second}}, true, elastic), (Traced{2, {Slots(4, -1)}}));
    EXPECT_EQ(trace({{&full, nullptr}}, true, elastic), (Traced{2, {Slots(4, -1)}}));
    EXPECT_EQ(trace({{nullptr, &full}}, true, elastic), (Traced{2, {Slots(4, -1)}}));
  }
}

TEST(ScheduleTrace, OneSidedDoesNotLookAtSideA) {
  EXPECT_EQ(trace({{&full, &ends}}, false, false), trace({{&full}}, false, false));
}

/// Every value that is not zero is taken once and nothing else, by any table.
TEST(ScheduleTrace, TakesEveryCandidateOnce) {
  std::mt19937 random(1);
  for (unsigned trial = 0; trial < 400; ++trial) {
    const unsigned lanes = trial % 4 == 0 ? max_lanes : 1 + random() % max_lanes;
    const Connectivity table =
        random_table(random, lanes, 1 + random() % max_depth, 1 + random() % max_options);
    const auto K = static_cast<std::int64_t>(1 + random() % 30);
    const std::size_t bits = static_cast<std::size_t>(K) * lanes;
    const bool two_sided = random() % 2 == 0;
    std::vector<std::vector<std::uint64_t>> strings(6);
    for (auto& string : strings) {
      string.resize(words_for(bits));
      for (std::size_t at = 0; at < bits; ++at) {
        string[at / 64] |= std::uint64_t{random() % 3 == 0} << (at % 64);
      }
    }
    std::vector<ScheduledStreams> streams(3);
    for (std::size_t at = 0; at < 3; ++at) {
      streams[at] = {strings[2 * at].data(), strings[2 * at + 1].data()};
    }
    std::vector<Slots> slots;
    const std::uint64_t steps =
        ScheduleTracer(table).trace(streams, two_sided, K, trial % 2 == 0, slots);
    std::size_t most = 0;
    for (std::size_t at = 0; at < 3; ++at) {
      most = std::max(most, slots[at].size());
      std::vector<unsigned> times(bits);
      for (const std::int32_t place : slots[at]) {
        if (place >= 0) ++times.at(static_cast<std::size_t>(place));
      }
      for (std::size_t bit = 0; bit < bits; ++bit) {
        std::uint64_t wanted = strings[2 * at][bit / 64] >> (bit % 64) & 1U;
        if (two_sided) wanted &= strings[2 * at + 1][bit / 64] >> (bit % 64);
        ASSERT_EQ(times[bit], wanted) << "place " << bit << ", trial " << trial;
      }
    }
    EXPECT_EQ(most, steps * lanes);
  }
}

}  // namespace
}  // namespace tensordash::engine
