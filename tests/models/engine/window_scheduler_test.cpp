#include "models/engine/window_scheduler.h"

#include <stdexcept>

#include "tests/models/engine/every_instruction_set.h"
#include "tests/models/engine/naive_groups.h"
#include "tests/models/engine/random_table.h"

namespace tensordash::engine {

bool operator==(const LaneSteps& x, const LaneSteps& y) {
  return x.taken == y.taken && x.waiting == y.waiting && x.tail == y.tail &&
         x.priority == y.priority && x.connectivity == y.connectivity;
}

std::ostream& operator<<(std::ostream& out, const LaneSteps& lanes) {
  return out << "taken " << lanes.taken << ", waiting " << lanes.waiting << ", tail " << lanes.tail
             << ", priority " << lanes.priority << ", connectivity " << lanes.connectivity;
}

namespace {

class WindowSchedulerOf : public EveryInstructionSet {};

/// Groups with streams of their own.
struct Groups {
  Groups(unsigned K, unsigned rows, unsigned columns, const Connectivity& table)
      : lanes(table.lanes()), depth(table.depth()) {
    batch.stream_rows = K;
    batch.rows = rows;
    batch.columns = columns;
  }
  Groups(const Groups&) = delete;
  Groups& operator=(const Groups&) = delete;
  ~Groups() = default;

  /// Streams of which `value(stream, k, lane)` tells the bits, and the rows of zeros behind them.
  template <class Value>
  const std::uint64_t* streams(unsigned count, Value value) {
    const std::size_t words = (std::size_t{count} * lanes + 63) / 64;
    std::vector<std::uint64_t> rows((std::size_t{batch.stream_rows} + depth) * words);
    for (unsigned k = 0; k < batch.stream_rows; ++k) {
      for (unsigned at = 0; at < count * lanes; ++at) {
        rows[k * words + at / 64] |= std::uint64_t{value(at / lanes, k, at % lanes)} << (at % 64);
      }
    }
    storage.push_back(std::move(rows));
    return storage.back().data();
  }

  /// One-sided group by hand: [stream][k] as a number, a bit a lane.
  void add(const std::vector<std::vector<std::uint64_t>>& values) {
    batch.real_rows.push_back(static_cast<unsigned>(values.size()));
    batch.b.push_back(streams(batch.rows, [&](unsigned stream, unsigned k, unsigned lane) {
      return stream < values.size() && (values[stream][k] >> lane & 1U) != 0;
    }));
  }

