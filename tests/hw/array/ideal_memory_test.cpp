#include "hw/array/ideal_memory.h"

#include <gtest/gtest.h>

#include "tests/hw/array/array_test.h"

namespace tensordash {
namespace {

constexpr unsigned lanes = 2;
constexpr unsigned depth = 3;

// The memory of tile 1 of 2, the tile played by the test. Stream row k of stream `s` of pass `id`
// holds 1000 id + 100 s + k, negative on side A.
class IdealMemoryTest : public ClockedTest {
 protected:
  explicit IdealMemoryTest(Sync sync = Sync::lockstep)
      : parameters(tile_of(sync)),
        advance("advance", parameters.schedulers()),
        b_fill("b_fill", parameters.b_buffers() * depth, signals_of<LaneRow>(lanes)),
        a_fill("a_fill", parameters.a_buffers() * depth, signals_of<LaneRow>(lanes)),
        b_fill_status("b_fill_status", parameters.b_buffers()),
        a_fill_status("a_fill_status", parameters.a_buffers()),
        memory("memory", parameters, table, 1) {
    memory.clk(clk);
    memory.rst_n(rst_n);
    memory.start(start);
    memory.advance(advance);
    memory.turn(turn);
    memory.b_fill(b_fill);
    memory.b_fill_status(b_fill_status);
    memory.a_fill(a_fill);
    memory.a_fill_status(a_fill_status);
    memory.pass(pass);
    memory.offering(offering);
    rst_n.write(false);
    tick();
    rst_n.write(true);
  }

  static TileParameters tile_of(Sync sync) {
    TileParameters tile;
    tile.rows = 2;
    tile.columns = 2;
    tile.sync = sync;
    return tile;
  }

  static float value(std::uint64_t id, unsigned stream, unsigned k) {
    return static_cast<float>(1000 * id + 100 * stream + k);
  }
  static std::vector<float> stream_of(std::uint64_t id, unsigned stream, unsigned rows,
                                      float sign) {
    std::vector<float> values;
    for (unsigned k = 0; k < rows; ++k)
      values.insert(values.end(), lanes, sign * value(id, stream, k));
    return values;
  }
  static WrittenPass pass_of(std::uint64_t id, unsigned rows) {
    WrittenPass written;
    written.stream_rows = rows;
    for (unsigned stream = 0; stream < 2; ++stream) {
      written.b.push_back(stream_of(id, stream, rows, 1.0F));
      written.a.push_back(stream_of(id, stream, rows, -1.0F));
    }
    return written;
  }

  void begin(ListedPasses& source) {
    memory.set_source(&source);
    start.write(true);
    tick();
    start.write(false);
  }
  void clock(const std::vector<unsigned>& rows_leaving, bool turns) {
    for (unsigned s = 0; s < rows_leaving.size(); ++s) advance[s].write(rows_leaving[s]);
    turn.write(turns);
    tick();
  }

  static void expect_rows(const sc_core::sc_vector<sc_core::sc_signal<LaneRow>>& fill,
                          const sc_core::sc_vector<sc_core::sc_signal<FillStatus>>& status,
                          unsigned buffer, float sign, std::uint64_t id, unsigned stream,
                          unsigned first, unsigned count, bool starts) {
    EXPECT_EQ(status[buffer].read(), (FillStatus{static_cast<std::uint8_t>(count), starts}));
    for (unsigned port = 0; port < depth; ++port) {
      const float held = port < count ? sign * value(id, stream, first + port) : 0.0F;
      EXPECT_EQ(fill[buffer * depth + port].read(), row_of({held, held}))
          << "buffer " << buffer << " port " << port;
    }
  }
  // All buffers alike, as in lockstep.
  void expect_offer(std::uint64_t id, unsigned first, unsigned count, bool starts) {
    for (unsigned buffer = 0; buffer < 2; ++buffer) {
      expect_rows(b_fill, b_fill_status, buffer, 1.0F, id, buffer, first, count, starts);
      expect_rows(a_fill, a_fill_status, buffer, -1.0F, id, buffer, first, count, starts);
    }
    EXPECT_EQ(offering.read(), count > 0);
  }

