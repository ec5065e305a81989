#include "hw/pe/schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

namespace tensordash {
namespace {

using testing::ElementsAre;

// Windows by hand are written as rows of '1' and '.', lane 0 on the left.
WindowBits window_of(const std::vector<std::string>& rows) {
  WindowBits bits;
  for (std::size_t step = 0; step < rows.size(); ++step) {
    for (std::size_t lane = 0; lane < rows[step].size(); ++lane) {
      if (rows[step][lane] == '1') bits.row[step] |= std::uint64_t{1} << lane;
    }
  }
  return bits;
}

WindowBits places_of(const std::vector<std::pair<unsigned, unsigned>>& places) {
  WindowBits bits;
  for (const auto& [step, lane] : places) bits.row[step] |= std::uint64_t{1} << lane;
  return bits;
}

// The schedule starts full of other values, so that whatever is not written shows.
Schedule used_schedule(unsigned lanes) {
  Schedule schedule;
  schedule.selects = LaneSelects(lanes);
  for (unsigned lane = 0; lane < lanes; ++lane) schedule.selects[lane] = 0xa5;
  schedule.left.row.fill(~std::uint64_t{0});
  schedule.advance = 99;
  return schedule;
}

Schedule schedule_of(const WindowBits& candidates, unsigned rows, const Connectivity& table) {
  Schedule schedule = used_schedule(table.lanes());
  schedule_window(candidates, rows, table, schedule);
  return schedule;
}

Schedule bypass_of(const WindowBits& candidates, unsigned rows, unsigned lanes) {
  Schedule schedule = used_schedule(lanes);
  bypass_window(candidates, rows, schedule);
  return schedule;
}

std::vector<unsigned> selects_of(const Schedule& schedule) {
  return {schedule.selects.data(), schedule.selects.data() + schedule.selects.lanes()};
}

constexpr unsigned idle = idle_select;

Connectivity figure_8() {
  return {"figure 8", 4, 2, {{0, 0}, {1, 0}, {1, -1}, {1, 1}}};
}

TEST(Schedule, LookaheadAndLookaside) {
  const Schedule schedule = schedule_of(window_of({"1..1",  //
                                                   "11.1"}),
                                        2, figure_8());
  EXPECT_THAT(selects_of(schedule), ElementsAre(0, 1, 3, 0));
  EXPECT_EQ(schedule.left, window_of({"....", "1..."}));
  EXPECT_EQ(schedule.advance, 1u);
}

TEST(Schedule, TheLanesAreARing) {
  const Schedule down = schedule_of(window_of({"....", "...1"}), 2, figure_8());
  EXPECT_THAT(selects_of(down), ElementsAre(2, idle, idle, idle));
  EXPECT_EQ(down.advance, 2u);
  const Schedule up = schedule_of(window_of({"111.",  //
                                             "1..."}),
                                  2, figure_8());
  EXPECT_THAT(selects_of(up), ElementsAre(0, 0, 0, 3));
  EXPECT_EQ(up.advance, 2u);
}

TEST(Schedule, GivenLevelsDecideInTheirOrder) {
  const Connectivity backwards("mine", 4, 2, {{0, 0}, {1, 0}, {1, -1}, {1, 1}},
                               Connectivity::Levels{{3}, {2}, {1}, {0}});
  const Schedule schedule = schedule_of(window_of({"....", "...1"}), 2, backwards);
  EXPECT_THAT(selects_of(schedule), ElementsAre(idle, idle, idle, 1));
}

// Lane 0 decides first: of two candidates it takes the one that stands earlier in its list.
void expect_priority(const Connectivity& table,
                     const std::vector<std::pair<unsigned, unsigned>>& lane_0) {
  ASSERT_EQ(table.options().size(), lane_0.size());
  for (unsigned first = 0; first < lane_0.size(); ++first) {
    EXPECT_EQ(schedule_of(places_of({lane_0[first]}), 3, table).selects[0], first);
    for (unsigned second = first + 1; second < lane_0.size(); ++second) {
      const Schedule schedule = schedule_of(places_of({lane_0[first], lane_0[second]}), 3, table);
      EXPECT_EQ(schedule.selects[0], first) << "against option " << second;
    }
  }
}

TEST(Schedule, PriorityOfThePaper) {
  expect_priority(Connectivity::named("paper", 16, 3),
                  {{0, 0}, {1, 0}, {2, 0}, {1, 15}, {1, 1}, {2, 14}, {2, 2}, {1, 13}});
}

TEST(Schedule, PriorityOfDnnsim) {
  expect_priority(Connectivity::named("dnnsim", 16, 3),
                  {{0, 0}, {1, 15}, {1, 0}, {1, 1}, {1, 3}, {2, 14}, {2, 0}, {2, 2}});
}

struct Contest {
  unsigned step;
  unsigned lane;
  unsigned winner;
  unsigned option;
};

TEST(Schedule, TheEarliestLevelThatReachesAPlaceTakesIt) {
  const Connectivity table = Connectivity::named("paper", 16, 3);
  for (const Contest& contest : std::vector<Contest>{
           {0, 15, 15, 0},  // nobody else
           {1, 0, 0, 1},    // before lanes 1, 3 and 15
           {1, 2, 5, 7},    // lane 5 of the first level, before 1, 2 and 3
           {1, 14, 1, 7},   // before 13, 14 and 15
           {1, 8, 11, 7},   // before 7, 8 and 9
           {2, 12, 10, 6},  // before 12 and 14
           {2, 15, 1, 5},   // before 13 and 15
           {2, 6, 6, 2},    // before 4 and 8
       }) {
    const Schedule schedule = schedule_of(places_of({{contest.step, contest.lane}}), 3, table);
    for (unsigned lane = 0; lane < 16; ++lane) {
      EXPECT_EQ(schedule.selects[lane], lane == contest.winner ? contest.option : idle)
          << "step " << contest.step << " lane " << contest.lane << ", seen at lane " << lane;
    }
    EXPECT_EQ(schedule.left, WindowBits{});
    EXPECT_EQ(schedule.advance, 3u);
  }
}

TEST(Schedule, ALaterLevelSeesWhatIsLeft) {
  const Connectivity table = Connectivity::named("paper", 16, 3);
  const Schedule schedule = schedule_of(places_of({{1, 0}, {2, 1}}), 3, table);
  EXPECT_EQ(schedule.selects[0], 1u);
  EXPECT_EQ(schedule.selects[1], 2u) << "step +1 lane 0 is gone";
  EXPECT_EQ(schedule.selects[15], idle) << "both are gone";
  EXPECT_EQ(schedule.left, WindowBits{});
}

TEST(Schedule, ADenseWindowDrainsOneRow) {
  const std::string full(16, '1');
  const Schedule schedule =
      schedule_of(window_of({full, full, full}), 3, Connectivity::named("paper", 16, 3));
  for (const unsigned select : selects_of(schedule)) EXPECT_EQ(select, 0u);
  EXPECT_EQ(schedule.left, window_of({"", full, full}));
  EXPECT_EQ(schedule.advance, 1u);
}

TEST(Schedule, AnEmptyWindowDrainsItsRows) {
  for (unsigned depth = 1; depth <= max_depth; ++depth) {
    const Connectivity table = Connectivity::named("paper", 16, depth);
    for (unsigned rows = 0; rows <= depth; ++rows) {
      const Schedule schedule = schedule_of(WindowBits{}, rows, table);
      EXPECT_EQ(schedule.advance, rows) << "no more rows than the window has";
      EXPECT_EQ(schedule.left, WindowBits{});
      for (const unsigned select : selects_of(schedule)) EXPECT_EQ(select, idle);
    }
  }
}

TEST(Schedule, RowsDrainOnlyFromTheFront) {
  // Lane 3 can reach nothing but its own lane, two rows of it; the middle row stays.
  const Connectivity table("mine", 4, 4, {{0, 0}});
  const Schedule schedule = schedule_of(window_of({"1111", "...1", "....", "...."}), 4, table);
  EXPECT_EQ(schedule.advance, 1u);
  EXPECT_EQ(schedule.left, window_of({"", "...1"}));
}

TEST(Schedule, LastLaneAndLastOption) {
  std::vector<Movement> options = {{0, 0}};
  for (int offset = 0; offset < 62; ++offset) options.push_back({1, offset});
  const Connectivity table("mine", 64, 2, options);
  const Schedule schedule = schedule_of(places_of({{0, 63}, {1, 61}}), 2, table);
  EXPECT_EQ(schedule.selects[0], 62u);
  EXPECT_EQ(schedule.selects[63], 0u);
  EXPECT_EQ(schedule.advance, 2u);
}

TEST(Bypass, EveryLaneItsOwnValueOneRowACycle) {
  const WindowBits window = window_of({"1..1", "11..", "...1"});
  for (unsigned rows = 1; rows <= 3; ++rows) {
    const Schedule schedule = bypass_of(window, rows, 4);
    EXPECT_THAT(selects_of(schedule), ElementsAre(0, 0, 0, 0)) << "zeros are multiplied, too";
    EXPECT_EQ(schedule.left, window_of({"", "11..", "...1"}));
    EXPECT_EQ(schedule.advance, 1u);
  }
}

TEST(Bypass, NothingWithoutRows) {
  const Schedule schedule = bypass_of(WindowBits{}, 0, 4);
  EXPECT_THAT(selects_of(schedule), ElementsAre(idle, idle, idle, idle));
  EXPECT_EQ(schedule.left, WindowBits{});
  EXPECT_EQ(schedule.advance, 0u);
}

TEST(WindowBits, Sets) {
  const WindowBits a = window_of({"11..", "....", "1..1"});
  const WindowBits b = window_of({"1.1.", "1...", "...1"});
  EXPECT_EQ(a & b, window_of({"1...", "....", "...1"}));
  EXPECT_EQ(a | b, window_of({"111.", "1...", "1..1"}));
  EXPECT_EQ(a.without(b), window_of({".1..", "....", "1..."}));
  EXPECT_TRUE(a == a);
  EXPECT_FALSE(a != a);
  EXPECT_TRUE(a != b);
  EXPECT_FALSE(a == b);
}

TEST(WindowBits, EveryRowTakesPart) {
  WindowBits all;
  all.row.fill(~std::uint64_t{0});
  for (unsigned step = 0; step < max_depth; ++step) {
    WindowBits one;
    one.row[step] = std::uint64_t{1} << 63;
    EXPECT_NE(one, WindowBits{}) << step;
    EXPECT_EQ(one & all, one) << step;
    EXPECT_EQ(one | WindowBits{}, one) << step;
    EXPECT_EQ(all.without(one).row[step], ~std::uint64_t{0} >> 1) << step;
    EXPECT_EQ(one.advanced(step).row[0], one.row[step]) << step;
  }
}

TEST(WindowBits, Advances) {
  const WindowBits window = window_of({"1...", ".1..", "..1."});
  EXPECT_EQ(window.advanced(0), window);
  EXPECT_EQ(window.advanced(1), window_of({".1..", "..1."}));
  EXPECT_EQ(window.advanced(2), window_of({"..1."}));
  EXPECT_EQ(window.advanced(3), WindowBits{});
  EXPECT_EQ(window.advanced(max_depth), WindowBits{});
}

class LaneArrays : public testing::TestWithParam<unsigned> {
 protected:
  static LaneRow counting(unsigned lanes) {
    LaneRow row(lanes);
    for (unsigned lane = 0; lane < lanes; ++lane) row[lane] = static_cast<float>(lane + 1);
    return row;
  }
};

INSTANTIATE_TEST_SUITE_P(LaneCounts, LaneArrays, testing::Values(1u, 15u, 16u, 17u, 33u, 64u));

TEST_P(LaneArrays, StartAtZero) {
  const LaneRow row(GetParam());
  EXPECT_EQ(row.lanes(), GetParam());
  for (unsigned lane = 0; lane < GetParam(); ++lane) {
    EXPECT_EQ(row[lane], 0.0f);
    EXPECT_FALSE(std::signbit(row[lane]));
  }
}

TEST_P(LaneArrays, CopiesHoldEveryLane) {
  const LaneRow row = counting(GetParam());
  const LaneRow copied(row);  // NOLINT(performance-unnecessary-copy-initialization)
  LaneRow assigned(GetParam());
  assigned = row;
  for (unsigned lane = 0; lane < GetParam(); ++lane) {
    EXPECT_EQ(copied[lane], static_cast<float>(lane + 1));
    EXPECT_EQ(assigned[lane], static_cast<float>(lane + 1));
  }
  EXPECT_TRUE(copied == row);
  EXPECT_FALSE(copied != row);
  EXPECT_TRUE(assigned == row);
}

TEST_P(LaneArrays, EveryLaneIsCompared) {
  const LaneRow row = counting(GetParam());
  for (unsigned lane = 0; lane < GetParam(); ++lane) {
    LaneRow other = row;
    other[lane] = -1.0f;
    EXPECT_TRUE(other != row) << lane;
    EXPECT_FALSE(other == row) << lane;
  }
}

TEST_P(LaneArrays, SignsOfZeroDiffer) {
  const unsigned last = GetParam() - 1;
  LaneRow plus(GetParam());
  LaneRow minus(GetParam());
  minus[last] = -0.0f;
  EXPECT_TRUE(plus != minus);
  EXPECT_FALSE(plus == minus);
  plus = minus;
  EXPECT_TRUE(std::signbit(plus[last]));
  EXPECT_TRUE(plus == minus);
}

TEST_P(LaneArrays, ANanEqualsItself) {
  const unsigned last = GetParam() - 1;
  LaneRow row(GetParam());
  row[last] = std::numeric_limits<float>::quiet_NaN();
  LaneRow other = row;
  EXPECT_TRUE(row == other);
  other[last] = -std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(row != other);
}

TEST_P(LaneArrays, OtherTypesOfValues) {
  ExactRow exact(GetParam());
  exact[GetParam() - 1] = 1e300;
  const ExactRow exact_copy(exact);  // NOLINT(performance-unnecessary-copy-initialization)
  EXPECT_EQ(exact_copy[GetParam() - 1], 1e300);
  EXPECT_TRUE(exact_copy != ExactRow(GetParam()));
  LaneSelects selects(GetParam());
  selects[GetParam() - 1] = idle_select;
  const LaneSelects selects_copy(selects);  // NOLINT(performance-unnecessary-copy-initialization)
  EXPECT_EQ(selects_copy[GetParam() - 1], idle_select);
  EXPECT_TRUE(selects_copy != LaneSelects(GetParam()));
}

struct Blocks {
  unsigned lanes;
  unsigned in_use;  // lanes of the blocks of 16 that are in use
};

TEST(LaneArray, BlocksThatAreNotInUseAreLeftAlone) {
  for (const auto [lanes, in_use] :
       std::vector<Blocks>{{1, 16}, {15, 16}, {16, 16}, {17, 32}, {33, 48}, {48, 48}}) {
    for (const unsigned place : {in_use, max_lanes - 1}) {
      LaneRow row(lanes);
      row.data()[place] = 7.0f;
      const LaneRow copied(row);  // NOLINT(performance-unnecessary-copy-initialization)
      EXPECT_EQ(copied.data()[place], 0.0f) << lanes;
      LaneRow assigned(lanes);
      assigned.data()[place] = 5.0f;
      assigned = row;
      EXPECT_EQ(assigned.data()[place], 5.0f) << lanes;
      EXPECT_TRUE(copied == row) << lanes << " lanes: not compared";
      EXPECT_TRUE(assigned == row) << lanes << " lanes: not compared";
    }
  }
}

TEST(LaneArray, LaneCountsDiffer) {
  EXPECT_TRUE(LaneRow(15) != LaneRow(16));
  EXPECT_TRUE(LaneRow(16) != LaneRow(64));
  EXPECT_TRUE(LaneRow() != LaneRow(1));
  EXPECT_TRUE(LaneRow() == LaneRow(0));
  LaneRow row(64);
  row = LaneRow(4);
  EXPECT_EQ(row.lanes(), 4u);
  EXPECT_TRUE(row == LaneRow(4));
}

}  // namespace
}  // namespace tensordash
