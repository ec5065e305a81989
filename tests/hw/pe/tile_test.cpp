#include "hw/pe/tile.h"

#include <gtest/gtest.h>

#include "tests/hw/pe/clocked_test.h"

namespace tensordash {
namespace {

// A tile of four-lane PEs (figures 7 and 8 of the paper) with windows of two rows, its pins held by
// the test.
class TileTest : public ClockedTest {
 protected:
  static constexpr unsigned lanes = 4, depth = 2;

  explicit TileTest(const TileParameters& tile_parameters)
      : parameters(tile_parameters),
        b_fill("b_fill", parameters.b_buffers() * depth, signals_of<LaneRow>(lanes)),
        a_fill("a_fill", parameters.a_buffers() * depth, signals_of<LaneRow>(lanes)),
        b_fill_status("b_fill_status", parameters.b_buffers()),
        a_fill_status("a_fill_status", parameters.a_buffers()),
        advance("advance", parameters.schedulers()),
        select("select", parameters.schedulers(), signals_of<LaneSelects>(lanes)),
        total("total", parameters.pes()),
        tile("tile", parameters, table) {
    tile.clk(clk);
    tile.rst_n(rst_n);
    tile.bypass(bypass);
    tile.b_fill(b_fill);
    tile.b_fill_status(b_fill_status);
    tile.a_fill(a_fill);
    tile.a_fill_status(a_fill_status);
    tile.advance(advance);
    tile.turn(turn);
    tile.space(space);
    tile.state(state);
    tile.select(select);
    tile.result_valid(result_valid);
    tile.total(total);
  }

  // Two rows, or less, on the write ports of a buffer.
  static void offer(sc_core::sc_vector<sc_core::sc_signal<LaneRow>>& fill,
                    sc_core::sc_vector<sc_core::sc_signal<FillStatus>>& status, unsigned buffer,
                    const std::vector<std::vector<float>>& stream_rows, bool starts) {
    for (unsigned port = 0; port < depth; ++port) {
      fill[buffer * depth + port].write(port < stream_rows.size() ? row_of(stream_rows[port])
                                                                  : LaneRow(lanes));
    }
    status[buffer].write({static_cast<std::uint8_t>(stream_rows.size()), starts});
  }
  void offer_b(unsigned buffer, const std::vector<std::vector<float>>& stream_rows, bool starts) {
    offer(b_fill, b_fill_status, buffer, stream_rows, starts);
  }
  void offer_a(unsigned buffer, const std::vector<std::vector<float>>& stream_rows, bool starts) {
    offer(a_fill, a_fill_status, buffer, stream_rows, starts);
  }
  void offer_nothing() {
    for (unsigned buffer = 0; buffer < parameters.b_buffers(); ++buffer) offer_b(buffer, {}, true);
    for (unsigned buffer = 0; buffer < parameters.a_buffers(); ++buffer) offer_a(buffer, {}, true);
  }
  void reset() {
    offer_nothing();
    rst_n.write(false);
    tick();
    rst_n.write(true);
    settle();
  }

