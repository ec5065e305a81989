#include "hw/memory/tile_memory.h"

#include <gtest/gtest.h>

#include "tests/hw/memory/listed_programs.h"
#include "tests/hw/pe/clocked_test.h"

namespace tensordash {
namespace {

constexpr unsigned lanes = 4;

// A tile of one PE, two rows deep, whose part the test plays.
class TileMemoryPinTest : public ClockedTest {
 protected:
  explicit TileMemoryPinTest(unsigned scratchpad_banks = 2)
      : write_value("write_value", 4, signals_of<LaneRow>(lanes)),
        b_fill("b_fill", 2, signals_of<LaneRow>(lanes)),
        a_fill("a_fill", 2, signals_of<LaneRow>(lanes)),
        memory("memory", {lanes, 1, 1, 2, 1, 2, 8, 1, 2, scratchpad_banks, 2}) {
    memory.clk(clk);
    memory.rst_n(rst_n);
    memory.start(start);
    memory.write_valid(write_valid);
    memory.write_row(write_row);
    memory.write_value(write_value);
    memory.landed(landed);
    memory.release_before(release_before);
    memory.awaited(awaited);
    memory.absence(absence);
    memory.result_room(result_room);
    memory.reserve(reserve);
    memory.advance(advance);
    memory.turn(turn);
    memory.space(space);
    memory.b_fill(b_fill);
    memory.b_fill_status(b_status);
    memory.a_fill(a_fill);
    memory.a_fill_status(a_status);
    memory.pass(pass);
    memory.offering(offering);
    memory.stalled(stalled);
    memory.stall_cause(cause);
    rst_n.write(false);
    tick();
    rst_n.write(true);
    settle();
  }

  static LaneRow value(unsigned side, unsigned row) {
    const auto first = static_cast<float>(100 * side + 10 * row);
    return row_of({first, first + 1, first + 2, first + 3});
  }
  /// Row `row` of bank 0 of both SRAMs.
  void write_rows(unsigned count) {
    for (unsigned row = 0; row < count; ++row) {
      for (unsigned side = 0; side < 2; ++side) {
        write_valid[side * 2].write(true);
        write_row[side * 2].write(row);
        write_value[side * 2].write(value(side, row));
      }
      tick();
    }
    for (auto& pin : write_valid) pin.write(false);
    settle();
  }
  void begin(FetchProgram& fetch_b, PassProgram& program) {
    memory.set_programs(&fetch_b, &a, &program);
    start.write(true);
    tick();
    start.write(false);
    settle();
  }
  /// What the tile does at the next edge, unless it stalls.
  void ask(unsigned rows_of_room, unsigned leaving, bool turns) {
    space.write(rows_of_room);
    settle();
    const bool moves = !stalled.read();
    advance[0].write(moves ? leaving : 0);
    turn.write(moves && turns);
    settle();
  }
  void expect_stall(StallCause expected) {
    EXPECT_TRUE(stalled.read());
    EXPECT_EQ(cause.read(), expected);
    turn.write(false);
    tick();
    settle();
  }

  sc_core::sc_signal<bool> start{"start"}, turn{"turn"}, reserve{"reserve"}, offering{"offering"},
      stalled{"stalled"};
  sc_core::sc_signal<unsigned> space{"space"}, result_room{"result_room"};
  sc_core::sc_vector<sc_core::sc_signal<unsigned>> landed{"landed", 2},
      release_before{"release_before", 2}, awaited{"awaited", 2}, advance{"advance", 1};
  sc_core::sc_vector<sc_core::sc_signal<StallCause>> absence{"absence", 2};
  sc_core::sc_vector<sc_core::sc_signal<bool>> write_valid{"write_valid", 4};
  sc_core::sc_vector<sc_core::sc_signal<unsigned>> write_row{"write_row", 4};
  sc_core::sc_vector<sc_core::sc_signal<LaneRow>> write_value, b_fill, a_fill;
  sc_core::sc_vector<sc_core::sc_signal<FillStatus>> b_status{"b_status", 1},
      a_status{"a_status", 1};
  sc_core::sc_signal<sc_dt::uint64> pass{"pass"};
  sc_core::sc_signal<StallCause> cause{"cause"};
  TileMemory memory;

