#include "hw/compression/backside_scheduler.h"

#include <gtest/gtest.h>

#include "tests/hw/compression/random_rows.h"
#include "tests/hw/pe/clocked_test.h"

namespace tensordash {
namespace {

struct Out {
  ScheduledRow row;
  bool last;
};

// The scheduler alone, fed and drained by the test.
class BacksideTest : public ClockedTest {
 protected:
  explicit BacksideTest(Connectivity of) : table(std::move(of)), scheduler("scheduler", table) {
    scheduler.clk(clk);
    scheduler.rst_n(rst_n);
    scheduler.row(row);
    scheduler.row_valid(row_valid);
    scheduler.row_last(row_last);
    scheduler.row_ready(row_ready);
    scheduler.scheduled(scheduled);
    scheduler.scheduled_valid(scheduled_valid);
    scheduler.scheduled_last(scheduled_last);
    scheduler.scheduled_ready(scheduled_ready);
  }

  void reset() {
    rst_n.write(false);
    tick();
    rst_n.write(true);
  }
  void offer(const LaneRow& values, bool last) {
    row.write(values);
    row_valid.write(true);
    row_last.write(last);
  }
  // Runs blocks through; a row is offered in `offers` tenths of the clocks, taken in `takes`.
  std::vector<Out> run(const std::vector<std::vector<LaneRow>>& blocks, unsigned offers = 10,
                       unsigned takes = 10) {
    std::vector<std::pair<LaneRow, bool>> input;
    for (const auto& block : blocks) {
      for (const LaneRow& values : block) input.emplace_back(values, &values == &block.back());
    }
    std::vector<Out> out;
    std::size_t next = 0;
    std::size_t ended = 0;
    out_clocks.clear();
    for (unsigned clock = 0; ended < blocks.size() && clock < 20000; ++clock) {
      row_valid.write(false);
      if (next < input.size() && random.below(10) < offers) {
        offer(input[next].first, input[next].second);
      }
      scheduled_ready.write(random.below(10) < takes);
      settle();
      if (row_valid.read() && row_ready.read()) ++next;
      if (scheduled_valid.read() && scheduled_ready.read()) {
        out.push_back({scheduled.read(), scheduled_last.read()});
        out_clocks.push_back(clock);
        ended += scheduled_last.read() ? 1 : 0;
      }
      tick();
    }
    EXPECT_EQ(next, input.size());
    EXPECT_EQ(ended, blocks.size());
    return out;
  }
  void expect_blocks(const std::vector<Out>& out, const std::vector<std::vector<LaneRow>>& blocks) {
    std::size_t next = 0;
    for (const auto& block : blocks) {
      const ScheduledBlock wanted = schedule_block(block, table);
      for (const ScheduledRow& wanted_row : wanted.rows) {
        ASSERT_LT(next, out.size());
        EXPECT_EQ(out[next].row, wanted_row);
        EXPECT_EQ(out[next].last, &wanted_row == &wanted.rows.back());
        ++next;
      }
    }
    EXPECT_EQ(next, out.size());
  }

