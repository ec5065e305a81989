#include "models/engine/scalar_scheduler.h"

#include <gtest/gtest.h>

#include "hw/pe/schedule.h"
#include "tests/models/engine/random_table.h"

namespace tensordash::engine {
namespace {

constexpr std::uint16_t idle = ScalarScheduler::idle;

TEST(ScalarScheduler, TakesByPriority) {
  const Connectivity table = small_table();
  const ScalarScheduler scheduler(table);
  EXPECT_EQ(scheduler.lanes(), 2U);
  EXPECT_EQ(scheduler.depth(), 2U);
  std::uint16_t taken[2];
  ScalarScheduler::Window window{0b10, 0b11};
  EXPECT_EQ(scheduler.decide(window, 2, taken), 1U) << "the second row keeps one";
  EXPECT_EQ(taken[0], 2) << "behind its own place";
  EXPECT_EQ(taken[1], 1);
  EXPECT_EQ(window, (ScalarScheduler::Window{0b00, 0b10}));
}

TEST(ScalarScheduler, AnEmptyWindowDrains) {
  const Connectivity table = small_table();
  const ScalarScheduler scheduler(table);
  std::uint16_t taken[2];
  for (unsigned rows = 0; rows <= 2; ++rows) {
    ScalarScheduler::Window window{};
    EXPECT_EQ(scheduler.decide(window, rows, taken), rows);
    EXPECT_EQ(taken[0], idle);
    EXPECT_EQ(taken[1], idle);
  }
}

void compare(const Connectivity& table, std::mt19937& random) {
  const ScalarScheduler scheduler(table);
  const unsigned rows = random() % (table.depth() + 1);
  WindowBits candidates;
  const unsigned sparsity = random() % 4;
  for (unsigned row = 0; row < rows; ++row) {
    for (unsigned lane = 0; lane < table.lanes(); ++lane) {
      if (random() % 4 >= sparsity) candidates.row[row] |= std::uint64_t{1} << lane;
    }
  }
  Schedule expected;
  expected.selects = LaneSelects(table.lanes());
  schedule_window(candidates, rows, table, expected);

  ScalarScheduler::Window window = candidates.row;
  std::uint16_t taken[max_lanes];
  ASSERT_EQ(scheduler.decide(window, rows, taken), expected.advance);
  ASSERT_EQ(window, expected.left.row);
  for (unsigned lane = 0; lane < table.lanes(); ++lane) {
    const unsigned option = expected.selects[lane];
    if (option == idle_select) {
      ASSERT_EQ(taken[lane], idle) << "lane " << lane;
    } else {
      const WindowPlace place = table.place(lane, option);
      ASSERT_EQ(taken[lane], place.step * table.lanes() + place.lane) << "lane " << lane;
    }
  }
}

TEST(ScalarScheduler, EqualsTheHardwareWithNamedTables) {
  std::mt19937 random(1);
  for (const char* name : {"paper", "dnnsim"}) {
    for (unsigned lanes = 1; lanes <= max_lanes; ++lanes) {
      for (unsigned depth = 1; depth <= 4; ++depth) {
        const Connectivity table = Connectivity::named(name, lanes, depth);
        for (unsigned trial = 0; trial < 20; ++trial) compare(table, random);
      }
    }
  }
}

TEST(ScalarScheduler, EqualsTheHardwareWithRandomTables) {
  std::mt19937 random(2);
  for (unsigned trial = 0; trial < 1000; ++trial) {
    const unsigned lanes = trial % 5 == 0 ? max_lanes : 1 + random() % max_lanes;
    const unsigned depth = 1 + random() % max_depth;
    const unsigned options = trial % 7 == 0 ? max_options : 1 + random() % max_options;
    const Connectivity table = random_table(random, lanes, depth, options);
    for (unsigned window = 0; window < 10; ++window) compare(table, random);
  }
}

}  // namespace
}  // namespace tensordash::engine