  ScheduleBatch batch;
  unsigned lanes, depth;
  std::vector<std::vector<std::uint64_t>> storage;
};

struct Scheduled {
  std::vector<std::uint32_t> steps;
  LaneSteps lanes;
};

Scheduled schedule(const Groups& groups, const Connectivity& table) {
  const WindowScheduler scheduler(table);
  Scheduled scheduled{std::vector<std::uint32_t>(groups.batch.groups()), {}};
  scheduler.run(groups.batch, scheduled.steps.data(), &scheduled.lanes);
  // Without counts it is other code that runs.
  std::vector<std::uint32_t> alone(groups.batch.groups());
  scheduler.run(groups.batch, alone.data(), nullptr);
  EXPECT_EQ(alone, scheduled.steps);
  return scheduled;
}

TEST_P(WindowSchedulerOf, ZerosDrainAWindowAStep) {
  const Connectivity table = Connectivity::named("paper", 16, 3);
  Groups groups(7, 1, 1, table);
  groups.add({std::vector<std::uint64_t>(7)});
  const Scheduled scheduled = schedule(groups, table);
  EXPECT_EQ(scheduled.steps.front(), 3U);
  EXPECT_EQ(scheduled.lanes, (LaneSteps{0, 0, 16, 0, 32})) << "the last window holds one row";
}

TEST_P(WindowSchedulerOf, AFullStreamTakesARowAStep) {
  const Connectivity table = Connectivity::named("paper", 16, 3);
  Groups groups(5, 1, 1, table);
  groups.add({std::vector<std::uint64_t>(5, 0xffff)});
  const Scheduled scheduled = schedule(groups, table);
  EXPECT_EQ(scheduled.steps.front(), 5U);
  EXPECT_EQ(scheduled.lanes, (LaneSteps{80, 0, 0, 0, 0}));
}

TEST_P(WindowSchedulerOf, AnEmptyRowWaitsForAFullOne) {
  const Connectivity table = Connectivity::named("paper", 16, 3);
  Groups groups(3, 4, 1, table);
  groups.add({std::vector<std::uint64_t>(3, 0xffff), std::vector<std::uint64_t>(3)});
  const Scheduled scheduled = schedule(groups, table);
  EXPECT_EQ(scheduled.steps.front(), 3U);
  EXPECT_EQ(scheduled.lanes, (LaneSteps{48, 32, 16, 0, 0})) << "of the two rows that exist";
}

TEST_P(WindowSchedulerOf, WhatAnotherLaneTookIsPriority) {
  const Connectivity table = small_table();
  Groups groups(2, 1, 1, table);
  groups.add({{0b00, 0b01}});
  groups.add({{0b01, 0b00}});  // lane 1 reaches nothing
  const Scheduled scheduled = schedule(groups, table);
  EXPECT_EQ(scheduled.steps, (std::vector<std::uint32_t>{1, 1}));
  EXPECT_EQ(scheduled.lanes, (LaneSteps{2, 0, 0, 1, 1}));
}

TEST_P(WindowSchedulerOf, GroupsDoNotWaitForEachOther) {
  const Connectivity table = small_table();
  Groups groups(4, 1, 1, table);
  groups.add({{0b11, 0b11, 0b11, 0b11}});
  groups.add({{0b00, 0b00, 0b00, 0b00}});
  groups.add({{0b11, 0b01, 0b00, 0b11}});
  EXPECT_EQ(schedule(groups, table).steps, (std::vector<std::uint32_t>{4, 2, 3}));
}

TEST_P(WindowSchedulerOf, CountsAreAddedToWhatTheyHold) {
  const Connectivity table = small_table();
  Groups groups(2, 1, 1, table);
  groups.add({{0b00, 0b01}});
  LaneSteps lanes{100, 200, 300, 400, 500};
  std::uint32_t steps = 0;
  WindowScheduler(table).run(groups.batch, &steps, &lanes);
  EXPECT_EQ(lanes, (LaneSteps{101, 200, 300, 401, 500}));
}

TEST_P(WindowSchedulerOf, RefusesWhatItCannotSchedule) {
  const Connectivity table = small_table();
  const WindowScheduler scheduler(table);
  Groups none(0, 1, 1, table);
  none.add({{}});
  std::vector<std::uint32_t> steps(WindowScheduler::batch_width() + 1);
  EXPECT_THROW(scheduler.run(none.batch, steps.data(), nullptr), std::invalid_argument);
  Groups wide(1, 1, 1, table);
  for (std::size_t group = 0; group <= WindowScheduler::batch_width(); ++group) wide.add({{0b01}});
  EXPECT_THROW(scheduler.run(wide.batch, steps.data(), nullptr), std::invalid_argument);
}

TEST_P(WindowSchedulerOf, NoGroupsTakeNoSteps) {
  const Connectivity table = small_table();
  const Groups groups(1, 1, 1, table);
  EXPECT_EQ(schedule(groups, table).lanes, LaneSteps());
}

TEST_P(WindowSchedulerOf, TellsTheWordsOfAStreamRow) {
  const Connectivity table = Connectivity::named("paper", 16, 3);
  const WindowScheduler scheduler(table);
  EXPECT_EQ(scheduler.words(1), 1U);
  EXPECT_EQ(scheduler.words(4), 1U);
  EXPECT_EQ(scheduler.words(5), 2U);
}

/// A random batch against the naive scheduling of every group.
void compare(unsigned seed, std::size_t most_groups) {
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  const auto number = [&](unsigned low, unsigned high) {
    return low + static_cast<unsigned>(random() % (high - low + 1));
  };
  const unsigned lanes = number(0, 2) == 0 ? 16 : number(0, 4) == 0 ? max_lanes : number(1, 64);
  const unsigned depth = number(1, max_depth);
  const unsigned options = number(0, 2) == 0 ? 8 : number(0, 5) == 0 ? max_options : number(1, 63);
  const Connectivity table = random_table(random, lanes, depth, options);
  const bool two_sided = number(0, 1) == 0;
  Groups groups(number(1, 25), number(1, 5), two_sided ? number(1, 5) : 1, table);
  ScheduleBatch& batch = groups.batch;
  // Mostly few groups, else up to every bit of the registers.
  const auto count = static_cast<unsigned>(
      number(0, 3) == 0 ? most_groups
                        : number(1, std::min(70U, static_cast<unsigned>(most_groups))));
  for (unsigned group = 0; group < count; ++group) {
    const unsigned density = number(0, 4);
    batch.real_rows.push_back(number(1, batch.rows));
    batch.real_columns.push_back(number(1, batch.columns));
    const auto values = [&](unsigned real) {
      return [&, real](unsigned stream, unsigned, unsigned) {
        return stream < real && random() % 4 < density;
      };
    };
    batch.b.push_back(groups.streams(batch.rows, values(batch.real_rows.back())));
    if (two_sided)
      batch.a.push_back(groups.streams(batch.columns, values(batch.real_columns.back())));
  }
  const Scheduled scheduled = schedule(groups, table);
  LaneSteps expected;
  for (unsigned group = 0; group < count; ++group) {
    ASSERT_EQ(scheduled.steps[group], NaiveGroup(batch, group, table).run(expected))
        << "group " << group;
  }
  EXPECT_EQ(scheduled.lanes, expected);
}

TEST_P(WindowSchedulerOf, EqualsTheSchedulerOfOneWindow) {
  for (unsigned seed = 0; seed < 60; ++seed) compare(seed, WindowScheduler::batch_width());
}

INSTANTIATE_TEST_SUITE_P(InstructionSets, WindowSchedulerOf, every_instruction_set(), name_of_set);

}  // namespace
}  // namespace tensordash::engine
