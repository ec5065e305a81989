// Random windows, passes and streams: the scheduler against its naive writing, the properties that
// hold over a pass, and the speedups that random zeros give.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "hw/pe/schedule.h"
#include "tests/hw/pe/naive_scheduler.h"

namespace tensordash {
namespace {

namespace naive = naive_scheduler;
using Options = std::vector<naive::Option>;

const Options paper_options = {{0, 0}, {1, 0}, {2, 0}, {1, -1}, {1, 1}, {2, -2}, {2, 2}, {1, -3}};
const Options dnnsim_options = {{0, 0}, {1, -1}, {1, 0}, {1, 1}, {1, 3}, {2, -2}, {2, 0}, {2, 2}};

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  int between(int low, int high) {
    return low + static_cast<int>(engine_() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool chance(double probability) {
    return static_cast<double>(engine_() >> 11) * 0x1p-53 < probability;
  }
  // From all zero to dense, the ends often.
  double density() {
    static constexpr double corners[] = {0.0, 0.02, 0.1, 0.5, 0.9, 0.98, 1.0};
    return chance(0.5) ? corners[between(0, 6)] : between(0, 1000) / 1000.0;
  }
  template <typename T>
  void shuffle(std::vector<T>& items) {
    std::shuffle(items.begin(), items.end(), engine_);
  }

 private:
  std::mt19937_64 engine_;
};

naive::Row random_row(Random& random, int lanes, double density) {
  naive::Row row(static_cast<std::size_t>(lanes));
  for (char& flag : row) flag = random.chance(density) ? 1 : 0;
  return row;
}

naive::Stream random_stream(Random& random, int rows, int lanes, double density) {
  naive::Stream stream;
  for (int row = 0; row < rows; ++row) stream.push_back(random_row(random, lanes, density));
  return stream;
}

// Every row with a density of its own: full rows beside empty ones, as in real layers.
naive::Stream random_uneven_stream(Random& random, int rows, int lanes) {
  naive::Stream stream;
  for (int row = 0; row < rows; ++row) {
    stream.push_back(random_row(random, lanes, random.density()));
  }
  return stream;
}

// The scheduler under test and the naive table beside it.
struct Twins {
  Connectivity table;
  naive::Table naive_table;
};

std::vector<Movement> movements(const Options& options) {
  std::vector<Movement> result;
  for (const auto& option : options) {
    result.push_back({static_cast<unsigned>(option.step), option.offset});
  }
  return result;
}

Connectivity::Levels unsigned_levels(const naive::Levels& levels) {
  Connectivity::Levels result;
  for (const auto& level : levels) result.emplace_back(level.begin(), level.end());
  return result;
}

Twins named(const std::string& name, int lanes, int depth) {
  return {Connectivity::named(name, static_cast<unsigned>(lanes), static_cast<unsigned>(depth)),
          naive::make_table(lanes, depth, name == "paper" ? paper_options : dnnsim_options)};
}

Options random_options(Random& random, int lanes, int depth) {
  Options options = {{0, 0}};
  const int deepest = std::max(depth, 3) - 1;
  const int reach = random.chance(0.1) ? 1000 : lanes;
  const int count = random.chance(0.05) ? 62 : random.between(0, 11);
  for (int option = 0; option < count; ++option) {
    options.push_back({random.between(0, deepest), random.between(-reach, reach)});
  }
  return options;
}

Twins random_twins(Random& random) {
  const int lanes = random.chance(0.3) ? 16 : random.between(1, 64);
  const int depth = random.between(1, 8);
  if (random.chance(0.15)) return named(random.chance(0.5) ? "paper" : "dnnsim", lanes, depth);
  const Options options = random_options(random, lanes, depth);
  if (random.chance(0.5)) {
    return {Connectivity("random", static_cast<unsigned>(lanes), static_cast<unsigned>(depth),
                         movements(options)),
            naive::make_table(lanes, depth, options)};
  }
  std::vector<int> order(static_cast<std::size_t>(lanes));
  std::iota(order.begin(), order.end(), 0);
  random.shuffle(order);
  naive::Levels levels = naive::fit_levels(lanes, options, order);
  random.shuffle(levels);
  return {Connectivity("random", static_cast<unsigned>(lanes), static_cast<unsigned>(depth),
                       movements(options), unsigned_levels(levels)),
          naive::make_table(lanes, depth, options, levels)};
}

// One call of schedule_window, in the naive types.
naive::Decision decide(const naive::Window& window, const Connectivity& table) {
  WindowBits bits;
  for (std::size_t step = 0; step < window.size(); ++step) {
    for (std::size_t lane = 0; lane < window[step].size(); ++lane) {
      if (window[step][lane] != 0) bits.row[step] |= std::uint64_t{1} << lane;
    }
  }
  Schedule schedule;
  schedule.selects = LaneSelects(table.lanes());
  schedule_window(bits, static_cast<unsigned>(window.size()), table, schedule);
  naive::Decision decision;
  for (unsigned lane = 0; lane < table.lanes(); ++lane) {
    const int select = schedule.selects[lane];
    decision.taken.push_back(select == idle_select ? naive::idle : select);
  }
  decision.left.assign(window.size(), naive::Row(table.lanes()));
  for (std::size_t step = 0; step < max_depth; ++step) {
    if (step >= window.size()) {
      EXPECT_EQ(schedule.left.row[step], 0u) << "left outside the window";
      continue;
    }
    for (unsigned lane = 0; lane < table.lanes(); ++lane) {
      decision.left[step][lane] = static_cast<char>(schedule.left.row[step] >> lane & 1);
    }
  }
  decision.advance = static_cast<int>(schedule.advance);
  return decision;
}

naive::Scheduler under_test(const Twins& twins) {
  return [&twins](const naive::Window& window) { return decide(window, twins.table); };
}

naive::Scheduler oracle(const Twins& twins) {
  return
      [&twins](const naive::Window& window) { return naive::schedule(window, twins.naive_table); };
}

void expect_same_table(const Twins& twins) {
  ASSERT_EQ(twins.table.levels(), unsigned_levels(twins.naive_table.levels));
  for (unsigned lane = 0; lane < twins.table.lanes(); ++lane) {
    const auto& places = twins.naive_table.places[lane];
    ASSERT_EQ(twins.table.options().size(), places.size());
    for (unsigned option = 0; option < places.size(); ++option) {
      const WindowPlace place = twins.table.place(lane, option);
      ASSERT_EQ(place.step, places[option].step);
      ASSERT_EQ(place.lane, places[option].lane);
    }
  }
}

void expect_same_window(const Twins& twins, const naive::Window& window) {
  const naive::Decision mine = decide(window, twins.table);
  const naive::Decision expected = naive::schedule(window, twins.naive_table);
  ASSERT_EQ(mine.taken, expected.taken);
  ASSERT_EQ(mine.left, expected.left);
  ASSERT_EQ(mine.advance, expected.advance);
}

TEST(RandomWindows, EqualTheNaiveSchedulerForAnyTable) {
  Random random(1);
  for (int table = 0; table < 600; ++table) {
    const Twins twins = random_twins(random);
    ASSERT_NO_FATAL_FAILURE(expect_same_table(twins)) << "table " << table;
    const int lanes = twins.naive_table.lanes;
    const int depth = twins.naive_table.depth;
    for (int i = 0; i < 60; ++i) {
      const int rows = random.chance(0.5) ? depth : random.between(0, depth);
      const naive::Window window = random.chance(0.3)
                                       ? random_uneven_stream(random, rows, lanes)
                                       : random_stream(random, rows, lanes, random.density());
      ASSERT_NO_FATAL_FAILURE(expect_same_window(twins, window))
          << "table " << table << " window " << i;
    }
  }
}

TEST(RandomWindows, EqualTheNaiveSchedulerForThePaper) {
  for (const char* name : {"paper", "dnnsim"}) {
    for (const int depth : {2, 3}) {
      const Twins twins = named(name, 16, depth);
      Random random(2);
      for (int i = 0; i < 10000; ++i) {
        const int rows = random.chance(0.8) ? depth : random.between(0, depth);
        ASSERT_NO_FATAL_FAILURE(
            expect_same_window(twins, random_stream(random, rows, 16, random.density())))
            << name << " window " << i;
      }
    }
  }
}

// The pass simulators throw unless every candidate is taken exactly once, by a lane that can reach
// it, and every cycle drains at least one row.
TEST(RandomPasses, TakeEveryCandidateOnce) {
  Random random(3);
  for (int pass = 0; pass < 400; ++pass) {
    const Twins twins = random_twins(random);
    const int lanes = twins.naive_table.lanes;
    const int rows = random.between(0, 40);
    std::vector<naive::Stream> streams;
    for (int tile_row = random.between(1, 4); tile_row > 0; --tile_row) {
      streams.push_back(random.chance(0.5) ? random_uneven_stream(random, rows, lanes)
                                           : random_stream(random, rows, lanes, random.density()));
    }
    int lockstep = 0;
    int elastic = 0;
    ASSERT_NO_THROW({
      lockstep = naive::lockstep_steps(streams, twins.naive_table, under_test(twins));
      elastic = naive::elastic_steps(streams, twins.naive_table, under_test(twins));
    }) << "pass "
       << pass;
    EXPECT_EQ(lockstep, naive::lockstep_steps(streams, twins.naive_table, oracle(twins)));
    EXPECT_EQ(elastic, naive::elastic_steps(streams, twins.naive_table, oracle(twins)));
    const int fewest = (rows + twins.naive_table.depth - 1) / twins.naive_table.depth;
    for (const int steps : {lockstep, elastic}) {
      EXPECT_GE(steps, fewest);
      EXPECT_LE(steps, rows);
    }
  }
}

TEST(Passes, WithoutCandidatesDrainTheWholeWindowEachStep) {
  for (int depth = 1; depth <= 8; ++depth) {
    const Twins twins = named("paper", 16, depth);
    for (int rows = 0; rows <= 20; ++rows) {
      const std::vector<naive::Stream> streams(
          3, naive::Stream(static_cast<std::size_t>(rows), naive::Row(16, 0)));
      const int expected = (rows + depth - 1) / depth;
      EXPECT_EQ(naive::lockstep_steps(streams, twins.naive_table, under_test(twins)), expected);
      EXPECT_EQ(naive::elastic_steps(streams, twins.naive_table, under_test(twins)), expected);
    }
  }
}

TEST(Passes, DenseStreamsTakeAStepARow) {
  for (int depth = 1; depth <= 8; ++depth) {
    for (const char* name : {"paper", "dnnsim"}) {
      const Twins twins = named(name, 16, depth);
      for (int rows = 0; rows <= 20; ++rows) {
        const std::vector<naive::Stream> streams(
            3, naive::Stream(static_cast<std::size_t>(rows), naive::Row(16, 1)));
        EXPECT_EQ(naive::lockstep_steps(streams, twins.naive_table, under_test(twins)), rows);
        EXPECT_EQ(naive::elastic_steps(streams, twins.naive_table, under_test(twins)), rows);
      }
    }
  }
}

TEST(Passes, OneLaneByHand) {
  // Lockstep: the first stream holds the second back until row 8 (6 steps), and the second has by
  // then taken its rows 6 and 7, so that 4 are left. Elastic: 5 + 3 steps and 2 + 6 steps.
  const Twins twins = named("paper", 1, 3);
  naive::Stream early;
  naive::Stream late;
  for (int row = 0; row < 12; ++row) {
    early.push_back({static_cast<char>(row < 6)});
    late.push_back({static_cast<char>(row >= 6)});
  }
  EXPECT_EQ(naive::lockstep_steps({early, late}, twins.naive_table, under_test(twins)), 10);
  EXPECT_EQ(naive::elastic_steps({early, late}, twins.naive_table, under_test(twins)), 8);
}

struct Estimate {
  double speedup;
  double standard_error;
};

// Dense steps over the mean steps of `passes` passes of 72 rows, with independent random zeros.
Estimate random_speedup(int tile_rows, double zeros, int passes) {
  constexpr int rows = 72;
  const Twins twins = named("paper", 16, 3);
  Random random(static_cast<std::uint64_t>(tile_rows));
  double sum = 0;
  double squares = 0;
  for (int pass = 0; pass < passes; ++pass) {
    std::vector<naive::Stream> streams(static_cast<std::size_t>(tile_rows));
    for (auto& stream : streams) stream = random_stream(random, rows, 16, 1.0 - zeros);
    const double steps = naive::lockstep_steps(streams, twins.naive_table, under_test(twins));
    sum += steps;
    squares += steps * steps;
  }
  const double mean = sum / passes;
  const double error_of_mean = std::sqrt((squares / passes - mean * mean) / passes);
  return {rows / mean, rows / mean * (error_of_mean / mean)};
}

// So many passes that the standard error stays below a tenth of the tolerance: chance plays no
// part.
void expect_speedup(int tile_rows, double zeros, int passes, double expected) {
  const Estimate estimate = random_speedup(tile_rows, zeros, passes);
  EXPECT_NEAR(estimate.speedup, expected, 0.01) << tile_rows << " rows, zeros " << zeros;
  EXPECT_LT(estimate.standard_error, 0.001) << tile_rows << " rows, zeros " << zeros;
}

TEST(RandomStreams, SpeedupOfATileOfFourRows) {
  expect_speedup(4, 0.1, 500, 1.07);
  expect_speedup(4, 0.5, 1000, 1.58);
  expect_speedup(4, 0.9, 5000, 2.89);
}

TEST(RandomStreams, SpeedupOfOneRow) {
  expect_speedup(1, 0.1, 1000, 1.09);
  expect_speedup(1, 0.5, 4000, 1.71);
  expect_speedup(1, 0.9, 5000, 2.96);
}

}  // namespace
}  // namespace tensordash
