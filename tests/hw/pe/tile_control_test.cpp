#include "tests/hw/pe/tile_control_test.h"

namespace tensordash {
namespace {

TEST_F(TileControlTest, AdvancesByTheSmallestOfTheTile) {
  tick();
  show({3, 3, 3}, {3, 1, 2}, {0, 0, 0});
  expect_advance({1, 1, 1});
  show({3, 3, 3}, {2, 3, 3}, {0, 0, 0});
  expect_advance({2, 2, 2});
  show({3, 3, 3}, {3, 3, 3}, {0, 0, 0});
  expect_advance({3, 3, 3});
}

TEST_F(ElasticTileControlTest, AdvancesEachByItsOwn) {
  tick();
  show({3, 3, 3}, {3, 1, 2}, {0, 0, 0});
  expect_advance({3, 1, 2});
}

TEST_F(TileControlTest, TurnsWhenTheLastRowsOfThePassLeave) {
  tick();
  show({2, 2, 2}, {2, 2, 2});
  EXPECT_TRUE(turn.read());
  show({2, 2, 2}, {2, 1, 2});  // a row holds the tile back
  expect_advance({1, 1, 1});
  EXPECT_FALSE(turn.read());
  show({3, 3, 3}, {3, 3, 3}, {0, 0, 0});  // rows of the same pass follow
  EXPECT_FALSE(turn.read());
  show({3, 3, 3}, {3, 3, 3}, {1, 0, 1});
  EXPECT_FALSE(turn.read());
}

TEST_F(ElasticTileControlTest, TurnsWhenTheSlowestWindowEmpties) {
  tick();
  show({0, 1, 2}, {0, 1, 1});
  EXPECT_FALSE(turn.read());
  show({0, 0, 1}, {0, 0, 1});
  EXPECT_TRUE(turn.read());
  show({0, 1, 1}, {0, 1, 1});
  EXPECT_TRUE(turn.read());
  show({3, 3, 3}, {3, 3, 3}, {1, 1, 0});
  EXPECT_FALSE(turn.read());
}

TEST_F(TileControlTest, AnEmptyTileIsReadyForAPass) {
  tick();
  show({0, 0, 0}, {0, 0, 0});
  EXPECT_TRUE(turn.read());
  EXPECT_EQ(state.read(), TileState::idle);
}

TEST_F(TileControlTest, ShowsItsState) {
  tick();
  show({3, 3, 3}, {1, 1, 1});
  EXPECT_EQ(state.read(), TileState::run);
  show({2, 2, 2}, {1, 1, 1});
  EXPECT_EQ(state.read(), TileState::tail);
  bypass.write(true);
  show({3, 3, 3}, {1, 1, 1});
  EXPECT_EQ(state.read(), TileState::dense);
  show({1, 1, 1}, {1, 1, 1});
  EXPECT_EQ(state.read(), TileState::dense);
  show({0, 0, 0}, {0, 0, 0});
  EXPECT_EQ(state.read(), TileState::idle);
}

TEST_F(ElasticTileControlTest, WorksAsLongAsAnyWindowHasRows) {
  tick();
  show({0, 0, 1}, {0, 0, 1});
  EXPECT_EQ(state.read(), TileState::tail);
  show({0, 3, 3}, {0, 1, 1});
  EXPECT_EQ(state.read(), TileState::tail);
  show({3, 3, 3}, {1, 2, 3});
  EXPECT_EQ(state.read(), TileState::run);
}

TEST_F(TileControlTest, NumbersItsStatesAsWavesShowThem) {
  EXPECT_EQ(static_cast<int>(TileState::idle), 0);
  EXPECT_EQ(static_cast<int>(TileState::run), 1);
  EXPECT_EQ(static_cast<int>(TileState::tail), 2);
  EXPECT_EQ(static_cast<int>(TileState::dense), 3);
  EXPECT_EQ(static_cast<int>(TileState::stalled), 4);
  tick();
}

// Reset, a pass of three steps, one of one step at once, an idle clock, a pass of two steps.
TEST_F(TileControlTest, SendsATokenDownThePipelineWithEveryStep) {
  const PerScheduler nothing{0, 0, 0};
  struct Clock {
    PerScheduler rows, as;
    StepToken expected;  ///< operand token after the edge
  };
  const Clock clocks[] = {
      {nothing, nothing, no_step},
      {{3, 3, 3}, {1, 1, 1}, {true, true, false}},
      {{2, 2, 2}, {1, 2, 1}, {true, false, false}},
      {{1, 1, 1}, {1, 1, 1}, {true, false, true}},
      {{3, 3, 3}, {3, 3, 3}, {true, true, true}},
      {nothing, nothing, no_step},
      {{2, 2, 2}, {1, 1, 1}, {true, true, false}},
      {{1, 1, 1}, {1, 1, 1}, {true, false, true}},
      {nothing, nothing, no_step},
      {nothing, nothing, no_step},
      {nothing, nothing, no_step},
      {nothing, nothing, no_step},
  };
  rst_n.write(false);
  show(nothing, nothing);
  tick();
  rst_n.write(true);
  std::vector<StepToken> sent(3, no_step);  // what the stages behind have to show
  for (const Clock& clock : clocks) {
    show(clock.rows, clock.as);
    tick();
    sent.push_back(clock.expected);
    const std::size_t now = sent.size() - 1;
    EXPECT_EQ(operand_token.read(), sent[now]) << "clock " << now;
    EXPECT_EQ(product_token.read(), sent[now - 1]) << "clock " << now;
    EXPECT_EQ(sum_token.read(), sent[now - 2]) << "clock " << now;
    EXPECT_EQ(result_valid.read(), sent[now - 3].last) << "clock " << now;
  }
}

TEST_F(TileControlTest, LosesAllTokensAtAResetEdge) {
  show({3, 3, 3}, {1, 1, 1});
  tick();
  tick();
  tick();
  rst_n.write(false);
  tick();
  EXPECT_EQ(operand_token.read(), no_step);
  EXPECT_EQ(product_token.read(), no_step);
  EXPECT_EQ(sum_token.read(), no_step);
  EXPECT_FALSE(result_valid.read());
  rst_n.write(true);
  tick();
  EXPECT_EQ(operand_token.read(), (StepToken{true, true, false}));  // a pass begins anew
}

}  // namespace
}  // namespace tensordash