  const TileParameters parameters;
  const Connectivity table{"four", lanes, depth, {{0, 0}, {1, 0}, {1, -1}, {1, 1}}};
  sc_core::sc_signal<bool> bypass{"bypass"}, turn{"turn"}, result_valid{"result_valid"};
  sc_core::sc_vector<sc_core::sc_signal<LaneRow>> b_fill, a_fill;
  sc_core::sc_vector<sc_core::sc_signal<FillStatus>> b_fill_status, a_fill_status;
  sc_core::sc_vector<sc_core::sc_signal<unsigned>> advance;
  sc_core::sc_signal<unsigned> space{"space"};
  sc_core::sc_signal<TileState> state{"state"};
  sc_core::sc_vector<sc_core::sc_signal<LaneSelects>> select;
  sc_core::sc_vector<sc_core::sc_signal<Fp32>> total;
  Tile tile;
};

const std::vector<float> zeros = {0, 0, 0, 0};
const std::vector<float> ones = {1, 1, 1, 1};

TileParameters tile_of(unsigned rows, unsigned columns, Sparsity sparsity, Sync sync) {
  TileParameters parameters;
  parameters.rows = rows;
  parameters.columns = columns;
  parameters.sparsity = sparsity;
  parameters.sync = sync;
  return parameters;
}

class OnePeTileTest : public TileTest {
 protected:
  OnePeTileTest() : TileTest(tile_of(1, 1, Sparsity::one_sided, Sync::lockstep)) {}
};

TEST_F(OnePeTileTest, RunsAPassAndTheNextWithoutLosingAClock) {
  reset();
  EXPECT_EQ(state.read(), TileState::idle);
  EXPECT_TRUE(turn.read());
  // First pass, three rows.
  const std::vector<float> dense_a = {1, 2, 3, 4};
  offer_b(0, {{1, 1, 0, 0}, {1, 1, 0, 0}}, true);
  offer_a(0, {dense_a, dense_a}, true);
  tick();
  EXPECT_EQ(state.read(), TileState::run);
  EXPECT_EQ(select[0].read(), selects_of({0, 0, 2, 3}));
  EXPECT_EQ(advance[0].read(), 2U);
  offer_b(0, {{0, 0, 10, 0}}, false);
  offer_a(0, {dense_a}, false);
  settle();
  EXPECT_FALSE(turn.read());
  tick();
  EXPECT_EQ(state.read(), TileState::tail);
  EXPECT_EQ(select[0].read(), selects_of({idle, idle, 0, idle}));
  EXPECT_EQ(advance[0].read(), 1U);
  // Second pass, one row, already on the write ports.
  offer_b(0, {{0, 5, 0, 0}}, true);
  offer_a(0, {dense_a}, true);
  settle();
  EXPECT_TRUE(turn.read());
  tick();
  EXPECT_EQ(state.read(), TileState::tail);
  EXPECT_EQ(select[0].read(), selects_of({idle, 0, idle, idle}));
  offer_nothing();
  settle();
  EXPECT_TRUE(turn.read());
  tick();
  EXPECT_EQ(state.read(), TileState::idle);
  EXPECT_FALSE(result_valid.read());
  // The edge before this one took the last step of the first pass, this one that of the second.
  tick();
  EXPECT_FALSE(result_valid.read());
  tick();
  EXPECT_TRUE(result_valid.read());
  EXPECT_EQ(total[0].read().value, 1.0F + 2 + 1 + 2 + 30);
  tick();
  EXPECT_TRUE(result_valid.read());
  EXPECT_EQ(total[0].read().value, 10.0F);
  tick();
  EXPECT_FALSE(result_valid.read());
}

TEST_F(OnePeTileTest, RunsTheDenseScheduleWhenBypassed) {
  bypass.write(true);
  reset();
  offer_b(0, {zeros, {0, 2, 0, 0}}, true);
  offer_a(0, {ones, {7, 7, 7, 7}}, true);
  tick();
  EXPECT_EQ(state.read(), TileState::dense);
  EXPECT_EQ(select[0].read(), selects_of({0, 0, 0, 0}));
  EXPECT_EQ(advance[0].read(), 1U);
  offer_nothing();
  settle();
  EXPECT_FALSE(turn.read());
  tick();
  EXPECT_EQ(state.read(), TileState::dense);
  EXPECT_TRUE(turn.read());
  tick();
  EXPECT_EQ(state.read(), TileState::idle);
  for (int edge = 0; edge < 3; ++edge) tick();
  EXPECT_TRUE(result_valid.read());
  EXPECT_EQ(total[0].read().value, 14.0F);
}

TEST_F(OnePeTileTest, IsEmptyAfterAResetInTheMiddleOfAPass) {
  reset();
  offer_b(0, {ones, ones}, true);
  offer_a(0, {ones, ones}, true);
  tick();
  tick();
  reset();
  EXPECT_EQ(state.read(), TileState::idle);
  for (int edge = 0; edge < 5; ++edge) {
    tick();
    EXPECT_FALSE(result_valid.read());
  }
  // A fresh pass is not disturbed by the one that was cut off.
  offer_b(0, {{3, 0, 0, 0}}, true);
  offer_a(0, {ones}, true);
  tick();
  offer_nothing();
  for (int edge = 0; edge < 4; ++edge) tick();
  EXPECT_TRUE(result_valid.read());
  EXPECT_EQ(total[0].read().value, 3.0F);
}

// Two rows: the first has its only values one row ahead, the second is dense.
class TwoRowTileTest : public TileTest {
 protected:
  explicit TwoRowTileTest(Sync sync = Sync::lockstep)
      : TileTest(tile_of(2, 2, Sparsity::one_sided, sync)) {}
};

TEST_F(TwoRowTileTest, ARowWaitsForTheSlowerOneAndRemembersWhatItTook) {
  reset();
  offer_b(0, {zeros, {2, 2, 2, 2}}, true);
  offer_b(1, {ones, ones}, true);
  offer_a(0, {ones, {3, 3, 3, 3}}, true);
  offer_a(1, {ones, {5, 5, 5, 5}}, true);
  tick();
  EXPECT_EQ(select[0].read(), selects_of({1, 1, 1, 1}));
  EXPECT_EQ(select[1].read(), selects_of({0, 0, 0, 0}));
  EXPECT_EQ(advance[0].read(), 1U);
  EXPECT_EQ(advance[1].read(), 1U);
  offer_nothing();
  tick();
  EXPECT_EQ(state.read(), TileState::tail);
  EXPECT_EQ(select[0].read(), selects_of({idle, idle, idle, idle}));
  EXPECT_EQ(select[1].read(), selects_of({0, 0, 0, 0}));
  EXPECT_TRUE(turn.read());
  for (int edge = 0; edge < 4; ++edge) tick();
  EXPECT_TRUE(result_valid.read());
  EXPECT_EQ(total[0].read().value, 24.0F);
  EXPECT_EQ(total[1].read().value, 40.0F);
  EXPECT_EQ(total[2].read().value, 4.0F + 12);
  EXPECT_EQ(total[3].read().value, 4.0F + 20);
}

class ElasticTileTest : public TwoRowTileTest {
 protected:
  ElasticTileTest() : TwoRowTileTest(Sync::elastic) {}
};

TEST_F(ElasticTileTest, ARowGoesAheadAndTheTileTurnsWithTheSlowest) {
  reset();
  offer_b(0, {zeros, {2, 2, 2, 2}}, true);
  offer_b(1, {ones, ones}, true);
  for (unsigned row = 0; row < 2; ++row) {
    offer_a(2 * row, {ones, {3, 3, 3, 3}}, true);
    offer_a(2 * row + 1, {ones, {5, 5, 5, 5}}, true);
  }
  tick();
  EXPECT_EQ(advance[0].read(), 2U);
  EXPECT_EQ(advance[1].read(), 1U);
  // The next pass waits at the write ports, of the first row too.
  offer_b(0, {{9, 0, 0, 0}}, true);
  offer_b(1, {{0, 9, 0, 0}}, true);
  for (unsigned buffer = 0; buffer < 4; ++buffer) offer_a(buffer, {ones}, true);
  settle();
  EXPECT_FALSE(turn.read());
  tick();
  EXPECT_EQ(advance[0].read(), 0U);
  EXPECT_EQ(select[0].read(), selects_of({idle, idle, idle, idle}));
  EXPECT_EQ(advance[1].read(), 1U);
  EXPECT_TRUE(turn.read());
  tick();
  EXPECT_EQ(select[0].read(), selects_of({0, idle, idle, idle}));
  EXPECT_EQ(select[1].read(), selects_of({idle, 0, idle, idle}));
  offer_nothing();
  for (int edge = 0; edge < 3; ++edge) tick();
  EXPECT_TRUE(result_valid.read());
  EXPECT_EQ(total[0].read().value, 24.0F);
  EXPECT_EQ(total[1].read().value, 40.0F);
  EXPECT_EQ(total[2].read().value, 16.0F);
  EXPECT_EQ(total[3].read().value, 24.0F);
  tick();
  EXPECT_TRUE(result_valid.read());
  for (unsigned pe = 0; pe < 4; ++pe) EXPECT_EQ(total[pe].read().value, 9.0F);
}

class TwoSidedTileTest : public TileTest {
 protected:
  TwoSidedTileTest() : TileTest(tile_of(1, 2, Sparsity::two_sided, Sync::lockstep)) {}
};

TEST_F(TwoSidedTileTest, EachPeSchedulesItsOwnPairs) {
  reset();
  offer_b(0, {{1, 2, 0, 0}, {0, 0, 3, 4}}, true);
  offer_a(0, {{1, 0, 1, 1}, ones}, true);
  offer_a(1, {zeros, {1, 1, 1, 0}}, true);
  tick();
  EXPECT_EQ(select[0].read(), selects_of({0, 3, 3, idle}));
  EXPECT_EQ(select[1].read(), selects_of({idle, 3, idle, idle}));
  EXPECT_EQ(advance[0].read(), 2U);
  EXPECT_EQ(advance[1].read(), 2U);
  offer_nothing();
  for (int edge = 0; edge < 4; ++edge) tick();
  EXPECT_TRUE(result_valid.read());
  EXPECT_EQ(total[0].read().value, 8.0F);
  EXPECT_EQ(total[1].read().value, 3.0F);
}

TEST_F(TwoSidedTileTest, APeWaitsForItsNeighbour) {
  reset();
  offer_b(0, {ones, ones}, true);
  offer_a(0, {ones, ones}, true);
  offer_a(1, {zeros, ones}, true);
  tick();
  EXPECT_EQ(select[1].read(), selects_of({1, 1, 1, 1}));
  EXPECT_EQ(advance[0].read(), 1U);
  EXPECT_EQ(advance[1].read(), 1U);
  offer_nothing();
  tick();
  EXPECT_EQ(select[0].read(), selects_of({0, 0, 0, 0}));
  EXPECT_EQ(select[1].read(), selects_of({idle, idle, idle, idle}));
  for (int edge = 0; edge < 4; ++edge) tick();
  EXPECT_TRUE(result_valid.read());
  EXPECT_EQ(total[0].read().value, 8.0F);
  EXPECT_EQ(total[1].read().value, 4.0F);
}

}  // namespace
}  // namespace tensordash
