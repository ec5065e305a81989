#include "tests/hw/memory/buffet_test.h"

#include <gtest/gtest.h>

namespace tensordash {
namespace {

constexpr BuffetAction read = BuffetAction::read;
constexpr BuffetAction read_update = BuffetAction::read_update;
constexpr BuffetAction shrink = BuffetAction::shrink;
constexpr const char* id = "/tensordash/memory/buffet";

class BuffetTest : public BuffetBench {
 protected:
  BuffetTest() : BuffetBench(4) {}
};

TEST_F(BuffetTest, StartsEmptyWithRoom) {
  settle();
  EXPECT_TRUE(wires.fill_ready.read());
  EXPECT_FALSE(served(read, 0));
  EXPECT_TRUE(served(shrink, 0));
  EXPECT_FALSE(wires.read_valid.read());
}

TEST_F(BuffetTest, TakesOneClockFromFillToRead) {
  wires.command.write({read, 0});
  wires.command_valid.write(true);
  fill(7);
  settle();
  EXPECT_FALSE(wires.command_ready.read());
  tick();
  wires.fill_valid.write(false);
  EXPECT_FALSE(wires.read_valid.read());
  EXPECT_TRUE(wires.command_ready.read());
  tick();
  expect_read(7);
  wires.command_valid.write(false);
  tick();
  EXPECT_FALSE(wires.read_valid.read());
}

TEST_F(BuffetTest, GivesASlidingWindow) {
  // The sequence of the book's figure 5.31, fills going on beside the reads.
  std::vector<unsigned> sequence;
  unsigned next = 0;
  for (unsigned window = 0; window < 3; ++window) {
    for (unsigned offset = 0; offset <= 3; ++offset) {
      const bool last = offset == 3;
      bool taken = false;
      for (unsigned clock = 0; clock < 10 && !taken; ++clock) {
        wires.command.write(last ? BuffetCommand{shrink, 1} : BuffetCommand{read, offset});
        wires.command_valid.write(true);
        fill(next);
        settle();
        taken = wires.command_ready.read();
        if (wires.fill_ready.read()) ++next;
        tick();
      }
      if (!last) sequence.push_back(wires.read_value.read());
    }
  }
  EXPECT_EQ(sequence, (std::vector<unsigned>{0, 1, 2, 1, 2, 3, 2, 3, 4}));
}

TEST_F(BuffetTest, KeepsPartialSums) {
  fill_edge(100);
  for (unsigned step = 1; step <= 4; ++step) {
    command_edge(read_update, 0);
    ASSERT_TRUE(wires.read_valid.read());
    const unsigned sum = wires.read_value.read();
    EXPECT_FALSE(served(read_update, 0));
    EXPECT_FALSE(served(shrink, 1));
    update(0, sum + step);
    settle();
    EXPECT_FALSE(wires.command_ready.read());  // the update shows after its edge
    edge();
    EXPECT_TRUE(served(read_update, 0));
  }
  command_edge(read, 0);
  expect_read(110);
}

TEST_F(BuffetTest, DoesOneOfEachAtAnEdge) {
  fill_edge(10);
  fill_edge(11);
  command_edge(read_update, 1);
  fill(12);
  update(1, 21);
  command(read, 0);
  edge();
  expect_read(10);
  EXPECT_EQ(wires.held.read(), 3U);
  command_edge(read, 1);
  expect_read(21);
  command_edge(read, 2);
  expect_read(12);
}

TEST_F(BuffetTest, OffsetsCountFromTheHeadBeforeTheEdge) {
  for (unsigned value = 10; value < 14; ++value) fill_edge(value);
  command_edge(read_update, 2);
  update(2, 22);
  command(shrink, 1);
  edge();
  command_edge(read, 1);  // the entry that was at offset 2
  expect_read(22);
  command_edge(read, 0);
  expect_read(11);
}

TEST_F(BuffetTest, RefusesFillsWithoutRoomAndGivesCreditBack) {
  settle();
  for (unsigned value = 10; value < 14; ++value) {
    EXPECT_TRUE(wires.fill_ready.read());
    fill_edge(value);
  }
  EXPECT_FALSE(wires.fill_ready.read());
  fill_edge(99);
  EXPECT_EQ(wires.held.read(), 4U);
  command(shrink, 3);
  fill(99);
  edge();  // room that is being freed cannot be filled yet
  EXPECT_EQ(wires.held.read(), 1U);
  EXPECT_EQ(wires.credit.read(), 3U);
  EXPECT_TRUE(wires.fill_ready.read());
  edge();
  EXPECT_EQ(wires.credit.read(), 0U);
  command_edge(read, 0);
  expect_read(13);
}

TEST_F(BuffetTest, HoldsAReadValueUntilItIsTaken) {
  fill_edge(10);
  fill_edge(11);
  wires.read_ready.write(false);
  EXPECT_TRUE(served(read, 0));  // nothing stands on the link yet
  command_edge(read, 0);
  for (int clock = 0; clock < 3; ++clock) {
    EXPECT_FALSE(served(read, 1));
    EXPECT_FALSE(served(read_update, 1));
    command_edge(read, 1);
    expect_read(10);
  }
  EXPECT_TRUE(served(shrink, 1));  // needs no room on the link
  wires.read_ready.write(true);
  EXPECT_TRUE(served(read, 1));  // taken and replaced at the same edge
  command_edge(read, 1);
  expect_read(11);
  edge();
  EXPECT_FALSE(wires.read_valid.read());
}

TEST_F(BuffetTest, DoesNothingWithoutValid) {
  fill_edge(10);
  wires.command.write({shrink, 1});
  wires.fill_value.write(99);
  wires.update_offset.write(0);
  edge();
  EXPECT_EQ(wires.held.read(), 1U);
  EXPECT_EQ(wires.credit.read(), 0U);
}

TEST_F(BuffetTest, ForgetsEverythingAtAResetEdge) {
  for (unsigned value = 10; value < 13; ++value) fill_edge(value);
  EXPECT_TRUE(wires.fill_ready.read());
  wires.read_ready.write(false);
  command_edge(read_update, 0);
  rst_n.write(false);
  settle();
  EXPECT_TRUE(wires.read_valid.read());  // synchronous
  EXPECT_FALSE(wires.fill_ready.read());
  EXPECT_FALSE(served(shrink, 0));
  fill(50);
  command(shrink, 1);
  edge();
  EXPECT_FALSE(wires.read_valid.read());
  EXPECT_EQ(wires.held.read(), 0U);
  EXPECT_EQ(wires.credit.read(), 0U);
  rst_n.write(true);
  settle();
  EXPECT_TRUE(wires.fill_ready.read());
  fill_edge(60);
  EXPECT_TRUE(served(read, 0));  // up to date, whatever was outstanding before
  command_edge(read, 0);
  expect_read(60);
}

TEST_F(BuffetTest, ReportsAReadBeyondItsSize) {
  expect_report(id, sc_core::SC_ERROR, "read beyond");
  command(read, 4);
  EXPECT_THROW(tick(), sc_core::sc_report);
}

TEST_F(BuffetTest, ReportsAShrinkBeyondItsSize) {
  expect_report(id, sc_core::SC_ERROR, "shrink by more");
  command(shrink, 5);
  EXPECT_THROW(tick(), sc_core::sc_report);
}

TEST_F(BuffetTest, ReportsAnUpdateThatNobodyAnnounced) {
  expect_report(id, sc_core::SC_ERROR, "no read+update has announced");
  fill_edge(10);
  // Announced at the same edge is too late.
  command(read_update, 0);
  update(0, 5);
  EXPECT_THROW(tick(), sc_core::sc_report);
}

TEST_F(BuffetTest, ReportsAnUpdateBeyondItsSize) {
  expect_report(id, sc_core::SC_ERROR, "update beyond");
  update(4, 5);
  EXPECT_THROW(tick(), sc_core::sc_report);
}

class RowBuffetTest : public ClockedTest {
 protected:
  RowBuffetTest() {
    buffet.clk(clk);
    buffet.rst_n(rst_n);
    buffet.fill_valid(fill_valid);
    buffet.fill_value(fill_value);
    buffet.fill_ready(fill_ready);
    buffet.credit(credit);
    buffet.command_valid(command_valid);
    buffet.command(command);
    buffet.command_ready(command_ready);
    buffet.update_valid(update_valid);
    buffet.update_offset(update_offset);
    buffet.update_value(update_value);
    buffet.read_valid(read_valid);
    buffet.read_value(read_value);
    buffet.read_ready(read_ready);
    buffet.held(held);
  }

