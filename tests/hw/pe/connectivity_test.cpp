#include "hw/pe/connectivity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>
#include <stdexcept>
#include <utility>

#include "hw/pe/lane_array.h"

namespace tensordash {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

using Options = std::vector<Movement>;
using Levels = Connectivity::Levels;

const Options paper_options = {{0, 0}, {1, 0}, {2, 0}, {1, -1}, {1, 1}, {2, -2}, {2, 2}, {1, -3}};
const Options dnnsim_options = {{0, 0}, {1, -1}, {1, 0}, {1, 1}, {1, 3}, {2, -2}, {2, 0}, {2, 2}};
const Options figure_8_options = {{0, 0}, {1, 0}, {1, -1}, {1, 1}};
const Levels paper_levels = {{0, 5, 10}, {1, 6, 11}, {2, 7, 12}, {3, 8, 13}, {4, 9, 14}, {15}};

Levels one_lane_a_level(unsigned lanes) {
  Levels levels;
  for (unsigned lane = 0; lane < lanes; ++lane) levels.push_back({lane});
  return levels;
}

using Places = std::vector<std::pair<unsigned, unsigned>>;

Places places_of(const Connectivity& table, unsigned lane) {
  Places places;
  for (unsigned option = 0; option < table.options().size(); ++option) {
    const WindowPlace place = table.place(lane, option);
    places.emplace_back(place.step, place.lane);
  }
  return places;
}

// Whether lanes of one level share a place, by counting places.
bool levels_overlap(const Connectivity& table) {
  return std::any_of(table.levels().begin(), table.levels().end(), [&](const auto& level) {
    std::set<std::pair<unsigned, unsigned>> reached;
    std::size_t count = 0;
    for (const unsigned lane : level) {
      const Places places = places_of(table, lane);
      reached.insert(places.begin(), places.end());
      count += places.size();
    }
    return reached.size() != count;
  });
}

// The message of a refusal; empty when nothing was refused.
std::string refusal(const std::function<void()>& make) {
  try {
    make();
  } catch (const std::invalid_argument& problem) {
    EXPECT_THAT(problem.what(), Not(HasSubstr("\n")));
    return problem.what();
  }
  return "";
}

std::string refusal_of(unsigned lanes, unsigned depth, const Options& options,
                       const std::optional<Levels>& levels = std::nullopt) {
  return refusal([&] { Connectivity("mine", lanes, depth, options, levels); });
}

TEST(Connectivity, PaperTable) {
  const Connectivity table = Connectivity::named("paper", 16, 3);
  EXPECT_EQ(table.name(), "paper");
  EXPECT_EQ(table.lanes(), 16u);
  EXPECT_EQ(table.depth(), 3u);
  EXPECT_EQ(table.options(), paper_options);
  EXPECT_EQ(table.levels(), paper_levels);
  EXPECT_THAT(table.decision_order(),
              ElementsAre(0, 5, 10, 1, 6, 11, 2, 7, 12, 3, 8, 13, 4, 9, 14, 15));
}

TEST(Connectivity, PaperTableOnTheRing) {
  const Connectivity table = Connectivity::named("paper", 16, 3);
  EXPECT_EQ(places_of(table, 8),
            (Places{{0, 8}, {1, 8}, {2, 8}, {1, 7}, {1, 9}, {2, 6}, {2, 10}, {1, 5}}))
      << "the lane of figure 9";
  EXPECT_EQ(places_of(table, 0),
            (Places{{0, 0}, {1, 0}, {2, 0}, {1, 15}, {1, 1}, {2, 14}, {2, 2}, {1, 13}}));
  EXPECT_EQ(places_of(table, 15),
            (Places{{0, 15}, {1, 15}, {2, 15}, {1, 14}, {1, 0}, {2, 13}, {2, 1}, {1, 12}}));
}

TEST(Connectivity, DnnsimTable) {
  const Connectivity table = Connectivity::named("dnnsim", 16, 3);
  EXPECT_EQ(table.options(), dnnsim_options);
  EXPECT_EQ(table.levels(), paper_levels);
}

TEST(Connectivity, ShallowBuffersLoseOptionsAndKeepTheLevels) {
  const Connectivity two = Connectivity::named("paper", 16, 2);
  EXPECT_EQ(two.options(), (Options{{0, 0}, {1, 0}, {1, -1}, {1, 1}, {1, -3}}));
  EXPECT_EQ(two.levels(), paper_levels);
  EXPECT_EQ(places_of(two, 1), (Places{{0, 1}, {1, 1}, {1, 0}, {1, 2}, {1, 14}}));
  EXPECT_EQ(Connectivity::named("dnnsim", 16, 2).options(),
            (Options{{0, 0}, {1, -1}, {1, 0}, {1, 1}, {1, 3}}));
  const Connectivity one = Connectivity::named("paper", 16, 1);
  EXPECT_EQ(one.options(), (Options{{0, 0}}));
  EXPECT_EQ(one.levels(), paper_levels) << "derived with the whole table";
}

TEST(Connectivity, DeepBuffersLeaveTheNamedTablesAsTheyAre) {
  for (unsigned depth = 3; depth <= max_depth; ++depth) {
    const Connectivity table = Connectivity::named("paper", 16, depth);
    EXPECT_EQ(table.options(), paper_options);
    EXPECT_EQ(table.levels(), paper_levels);
    EXPECT_EQ(table.depth(), depth);
  }
}

TEST(Connectivity, FigureEightTable) {
  const Connectivity table("figure 8", 4, 2, figure_8_options);
  EXPECT_EQ(table.options(), figure_8_options);
  EXPECT_EQ(table.levels(), one_lane_a_level(4));
  EXPECT_EQ(places_of(table, 0), (Places{{0, 0}, {1, 0}, {1, 3}, {1, 1}}));
  EXPECT_EQ(places_of(table, 3), (Places{{0, 3}, {1, 3}, {1, 2}, {1, 0}}));
}

TEST(Connectivity, OptionsThatMeetOnTheRingAreDropped) {
  const auto paper = [](unsigned lanes) {
    return Connectivity::named("paper", lanes, 3).options();
  };
  EXPECT_EQ(paper(1), (Options{{0, 0}, {1, 0}, {2, 0}}));
  EXPECT_EQ(paper(2), (Options{{0, 0}, {1, 0}, {2, 0}, {1, -1}}));
  EXPECT_EQ(paper(3), (Options{{0, 0}, {1, 0}, {2, 0}, {1, -1}, {1, 1}, {2, -2}, {2, 2}}));
  EXPECT_EQ(paper(4), (Options{{0, 0}, {1, 0}, {2, 0}, {1, -1}, {1, 1}, {2, -2}}));
  EXPECT_EQ(paper(5), paper_options);
  EXPECT_EQ(Connectivity::named("dnnsim", 4, 3).options(),
            (Options{{0, 0}, {1, -1}, {1, 0}, {1, 1}, {2, -2}, {2, 0}}));
}

TEST(Connectivity, DroppedOptionsMoveTheNumbersOfLaterOnes) {
  const Connectivity table("mine", 4, 3, {{0, 0}, {1, 4}, {1, 0}, {2, -5}, {2, 3}, {1, 2}});
  EXPECT_EQ(table.options(), (Options{{0, 0}, {1, 4}, {2, -5}, {1, 2}}));
  EXPECT_EQ(places_of(table, 0), (Places{{0, 0}, {1, 0}, {2, 3}, {1, 2}}));
}

TEST(Connectivity, FarOffsetsGoRoundTheRing) {
  const Connectivity table("mine", 7, 2, {{0, 0}, {1, 1000}, {1, -1000}, {1, 2147483647}});
  // 1000 = 142 * 7 + 6 and 2147483647 = 306783378 * 7 + 1; the last meets the second.
  EXPECT_EQ(places_of(table, 3), (Places{{0, 3}, {1, 2}, {1, 4}}));
}

TEST(Connectivity, DerivedLevelsHoldEachLaneOnceAndNeverOverlap) {
  for (unsigned lanes = 1; lanes <= max_lanes; ++lanes) {
    for (const char* name : {"paper", "dnnsim"}) {
      const Connectivity table = Connectivity::named(name, lanes, 3);
      EXPECT_FALSE(levels_overlap(table)) << name << " " << lanes;
      std::vector<unsigned> order = table.decision_order();
      std::sort(order.begin(), order.end());
      ASSERT_EQ(order.size(), lanes) << name;
      for (unsigned lane = 0; lane < lanes; ++lane) EXPECT_EQ(order[lane], lane) << name;
    }
  }
}

TEST(Connectivity, ProbesWalkTheTableInDecidingOrder) {
  for (const unsigned lanes : {1u, 4u, 16u, 64u}) {
    const Connectivity table = Connectivity::named("paper", lanes, 3);
    ASSERT_EQ(table.probes().size(), lanes * table.options().size());
    std::size_t at = 0;
    for (const auto& level : table.levels()) {
      for (const unsigned lane : level) {
        for (unsigned option = 0; option < table.options().size(); ++option, ++at) {
          const WindowPlace place = table.place(lane, option);
          EXPECT_EQ(table.probes()[at].step, place.step);
          EXPECT_EQ(table.probes()[at].lane_bit, std::uint64_t{1} << place.lane);
        }
      }
    }
  }
}

TEST(Connectivity, GivenLevelsAreKept) {
  const Levels levels = {{3}, {1}, {0}, {2}};
  const Connectivity table("mine", 4, 2, figure_8_options, levels);
  EXPECT_EQ(table.levels(), levels);
  EXPECT_THAT(table.decision_order(), ElementsAre(3, 1, 0, 2));
}

TEST(Connectivity, Names) {
  EXPECT_TRUE(Connectivity::is_name("paper"));
  EXPECT_TRUE(Connectivity::is_name("dnnsim"));
  EXPECT_FALSE(Connectivity::is_name("Paper"));
  EXPECT_FALSE(Connectivity::is_name(""));
  EXPECT_THAT(refusal([] { Connectivity::named("papers", 16, 3); }),
              AllOf(HasSubstr("'papers'"), HasSubstr("paper, dnnsim")));
}

TEST(ConnectivityRefuses, AFirstOptionThatIsNotDense) {
  const auto first = AllOf(StartsWith("mine: "), HasSubstr("first option"), HasSubstr("[0, 0]"));
  EXPECT_THAT(refusal_of(16, 3, {{1, 0}, {0, 0}}), first);
  EXPECT_THAT(refusal_of(16, 3, {{0, 1}, {0, 0}}), first);
  EXPECT_THAT(refusal_of(16, 3, {{0, -1}}), first);
  EXPECT_THAT(refusal_of(16, 3, {}), first);
}

TEST(ConnectivityRefuses, AStepThatNoBufferOffers) {
  const Options three_ahead = {{0, 0}, {3, -2}};
  const auto too_deep = AllOf(StartsWith("mine: "), HasSubstr("[3, -2]"), HasSubstr("0 to 2"));
  EXPECT_THAT(refusal_of(16, 3, three_ahead), too_deep);
  EXPECT_THAT(refusal_of(16, 2, three_ahead), too_deep);
  EXPECT_THAT(refusal_of(16, 1, three_ahead), too_deep);
  EXPECT_EQ(Connectivity("mine", 16, 4, three_ahead).options(), three_ahead);
  EXPECT_EQ(Connectivity("mine", 16, 2, {{0, 0}, {2, 0}}).options(), (Options{{0, 0}}));
  EXPECT_THAT(refusal_of(16, 8, {{0, 0}, {8, 0}}), HasSubstr("0 to 7"));
  EXPECT_EQ(refusal_of(16, 8, {{0, 0}, {7, 0}}), "");
}

TEST(ConnectivityRefuses, LaneCountsAndDepths) {
  EXPECT_THAT(refusal_of(0, 3, {{0, 0}}), AllOf(StartsWith("mine: 0 lanes"), HasSubstr("1 to 64")));
  EXPECT_THAT(refusal_of(65, 3, {{0, 0}}),
              AllOf(StartsWith("mine: 65 lanes"), HasSubstr("1 to 64")));
  EXPECT_EQ(refusal_of(64, 3, paper_options), "");
  EXPECT_THAT(refusal_of(16, 0, {{0, 0}}), AllOf(StartsWith("mine: depth 0"), HasSubstr("1 to 8")));
  EXPECT_THAT(refusal_of(16, 9, {{0, 0}}), AllOf(StartsWith("mine: depth 9"), HasSubstr("1 to 8")));
  EXPECT_EQ(refusal_of(16, 8, {{0, 0}}), "");
}

TEST(ConnectivityRefuses, MoreOptionsThanASelectCanName) {
  Options options = {{0, 0}};
  for (int offset = 0; offset < 62; ++offset) options.push_back({1, offset});
  const Connectivity full("mine", 64, 2, options);
  EXPECT_EQ(full.options().size(), max_options);
  EXPECT_LT(full.options().size() - 1, idle_select) << "the last option is not idle";
  options.push_back({1, 62});
  EXPECT_THAT(refusal_of(64, 2, options),
              AllOf(StartsWith("mine: 64 options"), HasSubstr("1 to 63")));
}

TEST(ConnectivityRefuses, LevelsThatMissOrRepeatALane) {
  EXPECT_THAT(refusal_of(4, 2, figure_8_options, Levels{{0}, {1}, {3}}),
              AllOf(StartsWith("mine: lane 2"), HasSubstr("no level")));
  EXPECT_THAT(refusal_of(4, 2, figure_8_options, Levels{}),
              AllOf(StartsWith("mine: lane 0"), HasSubstr("no level")));
  EXPECT_THAT(refusal_of(4, 2, figure_8_options, Levels{{0}, {1}, {2}, {3}, {1}}),
              AllOf(StartsWith("mine: lane 1"), HasSubstr("level 1"), HasSubstr("level 4")));
  EXPECT_THAT(refusal_of(4, 2, {{0, 0}}, Levels{{0, 1, 2, 3, 2}}),
              AllOf(StartsWith("mine: lane 2"), HasSubstr("level 0")));
}

TEST(ConnectivityRefuses, LevelsWithLanesThatDoNotExist) {
  EXPECT_THAT(refusal_of(4, 2, figure_8_options, Levels{{0}, {1}, {2}, {3}, {4}}),
              AllOf(StartsWith("mine: level 4"), HasSubstr("lane 4"), HasSubstr("0 to 3")));
  EXPECT_THAT(refusal_of(4, 2, figure_8_options, Levels{{0}, {1}, {}, {2}, {3}}),
              AllOf(StartsWith("mine: level 2"), HasSubstr("no lane")));
}

TEST(ConnectivityRefuses, LevelsInWhichTwoLanesReachTheSamePlace) {
  const Options options = {{0, 0}, {1, 0}, {1, 3}};
  EXPECT_THAT(
      refusal_of(8, 2, options, Levels{{0}, {1}, {2, 5}, {3}, {4}, {6}, {7}}),
      AllOf(StartsWith("mine: level 2"), HasSubstr("lanes 2 and 5"), HasSubstr("step +1 lane 5")));
  EXPECT_THAT(
      refusal_of(8, 2, options, Levels{{0, 6, 2, 1}, {3}, {4}, {5}, {7}}),
      AllOf(StartsWith("mine: level 0"), HasSubstr("lanes 6 and 1"), HasSubstr("step +1 lane 1")))
      << "round the ring, and not side by side in the list";
  EXPECT_EQ(refusal_of(8, 2, options, Levels{{0, 1, 2}, {3, 4, 5}, {6, 7}}), "");
  EXPECT_THAT(refusal_of(16, 3, paper_options,
                         Levels{{0, 4, 10}, {1, 6, 11}, {2, 7, 12}, {3, 8, 13}, {5, 9, 14}, {15}}),
              AllOf(HasSubstr("lanes 0 and 4"), HasSubstr("step +1 lane 1")));
}

TEST(ConnectivityRefuses, OverlapsBeyondTheDepthToo) {
  const Options options = {{0, 0}, {2, 1}, {2, -1}};
  const Levels levels = {{0, 2}, {1, 3}};
  for (const unsigned depth : {2u, 3u}) {
    EXPECT_THAT(refusal_of(4, depth, options, levels), HasSubstr("lanes 0 and 2"))
        << "a table is right or wrong whatever buffer it meets";
  }
}

}  // namespace
}  // namespace tensordash
