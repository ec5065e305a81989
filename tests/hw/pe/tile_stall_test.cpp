// When a tile stalls: what has to stand on the write ports before a step may take place.

#include <gtest/gtest.h>

#include "tests/hw/pe/tile_control_test.h"

namespace tensordash {
namespace {

constexpr bool of_next_pass = true;
constexpr bool of_this_pass = false;

FillStatus status_of(unsigned rows, unsigned wanted, bool starts) {
  return {static_cast<std::uint8_t>(rows), starts, static_cast<std::uint8_t>(wanted)};
}

TEST(FillStatusTest, WantsWhatItHasUnlessToldOtherwise) {
  EXPECT_EQ(FillStatus(2, of_this_pass), FillStatus(2, of_this_pass, 2));
  EXPECT_EQ(FillStatus(), FillStatus(0, of_this_pass, 0));
}

TEST(FillStatusTest, IsAnotherWithAnyOtherPart) {
  const FillStatus status(1, of_this_pass, 2);
  EXPECT_FALSE(status == FillStatus(1, of_this_pass, 3));
  EXPECT_FALSE(status == FillStatus(0, of_this_pass, 2));
  EXPECT_FALSE(status == FillStatus(1, of_next_pass, 2));
}

TEST(FillStatusTest, LacksOnlyRowsThatWouldEnter) {
  for (unsigned wanted = 0; wanted <= 3; ++wanted) {
    for (unsigned rows = 0; rows <= wanted; ++rows) {
      for (unsigned room = 0; room <= 3; ++room) {
        const bool short_of = rows < std::min(room, wanted);
        const FillStatus present = status_of(rows, wanted, of_this_pass);
        const FillStatus next = status_of(rows, wanted, of_next_pass);
        EXPECT_EQ(present.lacks(room, false), short_of);
        EXPECT_EQ(present.lacks(room, true), short_of);
        EXPECT_EQ(next.lacks(room, true), short_of);
        EXPECT_FALSE(next.lacks(room, false));
      }
    }
  }
}

class TileStallTest : public TileControlTest {
 protected:
  using TileControlTest::TileControlTest;