  sc_core::sc_signal<bool> fill_valid{"fill_valid"}, fill_ready{"fill_ready"},
      command_valid{"command_valid"}, command_ready{"command_ready"}, update_valid{"update_valid"},
      read_valid{"read_valid"}, read_ready{"read_ready", true};
  sc_core::sc_signal<unsigned> credit{"credit"}, update_offset{"update_offset"}, held{"held"};
  sc_core::sc_signal<LaneRow> fill_value{"fill_value"}, update_value{"update_value"},
      read_value{"read_value"};
  sc_core::sc_signal<BuffetCommand> command{"command"};
  Buffet<LaneRow> buffet{"buffet", 2};
};

TEST_F(RowBuffetTest, CarriesStreamRows) {
  fill_valid.write(true);
  fill_value.write(row_of({1, -0.0F, 3}));
  tick();
  fill_valid.write(false);
  command_valid.write(true);
  command.write({read_update, 0});
  tick();
  command_valid.write(false);
  EXPECT_TRUE(read_valid.read());
  EXPECT_EQ(read_value.read(), row_of({1, -0.0F, 3}));
  update_valid.write(true);
  update_value.write(row_of({4, 5, 6}));
  tick();
  update_valid.write(false);
  command_valid.write(true);
  command.write({read, 0});
  tick();
  EXPECT_EQ(read_value.read(), row_of({4, 5, 6}));
}

}  // namespace
}  // namespace tensordash
