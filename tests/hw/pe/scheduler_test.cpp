#include "hw/pe/scheduler.h"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include "tests/hw/pe/clocked_test.h"

namespace tensordash {
namespace {

// The four-lane table of the paper's figures 7 and 8. Options by number: 0 own value, 1 own lane
// one row ahead, 2 and 3 the left and the right neighbour one row ahead. Lanes decide 0, 1, 2, 3.
Connectivity four_lanes() {
  return {"four", 4, 2, {{0, 0}, {1, 0}, {1, -1}, {1, 1}}};
}

class SchedulerTest : public ClockedTest {
 protected:
  explicit SchedulerTest(bool two_sided = false)
      : table(four_lanes()), scheduler("scheduler", table, two_sided) {
    scheduler.clk(clk);
    scheduler.rst_n(rst_n);
    scheduler.bypass(bypass);
    scheduler.nonzero_b(nonzero_b);
    if (two_sided) scheduler.nonzero_a(nonzero_a);
    scheduler.rows(rows);
    scheduler.advance(advance);
    scheduler.step(step);
    scheduler.select(select);
    scheduler.drained(drained);
    scheduler.consumed(consumed);
  }

  void show(const WindowBits& bits, unsigned window_rows = 2) {
    nonzero_b.write(bits);
    rows.write(window_rows);
    settle();
  }

  void expect_schedule(const std::vector<unsigned>& options, unsigned as) {
    EXPECT_EQ(select.read(), selects_of(options));
    EXPECT_EQ(drained.read(), as);
  }