  // All windows of both sides alike.
  void show_all(unsigned held, const PerScheduler& as, const FillStatus& status) {
    show({held, held, held}, as);
    for (auto& window : fill_status) window.write(status);
    for (auto& window : a_fill_status) window.write(status);
    settle();
  }
  void expect_stall() {
    EXPECT_EQ(state.read(), TileState::stalled);
    expect_advance({0, 0, 0});
    EXPECT_FALSE(turn.read());
    EXPECT_FALSE(step.read());
  }
  void expect_step(TileState expected, unsigned leaving, bool turns = false) {
    EXPECT_EQ(state.read(), expected);
    expect_advance({leaving, leaving, leaving});
    EXPECT_EQ(turn.read(), turns);
    EXPECT_TRUE(step.read());
  }
  // Where one window alone has less than the others, the tile stalls until it has as much.
  void expect_stall_wherever(const FillStatus& enough, const FillStatus& too_little) {
    for (auto* windows : {&fill_status, &a_fill_status}) {
      for (auto& window : *windows) {
        window.write(too_little);
        settle();
        expect_stall();
        window.write(enough);
        settle();
        EXPECT_NE(state.read(), TileState::stalled);
      }
    }
  }
};

TEST_F(TileStallTest, NeedsARowForEveryRowThatLeaves) {
  tick();
  for (unsigned leaving = 1; leaving <= 3; ++leaving) {
    const FillStatus enough = status_of(leaving, 3, of_this_pass);
    show_all(3, {leaving, 3, leaving}, enough);
    expect_step(TileState::run, leaving);
    expect_stall_wherever(enough, status_of(leaving - 1, 3, of_this_pass));
  }
}

TEST_F(TileStallTest, NeedsNoMoreThanThePassHasLeft) {
  tick();
  const FillStatus enough = status_of(1, 1, of_this_pass);
  show_all(3, {3, 3, 3}, enough);
  expect_step(TileState::run, 3);
  expect_stall_wherever(enough, status_of(0, 1, of_this_pass));
}

TEST_F(TileStallTest, NeedsNothingAtTheTailUntilThePassEnds) {
  tick();
  show_all(3, {2, 1, 3}, status_of(0, 3, of_next_pass));
  expect_step(TileState::run, 1);
  show_all(2, {1, 1, 1}, status_of(0, 3, of_next_pass));
  expect_step(TileState::tail, 1);
}

TEST_F(TileStallTest, NeedsAllFirstRowsOfTheNextPassForTheLastStep) {
  tick();
  for (unsigned wanted = 1; wanted <= 3; ++wanted) {
    const FillStatus enough = status_of(wanted, wanted, of_next_pass);
    show_all(1, {1, 1, 1}, enough);
    expect_step(TileState::tail, 1, true);
    for (unsigned there = 0; there < wanted; ++there) {
      expect_stall_wherever(enough, status_of(there, wanted, of_next_pass));
    }
  }
}

TEST_F(TileStallTest, EndsItsLastPassWithNothingToCome) {
  tick();
  show_all(2, {2, 2, 2}, status_of(0, 0, of_next_pass));
  expect_step(TileState::tail, 2, true);
}

TEST_F(TileStallTest, AnEmptyTileWaitsForItsFirstRows) {
  tick();
  const FillStatus enough = status_of(3, 3, of_next_pass);
  show_all(0, {0, 0, 0}, enough);
  EXPECT_EQ(state.read(), TileState::idle);  // they enter at the next edge
  EXPECT_TRUE(turn.read());
  EXPECT_FALSE(step.read());
  for (unsigned there = 0; there < 3; ++there) {
    expect_stall_wherever(enough, status_of(there, 3, of_next_pass));
  }
  const FillStatus both = status_of(2, 2, of_next_pass);
  show_all(0, {0, 0, 0}, both);
  EXPECT_EQ(state.read(), TileState::idle);
  expect_stall_wherever(both, status_of(1, 2, of_next_pass));
}

TEST_F(TileStallTest, ATileWithoutWorkIsIdle) {
  tick();
  show_all(0, {0, 0, 0}, status_of(0, 0, of_next_pass));
  EXPECT_EQ(state.read(), TileState::idle);
  EXPECT_TRUE(turn.read());
  EXPECT_FALSE(step.read());
}

TEST_F(TileStallTest, StallsInTheDenseScheduleToo) {
  tick();
  bypass.write(true);
  const FillStatus enough = status_of(1, 3, of_this_pass);
  show_all(3, {1, 1, 1}, enough);
  expect_step(TileState::dense, 1);
  expect_stall_wherever(enough, status_of(0, 3, of_this_pass));
}

// A pass of two steps with a stall before each, and one at its end.
TEST_F(TileStallTest, SendsNoTokenWhileThoseUnderWayGoOn) {
  constexpr StepToken first{true, true, false};
  constexpr StepToken last{true, false, true};
  const FillStatus there = status_of(1, 1, of_this_pass);
  const FillStatus missing = status_of(0, 1, of_this_pass);
  const FillStatus next_missing = status_of(0, 1, of_next_pass);
  const FillStatus next_there = status_of(1, 1, of_next_pass);
  struct Clock {
    unsigned held;
    FillStatus status;
    StepToken expected;  ///< operand token after the edge
  };
  const Clock clocks[] = {
      {3, missing, no_step},
      {3, there, first},
      {1, next_missing, no_step},
      {1, next_missing, no_step},
      {1, next_there, last},
      {1, next_missing, no_step},
      {1, next_there, {true, true, true}},
      {0, next_missing, no_step},
      {0, next_missing, no_step},
      {0, next_missing, no_step},
  };
  rst_n.write(false);
  show_all(0, {0, 0, 0}, FillStatus{});
  tick();
  rst_n.write(true);
  std::vector<StepToken> sent(3, no_step);  // what the stages behind have to show
  for (const Clock& clock : clocks) {
    const unsigned as = std::min(clock.held, 1U);
    show_all(clock.held, {as, as, as}, clock.status);
    tick();
    sent.push_back(clock.expected);
    const std::size_t now = sent.size() - 1;
    EXPECT_EQ(operand_token.read(), sent[now]) << "clock " << now;
    EXPECT_EQ(product_token.read(), sent[now - 1]) << "clock " << now;
    EXPECT_EQ(sum_token.read(), sent[now - 2]) << "clock " << now;
    EXPECT_EQ(result_valid.read(), sent[now - 3].last) << "clock " << now;
  }
}

class ElasticTileStallTest : public TileStallTest {
 protected:
  ElasticTileStallTest() : TileStallTest(true) {
    expect_report("/tensordash/pe/tile_control", sc_core::SC_ERROR, "elastic");
  }
};

TEST_F(ElasticTileStallTest, ReportsAMissingRowOfSideB) {
  tick();
  show_all(3, {1, 2, 3}, status_of(3, 3, of_this_pass));
  expect_advance({1, 2, 3});
  fill_status[2].write(status_of(2, 3, of_this_pass));
  EXPECT_THROW(settle(), sc_core::sc_report);
}

TEST_F(ElasticTileStallTest, ReportsAMissingRowOfSideA) {
  tick();
  show_all(1, {1, 1, 1}, status_of(2, 2, of_next_pass));
  EXPECT_TRUE(turn.read());
  a_fill_status[1].write(status_of(1, 2, of_next_pass));
  EXPECT_THROW(settle(), sc_core::sc_report);
}

}  // namespace
}  // namespace tensordash