  const TileParameters parameters;
  const Connectivity table{"two", lanes, depth, {{0, 0}, {1, 0}, {2, 0}}};
  sc_core::sc_signal<bool> start{"start"}, turn{"turn"}, offering{"offering"};
  sc_core::sc_vector<sc_core::sc_signal<unsigned>> advance;
  sc_core::sc_vector<sc_core::sc_signal<LaneRow>> b_fill, a_fill;
  sc_core::sc_vector<sc_core::sc_signal<FillStatus>> b_fill_status, a_fill_status;
  sc_core::sc_signal<sc_dt::uint64> pass{"pass"};
  IdealMemory memory;
};

TEST_F(IdealMemoryTest, OffersNothingBeforeAStart) {
  expect_offer(0, 0, 0, true);
  clock({0, 0}, true);
  expect_offer(0, 0, 0, true);
}

TEST_F(IdealMemoryTest, OffersTheFirstRowsOfItsFirstPass) {
  ListedPasses source({pass_of(0, 5), pass_of(1, 7)}, 2, parameters);
  begin(source);
  expect_offer(1, 0, 3, true);  // pass 0 is the other tile's
  clock({0, 0}, false);         // the tile does not take them yet
  expect_offer(1, 0, 3, true);
}

TEST_F(IdealMemoryTest, FollowsTheWindowRowByRow) {
  ListedPasses source({pass_of(0, 1), pass_of(1, 9)}, 2, parameters);
  begin(source);
  clock({0, 0}, true);  // rows 0 to 2 enter
  EXPECT_EQ(pass.read(), 1U);
  expect_offer(1, 3, 3, false);
  clock({0, 0}, false);  // no room
  expect_offer(1, 3, 3, false);
  clock({1, 1}, false);
  expect_offer(1, 4, 3, false);
  clock({3, 3}, false);
  expect_offer(1, 7, 2, false);
  clock({1, 1}, false);
  expect_offer(1, 8, 1, false);
  clock({2, 2}, false);  // the last row enters; nothing comes after this pass
  expect_offer(1, 0, 0, true);
}

TEST_F(IdealMemoryTest, HasTheNextPassReadyBeforeTheTurn) {
  ListedPasses source({pass_of(0, 1), pass_of(1, 4), pass_of(2, 1), pass_of(3, 2)}, 2, parameters);
  begin(source);
  clock({0, 0}, true);
  expect_offer(1, 3, 1, false);
  clock({2, 2}, false);  // the last row of pass 1 enters
  expect_offer(3, 0, 2, true);
  EXPECT_EQ(pass.read(), 1U);
  clock({1, 1}, false);
  expect_offer(3, 0, 2, true);
  clock({1, 1}, true);
  EXPECT_EQ(pass.read(), 3U);
  expect_offer(3, 0, 0, true);
  clock({2, 2}, true);
  expect_offer(3, 0, 0, true);
}

TEST_F(IdealMemoryTest, AMissingStreamIsRowsOfZeros) {
  WrittenPass narrow = pass_of(1, 2);
  narrow.b.pop_back();
  narrow.a.pop_back();
  ListedPasses source({pass_of(0, 1), narrow}, 2, parameters);
  begin(source);
  expect_rows(b_fill, b_fill_status, 0, 1.0F, 1, 0, 0, 2, true);
  EXPECT_EQ(b_fill_status[1].read(), (FillStatus{2, true}));
  EXPECT_EQ(a_fill_status[1].read(), (FillStatus{2, true}));
  for (unsigned port = 0; port < depth; ++port) {
    EXPECT_EQ(b_fill[depth + port].read(), LaneRow(lanes));
    EXPECT_EQ(a_fill[depth + port].read(), LaneRow(lanes));
  }
}

TEST_F(IdealMemoryTest, OffersNothingAfterAReset) {
  ListedPasses source({pass_of(0, 1), pass_of(1, 9)}, 2, parameters);
  begin(source);
  clock({0, 0}, true);
  rst_n.write(false);
  clock({1, 1}, false);
  expect_offer(0, 0, 0, true);
  rst_n.write(true);
  clock({0, 0}, true);
  expect_offer(0, 0, 0, true);
  ListedPasses other({pass_of(0, 1), pass_of(1, 2)}, 2, parameters);
  begin(other);
  expect_offer(1, 0, 2, true);
}

class ElasticIdealMemoryTest : public IdealMemoryTest {
 protected:
  ElasticIdealMemoryTest() : IdealMemoryTest(Sync::elastic) {}

  // Side B of a row and side A of its PEs.
  void expect_row_offer(unsigned row, std::uint64_t id, unsigned first, unsigned count,
                        bool starts) {
    expect_rows(b_fill, b_fill_status, row, 1.0F, id, row, first, count, starts);
    for (unsigned column = 0; column < 2; ++column) {
      expect_rows(a_fill, a_fill_status, 2 * row + column, -1.0F, id, column, first, count, starts);
    }
  }
};

TEST_F(ElasticIdealMemoryTest, FollowsEachRowOnItsOwn) {
  ListedPasses source({pass_of(0, 1), pass_of(1, 6), pass_of(2, 1), pass_of(3, 3)}, 2, parameters);
  begin(source);
  clock({0, 0}, true);
  clock({3, 1}, false);
  expect_row_offer(0, 3, 0, 3, true);  // all six rows of row 0 have entered
  expect_row_offer(1, 1, 4, 2, false);
  clock({3, 2}, false);
  expect_row_offer(0, 3, 0, 3, true);
  expect_row_offer(1, 3, 0, 3, true);
  EXPECT_EQ(pass.read(), 1U);
  clock({0, 3}, true);
  EXPECT_EQ(pass.read(), 3U);
  expect_row_offer(0, 3, 0, 0, true);
  expect_row_offer(1, 3, 0, 0, true);
}

}  // namespace
}  // namespace tensordash