  const Connectivity table;
  sc_core::sc_signal<bool> bypass{"bypass"}, step{"step", true};
  sc_core::sc_signal<WindowBits> nonzero_b{"nonzero_b"}, nonzero_a{"nonzero_a"},
      consumed{"consumed"};
  sc_core::sc_signal<unsigned> rows{"rows"}, advance{"advance"}, drained{"drained"};
  sc_core::sc_signal<LaneSelects> select{"select", LaneSelects(4)};
  Scheduler scheduler;
};

TEST_F(SchedulerTest, DecidesWithinTheCycle) {
  tick();
  show(bits_of({"##..", "##.."}));
  expect_schedule({0, 0, 2, 3}, 2);
  show(bits_of({"####", "####"}));
  expect_schedule({0, 0, 0, 0}, 1);
  show(bits_of({"....", "...."}));
  expect_schedule({idle, idle, idle, idle}, 2);
  EXPECT_EQ(consumed.read(), WindowBits{});  // no edge, nothing remembered
}

TEST_F(SchedulerTest, DrainsNoMoreRowsThanTheWindowHas) {
  tick();
  show(bits_of({"#..#"}), 1);
  expect_schedule({0, idle, idle, 0}, 1);
  show(WindowBits{}, 1);
  expect_schedule({idle, idle, idle, idle}, 1);
  show(WindowBits{}, 0);
  expect_schedule({idle, idle, idle, idle}, 0);
}

TEST_F(SchedulerTest, RemembersWhatItTookFromRowsThatStay) {
  show(bits_of({"#...", "##.#"}));
  // Lane 2 takes its right neighbour's value before lane 3 looks, which goes round to lane 0's.
  expect_schedule({0, 1, 3, 3}, 2);
  EXPECT_EQ(consumed.read(), WindowBits{});
  advance.write(1);
  tick();
  EXPECT_EQ(consumed.read(), bits_of({"##.#"}));
}

TEST_F(SchedulerTest, FollowsTheRowsThatReallyLeaveNotItsOwnAdvance) {
  show(bits_of({"....", "#..."}));
  expect_schedule({1, idle, idle, idle}, 2);
  advance.write(1);  // another row of the tile could drain one only
  tick();
  EXPECT_EQ(consumed.read(), bits_of({"#..."}));
  // The window moved up by one; its first row is consumed, so lane 0 is free for the new row.
  show(bits_of({"#...", "#..."}));
  expect_schedule({1, idle, idle, idle}, 2);
  tick();
  EXPECT_EQ(consumed.read(), bits_of({"#..."}));
}

TEST_F(SchedulerTest, GathersWhatItTookOverSeveralCycles) {
  show(bits_of({"....", "#..."}));
  advance.write(0);
  tick();
  EXPECT_EQ(consumed.read(), bits_of({"....", "#..."}));
  show(bits_of({"..#.", "#.#."}));
  expect_schedule({idle, 3, 0, idle}, 2);
  tick();
  EXPECT_EQ(consumed.read(), bits_of({"..#.", "#.#."}));
}

TEST_F(SchedulerTest, ForgetsRowsThatLeft) {
  show(bits_of({"####", "...."}));
  advance.write(2);
  tick();
  EXPECT_EQ(consumed.read(), WindowBits{});
  show(bits_of({"####", "####"}));
  advance.write(1);
  tick();
  EXPECT_EQ(consumed.read(), WindowBits{});
}

// Without a step nothing was taken, however often the same schedule stands there.
TEST_F(SchedulerTest, KeepsItsRecordWhileTheTileStalls) {
  step.write(false);
  show(bits_of({"....", "#..."}));
  advance.write(0);
  tick();
  EXPECT_EQ(consumed.read(), WindowBits{});
  expect_schedule({1, idle, idle, idle}, 2);
  step.write(true);
  advance.write(1);
  tick();
  EXPECT_EQ(consumed.read(), bits_of({"#..."}));
  step.write(false);
  advance.write(0);
  show(bits_of({"#...", ".#.."}));
  for (int clock = 0; clock < 3; ++clock) {
    tick();
    EXPECT_EQ(consumed.read(), bits_of({"#..."}));
    expect_schedule({3, idle, idle, idle}, 2);
  }
  rst_n.write(false);
  tick();
  EXPECT_EQ(consumed.read(), WindowBits{});
}

TEST_F(SchedulerTest, ForgetsEverythingAtAResetEdge) {
  show(bits_of({"....", "####"}));
  advance.write(1);
  tick();
  EXPECT_EQ(consumed.read(), bits_of({"####"}));
  rst_n.write(false);
  settle();
  EXPECT_EQ(consumed.read(), bits_of({"####"}));  // synchronous
  tick();
  EXPECT_EQ(consumed.read(), WindowBits{});
}

TEST_F(SchedulerTest, GivesTheDenseScheduleWhenBypassed) {
  tick();
  bypass.write(true);
  show(bits_of({"....", "####"}));
  expect_schedule({0, 0, 0, 0}, 1);
  show(bits_of({"#.#."}), 1);
  expect_schedule({0, 0, 0, 0}, 1);
  show(WindowBits{}, 0);
  expect_schedule({idle, idle, idle, idle}, 0);
  bypass.write(false);
  show(bits_of({"....", "####"}));
  expect_schedule({1, 1, 1, 1}, 2);
}

TEST_F(SchedulerTest, ConsumesNothingAheadWhenBypassed) {
  bypass.write(true);
  show(bits_of({"#.#.", "####"}));
  advance.write(1);
  tick();
  EXPECT_EQ(consumed.read(), WindowBits{});
}

class TwoSidedSchedulerTest : public SchedulerTest {
 protected:
  TwoSidedSchedulerTest() : SchedulerTest(true) {}
};

TEST_F(TwoSidedSchedulerTest, TakesAPairOnlyIfBothValuesMatter) {
  tick();
  nonzero_a.write(bits_of({"##..", "####"}));
  show(bits_of({"#.#.", "..#."}));
  // Pairs: own value of lane 0, and lane 2 one row ahead, which lane 1 takes first.
  expect_schedule({0, 3, idle, idle}, 2);
}

TEST_F(TwoSidedSchedulerTest, FollowsSideAWithinTheCycle) {
  tick();
  show(bits_of({"####", "####"}));
  expect_schedule({idle, idle, idle, idle}, 2);
  nonzero_a.write(bits_of({"####", "...."}));
  settle();
  expect_schedule({0, 0, 0, 0}, 2);
  nonzero_a.write(bits_of({"####", "####"}));
  settle();
  expect_schedule({0, 0, 0, 0}, 1);
}

TEST_F(TwoSidedSchedulerTest, RemembersPairs) {
  nonzero_a.write(bits_of({"....", "##.."}));
  show(bits_of({"####", "#.##"}));
  advance.write(1);
  tick();
  EXPECT_EQ(consumed.read(), bits_of({"#..."}));
}

// A design that is refused before it runs.
class UnboundScheduler : public ClockedTest {
 public:
  UnboundScheduler() {
    expect_report("/tensordash/pe/scheduler", sc_core::SC_ERROR, "nonzero_a is not bound");
    scheduler_.clk(clk);
    scheduler_.rst_n(rst_n);
    scheduler_.bypass(bypass_);
    scheduler_.nonzero_b(nonzero_b_);
    scheduler_.rows(rows_);
    scheduler_.advance(advance_);
    scheduler_.step(step_);
    scheduler_.select(select_);
    scheduler_.drained(drained_);
    scheduler_.consumed(consumed_);
  }
  void elaborate() { EXPECT_THROW(tick(), sc_core::sc_report); }