  // One pass of three rows on either side, in portion 2, of which side A reads the last row twice.
  ListedBundles b{{one_row(2, 0, lanes, 2), one_row(2, 1, lanes, 2), one_row(2, 2, lanes, 5)}, 2};
  ListedBundles a{{one_row(0, 0, lanes), one_row(0, 1, lanes), one_row(0, 1, lanes, 1)}};
  ListedPasses passes{{{7, 3, {{{0, 1, true, 0}, {0, 1, true, 0}}}}}};
};

TEST_F(TileMemoryPinTest, TakesTwoClocksFromTheReadToTheWindow) {
  write_rows(3);
  begin(b, passes);
  EXPECT_EQ(release_before[0].read(), 2U);
  EXPECT_EQ(awaited[0].read(), 2U);
  EXPECT_TRUE(offering.read());
  EXPECT_EQ(b_status[0].read(), FillStatus(0, true, 2));
  // Nothing has landed; CM has no room.
  absence[0].write(StallCause::transposer);
  ask(2, 0, true);
  expect_stall(StallCause::credit);
  result_room.write(1);
  ask(2, 0, true);
  expect_stall(StallCause::transposer);
  landed[0].write(3);
  landed[1].write(1);
  ask(2, 0, true);
  expect_stall(StallCause::sram);  // row 0 is read at this edge
  ask(2, 0, true);
  expect_stall(StallCause::sram);  // row 1
  EXPECT_EQ(release_before[0].read(), 2U);
  ask(2, 0, true);
  expect_stall(StallCause::sram);  // row 1 is on its way; row 2 is read
  EXPECT_EQ(release_before[0].read(), 5U);
  EXPECT_EQ(release_before[1].read(), 1U);
  ask(2, 0, true);
  EXPECT_FALSE(stalled.read());
  EXPECT_TRUE(reserve.read());
  EXPECT_EQ(b_status[0].read(), FillStatus(2, true, 2));
  EXPECT_EQ(b_fill[0].read(), value(0, 0));
  EXPECT_EQ(b_fill[1].read(), value(0, 1));
  EXPECT_EQ(a_fill[1].read(), value(1, 1));
  tick();
  settle();
  EXPECT_EQ(pass.read(), 7U);
  ask(1, 1, false);
  EXPECT_EQ(b_status[0].read(), FillStatus(1, false, 1));
  EXPECT_EQ(b_fill[0].read(), value(0, 2));
  EXPECT_EQ(a_fill[0].read(), value(1, 1));
  EXPECT_FALSE(reserve.read());
  tick();
  settle();
  EXPECT_FALSE(offering.read());
  ask(2, 2, true);
  EXPECT_FALSE(stalled.read());
  const TileMemoryCounters counted = memory.counters();
  EXPECT_EQ(counted.sram_reads[0], 3U);
  EXPECT_EQ(counted.scratchpad_writes, 6U);
  EXPECT_EQ(counted.scratchpad_reads, 6U);
  EXPECT_EQ(counted.stalls[static_cast<std::size_t>(StallCause::credit)], 1U);
  EXPECT_EQ(counted.stalls[static_cast<std::size_t>(StallCause::sram)], 3U);
}

class NarrowPinTest : public TileMemoryPinTest {
 protected:
  NarrowPinTest() : TileMemoryPinTest(1) {}
};

TEST_F(NarrowPinTest, ReadsAScratchpadBankByBank) {
  write_rows(3);
  result_room.write(1);
  landed[0].write(3);
  landed[1].write(1);
  begin(b, passes);
  for (int clock = 0; clock < 3; ++clock) {
    ask(2, 0, true);
    expect_stall(StallCause::sram);
  }
  ask(2, 0, true);
  EXPECT_EQ(b_status[0].read(), FillStatus(1, true, 2));
  expect_stall(StallCause::scratchpad);
  ask(2, 0, true);
  EXPECT_FALSE(stalled.read());
  EXPECT_EQ(b_fill[0].read(), value(0, 0));
  EXPECT_EQ(b_fill[1].read(), value(0, 1));
}

TEST_F(TileMemoryPinTest, ForgetsTheOperationInAReset) {
  write_rows(3);
  result_room.write(1);
  landed[0].write(3);
  landed[1].write(1);
  for (int operation = 0; operation < 2; ++operation) {
    begin(b, passes);
    for (int clock = 0; clock < 3; ++clock) {
      ask(2, 0, true);
      expect_stall(StallCause::sram);
    }
    ask(2, 0, true);
    EXPECT_FALSE(stalled.read());
    EXPECT_EQ(a_fill[0].read(), value(1, 0));
    rst_n.write(false);
    tick();
    rst_n.write(true);
    settle();
    EXPECT_FALSE(offering.read());
    EXPECT_FALSE(stalled.read());
    EXPECT_EQ(release_before[0].read(), 0U);
  }
}

TEST_F(TileMemoryPinTest, ReportsAStartWhileAnOperationRuns) {
  expect_report("/tensordash/memory/feed", sc_core::SC_ERROR, "started while");
  begin(b, passes);
  EXPECT_THROW(begin(b, passes), sc_core::sc_report);
}

TEST_F(TileMemoryPinTest, ReportsAStartBeforeAllIsFetched) {
  expect_report("/tensordash/memory/fetcher", sc_core::SC_ERROR, "started while");
  ListedPasses none{{}};
  begin(b, none);
  EXPECT_THROW(begin(b, none), sc_core::sc_report);
}

TEST_F(TileMemoryPinTest, ReportsABundleThatDoesNotFit) {
  expect_report("/tensordash/memory/fetcher", sc_core::SC_ERROR, "too many");
  FetchBundle wide = one_row(0, 0, lanes);
  wide.rows = 2;
  ListedBundles wrong{{wide}};
  EXPECT_THROW(begin(wrong, passes), sc_core::sc_report);
}

TEST_F(TileMemoryPinTest, ReportsAPassWithoutRows) {
  expect_report("/tensordash/memory/feed", sc_core::SC_ERROR, "at least one stream row");
  ListedPasses wrong{{{0, 0, {}}}};
  EXPECT_THROW(begin(b, wrong), sc_core::sc_report);
}

}  // namespace
}  // namespace tensordash