  const Connectivity table;
  sc_core::sc_signal<LaneRow> row{"row"};
  sc_core::sc_signal<bool> row_valid{"row_valid"}, row_last{"row_last"}, row_ready{"row_ready"};
  sc_core::sc_signal<ScheduledRow> scheduled{"scheduled"};
  sc_core::sc_signal<bool> scheduled_valid{"scheduled_valid"}, scheduled_last{"scheduled_last"};
  sc_core::sc_signal<bool> scheduled_ready{"scheduled_ready", true};
  BacksideScheduler scheduler;
  RandomRows random{12};
  std::vector<unsigned> out_clocks;
};

class AnyTableBacksideTest : public BacksideTest,
                             public ::testing::WithParamInterface<std::size_t> {
 protected:
  AnyTableBacksideTest() : BacksideTest(test_tables()[GetParam()].table) {}
  std::vector<std::vector<LaneRow>> blocks(unsigned count, unsigned most_rows) {
    std::vector<std::vector<LaneRow>> made;
    while (made.size() < count) {
      made.push_back(random.rows(1 + random.below(most_rows), table.lanes()));
    }
    return made;
  }
};

INSTANTIATE_TEST_SUITE_P(Tables, AnyTableBacksideTest,
                         ::testing::Range<std::size_t>(0, test_tables().size()));

TEST_P(AnyTableBacksideTest, SchedulesAsScheduleBlock) {
  reset();
  const auto input = blocks(30, 20);
  expect_blocks(run(input), input);
}

TEST_P(AnyTableBacksideTest, WaitsForRowsAndForTheReader) {
  reset();
  const auto input = blocks(20, 12);
  expect_blocks(run(input, 3, 10), input);
  expect_blocks(run(input, 10, 1), input);
  expect_blocks(run(input, 5, 3), input);
}

// Where the rows come fast enough, a scheduled row takes a clock a level, across blocks too.
TEST_P(AnyTableBacksideTest, TakesAClockALevel) {
  reset();
  std::vector<std::vector<LaneRow>> input;
  LaneRow dense(table.lanes());
  for (unsigned lane = 0; lane < table.lanes(); ++lane) dense[lane] = random.value();
  for (const std::size_t rows : {9U, 1U, 12U}) input.emplace_back(rows, dense);
  run(input);
  ASSERT_EQ(out_clocks.size(), 22U);
  const auto levels = static_cast<unsigned>(table.levels().size());
  for (std::size_t out = 1; out < out_clocks.size(); ++out) {
    EXPECT_EQ(out_clocks[out] - out_clocks[out - 1], levels) << "scheduled row " << out;
  }
  // Clocks 0 to depth - 1 take the first window, then come the levels.
  EXPECT_EQ(out_clocks.front(), table.depth() + levels);
}

class PaperBacksideTest : public BacksideTest {
 protected:
  PaperBacksideTest() : BacksideTest(Connectivity::named("paper", 16, 3)) {}
};

TEST_F(PaperBacksideTest, TakesSixClocksAfterTheLastRow) {
  ASSERT_EQ(table.levels().size(), 6U);
  reset();
  const LaneRow values = random.row(16);
  offer(values, true);
  tick();
  row_valid.write(false);
  for (int clock = 1; clock <= 6; ++clock) {
    EXPECT_FALSE(scheduled_valid.read()) << "clock " << clock;
    tick();
  }
  EXPECT_TRUE(scheduled_valid.read());
  EXPECT_TRUE(scheduled_last.read());
  EXPECT_EQ(scheduled.read(), schedule_block({values}, table).rows.front());
  tick();
  EXPECT_FALSE(scheduled_valid.read());
}

// Three rows of zeros a scheduled row: rows enter while the levels run, so none waits outside
// for long, and the pace stays that of the levels.
TEST_F(PaperBacksideTest, TakesRowsWhileItSchedules) {
  reset();
  run({std::vector<LaneRow>(30, LaneRow(16))});
  ASSERT_EQ(out_clocks.size(), 10U);
  for (std::size_t out = 1; out < 10; ++out) {
    EXPECT_EQ(out_clocks[out] - out_clocks[out - 1], 6U);
  }
}

// Only the last level waits for the row before to be taken.
TEST_F(PaperBacksideTest, SchedulesWhileARowWaitsOutside) {
  reset();
  scheduled_ready.write(false);
  const std::vector<LaneRow> block{random.row(16), LaneRow(16),    random.row(16),  //
                                   random.row(16), random.row(16), random.row(16)};
  const ScheduledBlock wanted = schedule_block(block, table);
  ASSERT_GE(wanted.rows.size(), 2U);
  std::size_t next = 0;
  for (int clock = 0; clock < 30; ++clock) {
    row_valid.write(next < block.size());
    if (next < block.size()) offer(block[next], next + 1 == block.size());
    settle();
    next += row_valid.read() && row_ready.read() ? 1 : 0;
    tick();
  }
  EXPECT_EQ(scheduled.read(), wanted.rows[0]);
  scheduled_ready.write(true);
  tick();
  EXPECT_TRUE(scheduled_valid.read());
  EXPECT_EQ(scheduled.read(), wanted.rows[1]);
}

TEST_F(PaperBacksideTest, HoldsSixRowsAndNoMore) {
  reset();
  scheduled_ready.write(false);
  LaneRow dense(16);
  for (unsigned lane = 0; lane < 16; ++lane) dense[lane] = 1.0F;
  offer(dense, false);
  unsigned taken = 0;
  for (int clock = 0; clock < 40; ++clock) {
    taken += row_ready.read() ? 1 : 0;
    tick();
  }
  EXPECT_FALSE(row_ready.read());
  // One of them has left in the scheduled row that waits outside.
  EXPECT_EQ(taken, 7U);
}

TEST_F(PaperBacksideTest, ForgetsEverythingAtAResetEdge) {
  reset();
  const std::vector<std::vector<LaneRow>> old{random.rows(5, 16)};
  offer(old[0][0], false);
  for (int clock = 0; clock < 7; ++clock) tick();
  row_valid.write(false);
  reset();
  EXPECT_FALSE(scheduled_valid.read());
  EXPECT_TRUE(row_ready.read());
  const std::vector<std::vector<LaneRow>> input{random.rows(7, 16)};
  expect_blocks(run(input), input);
}

TEST_F(PaperBacksideTest, ReportsARowOfAnotherWidth) {
  expect_report("/tensordash/compression/backside_scheduler", sc_core::SC_ERROR, "lane count");
  reset();
  offer(LaneRow(4), false);
  EXPECT_THROW(tick(), sc_core::sc_report);
}

}  // namespace
}  // namespace tensordash