 private:
  void TestBody() override {}

  const Connectivity table_ = four_lanes();
  sc_core::sc_signal<bool> bypass_, step_;
  sc_core::sc_signal<WindowBits> nonzero_b_, consumed_;
  sc_core::sc_signal<unsigned> rows_, advance_, drained_;
  sc_core::sc_signal<LaneSelects> select_;
  Scheduler scheduler_{"scheduler", table_, true};
};

// The fixture's own complaint that nothing was simulated is right, and the only one.
TEST(TwoSidedScheduler, RefusesToRunWithoutSideA) {
  EXPECT_NONFATAL_FAILURE(
      {
        UnboundScheduler design;
        design.elaborate();
      },
      "the test simulated nothing");
}

class PaperSchedulerTest : public ClockedTest {
 protected:
  PaperSchedulerTest() : scheduler("scheduler", table, false) {
    scheduler.clk(clk);
    scheduler.rst_n(rst_n);
    scheduler.bypass(bypass);
    scheduler.nonzero_b(nonzero_b);
    scheduler.rows(rows);
    scheduler.advance(advance);
    scheduler.step(step);
    scheduler.select(select);
    scheduler.drained(drained);
    scheduler.consumed(consumed);
  }

  const Connectivity table = Connectivity::named("paper", 16, 3);
  sc_core::sc_signal<bool> bypass{"bypass"}, step{"step", true};
  sc_core::sc_signal<WindowBits> nonzero_b{"nonzero_b"}, consumed{"consumed"};
  sc_core::sc_signal<unsigned> rows{"rows", 3}, advance{"advance"}, drained{"drained"};
  sc_core::sc_signal<LaneSelects> select{"select", LaneSelects(16)};
  Scheduler scheduler;
};

// One value in the window that lane 8 can reach, all other lanes that reach it busy with their own.
TEST_F(PaperSchedulerTest, Lane8ReachesWhatFigure9Shows) {
  struct Reach {
    unsigned step, lane;
  };
  const Reach by_priority[] = {{0, 8}, {1, 8}, {2, 8}, {1, 7}, {1, 9}, {2, 6}, {2, 10}, {1, 5}};
  for (unsigned option = 0; option < 8; ++option) {
    WindowBits bits;
    bits.row[0] = 0xffff & ~(1U << 8);
    bits.row[by_priority[option].step] |= 1U << by_priority[option].lane;
    nonzero_b.write(bits);
    settle();
    EXPECT_EQ(select.read()[8], option);
    EXPECT_EQ(drained.read(), 3U) << "option " << option;
  }
}

// All eight at once, then without the first, the first two, ...
TEST_F(PaperSchedulerTest, Lane8TakesTheFirstOfThem) {
  struct Reach {
    unsigned step, lane;
  };
  const Reach by_priority[] = {{0, 8}, {1, 8}, {2, 8}, {1, 7}, {1, 9}, {2, 6}, {2, 10}, {1, 5}};
  for (unsigned first = 0; first < 8; ++first) {
    WindowBits bits;
    bits.row[0] = 0xffff & ~(1U << 8);
    for (unsigned option = first; option < 8; ++option) {
      bits.row[by_priority[option].step] |= 1U << by_priority[option].lane;
    }
    nonzero_b.write(bits);
    settle();
    EXPECT_EQ(select.read()[8], first);
  }
}

}  // namespace
}  // namespace tensordash
