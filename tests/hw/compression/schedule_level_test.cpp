#include "hw/compression/schedule_level.h"

#include <gtest/gtest.h>

#include "hw/compression/scheduled_form.h"
#include "hw/pe/schedule.h"
#include "tests/hw/compression/random_rows.h"
#include "tests/hw/pe/clocked_test.h"

namespace tensordash {
namespace {

TEST(ScheduleLevel, MovesOnlyItsLanesAndSeesTheWindowBefore) {
  const Connectivity table("narrow", 3, 2, {{0, 0}, {1, 0}}, Connectivity::Levels{{0, 2}, {1}});
  LaneSelects selects = selects_of({9, 9, 9});
  const WindowBits left = schedule_level(bits_of({".#.", "##."}), {0, 2}, table, selects);
  EXPECT_EQ(selects, selects_of({1, 9, idle}));
  EXPECT_EQ(left, bits_of({".#.", ".#."}));
  // Lanes that overlap would see each other's choice in the scheduler's lane-by-lane walk: here
  // both take the same place.
  const Connectivity shared("shared", 3, 2, {{0, 0}, {1, 0}, {1, 1}});
  EXPECT_EQ(schedule_level(bits_of({"...", ".#."}), {0, 1}, shared, selects), WindowBits{});
  EXPECT_EQ(selects, selects_of({2, 1, idle}));
}

TEST(ScheduleLevel, MakesTheWholeScheduleLevelByLevel) {
  RandomRows random(11);
  for (const TestTable& tested : test_tables()) {
    for (unsigned round = 0; round < 100; ++round) {
      WindowBits window;
      for (unsigned step = 0; step < tested.table.depth(); ++step) {
        window.row[step] = nonzero_lanes(random.row(tested.table.lanes()));
      }
      Schedule schedule;
      schedule.selects = LaneSelects(tested.table.lanes());
      schedule_window(window, tested.table.depth(), tested.table, schedule);
      LaneSelects selects(tested.table.lanes());
      for (const auto& lanes : tested.table.levels()) {
        window = schedule_level(window, lanes, tested.table, selects);
      }
      EXPECT_EQ(selects, schedule.selects) << tested.name;
      EXPECT_EQ(window, schedule.left) << tested.name;
    }
  }
}

}  // namespace
}  // namespace tensordash
