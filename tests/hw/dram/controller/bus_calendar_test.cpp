#include "hw/dram/controller/bus_calendar.h"

#include <gtest/gtest.h>

#include <random>
#include <utility>

namespace tensordash::testing {
namespace {

using Distances = std::vector<std::vector<unsigned>>;
using Users = std::vector<std::pair<DramClock, unsigned>>;

bool fits(const Distances& distances, const Users& users, unsigned kind, DramClock clock) {
  for (const auto& [at, other] : users) {
    const bool after = clock >= at + distances[other][kind];
    const bool before = clock < at && at >= clock + distances[kind][other];
    if (!after && !before) return false;
  }
  return true;
}

TEST(BusCalendar, TakesTheFirstGap) {
  BusCalendar calendar(Distances{{8, 27}, {39, 8}});
  calendar.take(0, 100);
  calendar.take(0, 116);
  EXPECT_EQ(calendar.first_free(0, 50), 50);
  EXPECT_EQ(calendar.first_free(0, 93), 108);
  EXPECT_EQ(calendar.first_free(0, 108), 108);
  EXPECT_EQ(calendar.first_free(0, 109), 124);
  EXPECT_EQ(calendar.first_free(1, 61), 61);
  EXPECT_EQ(calendar.first_free(1, 62), 143);
}

TEST(BusCalendar, AgreesWithASearchClockByClock) {
  const Distances distances = {{8, 27, 10}, {39, 8, 4}, {0, 13, 8}};
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::mt19937 random(seed);
    BusCalendar calendar(distances);
    Users users;
    for (unsigned step = 0; step < 300; ++step) {
      const unsigned kind = seed % 4 == 3 ? (step / 20) % 3 : random() % 3;
      // Some seeds take turns of many clocks at one place, as streams do.
      const DramClock from = seed % 2 == 0 ? random() % 3000 : random() % 4 * 700;
      DramClock expected = from;
      while (!fits(distances, users, kind, expected)) ++expected;
      ASSERT_EQ(calendar.first_free(kind, from), expected) << "seed " << seed << " step " << step;
      calendar.take(kind, expected);
      users.emplace_back(expected, kind);
    }
  }
}

TEST(BusCalendar, ForgetsOldGapsButNeverOverlaps) {
  BusCalendar calendar(Distances{{8}});
  DramClock last = 0;
  for (unsigned step = 0; step < 5000; ++step) {
    const DramClock clock = calendar.first_free(0, 16 * step);
    EXPECT_EQ(clock, 16 * step);
    calendar.take(0, clock);
    last = clock;
  }
  EXPECT_GT(calendar.first_free(0, 8), 8);
  EXPECT_EQ(calendar.first_free(0, last - 8), last - 8);
}

}  // namespace
}  // namespace tensordash::testing
