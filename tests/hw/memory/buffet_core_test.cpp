#include "hw/memory/buffet_core.h"

#include <gtest/gtest.h>

#include <random>
#include <stdexcept>

#include "hw/pe/lane_array.h"
#include "tests/hw/memory/list_buffet.h"

namespace tensordash {
namespace {

BuffetCommand read(unsigned offset) {
  return {BuffetAction::read, offset};
}
BuffetCommand read_update(unsigned offset) {
  return {BuffetAction::read_update, offset};
}
BuffetCommand shrink(unsigned count) {
  return {BuffetAction::shrink, count};
}

BuffetCore<unsigned> filled(unsigned size, unsigned entries) {
  BuffetCore<unsigned> buffet(size);
  for (unsigned value = 0; value < entries; ++value) buffet.fill(value);
  return buffet;
}

TEST(BuffetCoreTest, NeedsAnEntry) {
  EXPECT_THROW(BuffetCore<unsigned>(0), std::invalid_argument);
  EXPECT_EQ(BuffetCore<unsigned>(1).size(), 1U);
}

TEST(BuffetCoreTest, GivesASlidingWindow) {
  // The sequence of the book's figure 5.31.
  BuffetCore<unsigned> buffet = filled(4, 3);
  std::vector<unsigned> sequence;
  for (unsigned window = 0; window < 3; ++window) {
    for (unsigned offset = 0; offset < 3; ++offset) sequence.push_back(buffet.read(offset));
    buffet.fill(3 + window);
    buffet.shrink(1);
  }
  EXPECT_EQ(sequence, (std::vector<unsigned>{0, 1, 2, 1, 2, 3, 2, 3, 4}));
  EXPECT_EQ(buffet.held(), 3U);
}

TEST(BuffetCoreTest, KeepsPartialSums) {
  BuffetCore<unsigned> sums = filled(2, 2);
  for (unsigned step = 1; step <= 5; ++step) {
    for (unsigned offset = 0; offset < 2; ++offset) {
      const unsigned sum = sums.read_update(offset);
      EXPECT_TRUE(sums.waits(read(offset)));
      EXPECT_TRUE(sums.waits(read_update(offset)));
      sums.update(offset, sum + 10 * step);
      EXPECT_FALSE(sums.waits(read(offset)));
    }
  }
  EXPECT_EQ(sums.read(0), 150U);
  EXPECT_EQ(sums.read(1), 151U);
}

TEST(BuffetCoreTest, ReadsWaitForTheirFill) {
  BuffetCore<unsigned> buffet(3);
  EXPECT_TRUE(buffet.waits(read(0)));
  buffet.fill(7);
  EXPECT_FALSE(buffet.waits(read(0)));
  EXPECT_FALSE(buffet.waits(read_update(0)));
  EXPECT_TRUE(buffet.waits(read(1)));
  EXPECT_TRUE(buffet.waits(read_update(1)));
  EXPECT_THROW(buffet.read(1), std::logic_error);
  EXPECT_THROW(buffet.read_update(1), std::logic_error);
}

TEST(BuffetCoreTest, ReadsPassEntriesThatWaitForUpdates) {
  BuffetCore<unsigned> buffet = filled(3, 3);
  buffet.read_update(1);
  EXPECT_EQ(buffet.read(0), 0U);
  EXPECT_EQ(buffet.read(2), 2U);
  EXPECT_THROW(buffet.read(1), std::logic_error);
}

TEST(BuffetCoreTest, ShrinksWaitForFillsAndUpdates) {
  BuffetCore<unsigned> buffet = filled(4, 2);
  EXPECT_TRUE(buffet.waits(shrink(3)));
  EXPECT_THROW(buffet.shrink(3), std::logic_error);
  buffet.fill(2);
  EXPECT_FALSE(buffet.waits(shrink(3)));
  buffet.read_update(1);
  EXPECT_FALSE(buffet.waits(shrink(0)));
  EXPECT_FALSE(buffet.waits(shrink(1)));
  EXPECT_TRUE(buffet.waits(shrink(2)));
  EXPECT_TRUE(buffet.waits(shrink(3)));
  buffet.shrink(1);  // entries behind may wait for their updates; now it is the first
  EXPECT_TRUE(buffet.waits(shrink(1)));
  buffet.update(0, 9);
  EXPECT_EQ(buffet.read(0), 9U);
  buffet.shrink(2);
  EXPECT_EQ(buffet.held(), 0U);
}

TEST(BuffetCoreTest, UpdatesNeedAReadUpdate) {
  BuffetCore<unsigned> buffet = filled(3, 2);
  EXPECT_THROW(buffet.update(0, 5), std::logic_error);  // never read
  buffet.read(0);
  EXPECT_THROW(buffet.update(0, 5), std::logic_error);  // only read
  buffet.read_update(0);
  EXPECT_THROW(buffet.update(1, 5), std::logic_error);  // another one
  buffet.update(0, 5);
  EXPECT_THROW(buffet.update(0, 6), std::logic_error);  // twice
  EXPECT_THROW(buffet.update(2, 6), std::logic_error);  // not filled
  EXPECT_EQ(buffet.read(0), 5U);
}

TEST(BuffetCoreTest, MarksDoNotOutliveTheirEntries) {
  BuffetCore<unsigned> buffet = filled(2, 2);
  buffet.read_update(0);
  buffet.read_update(1);
  buffet.clear();
  EXPECT_EQ(buffet.held(), 0U);
  EXPECT_THROW(buffet.update(0, 5), std::logic_error);
  buffet.fill(8);
  EXPECT_EQ(buffet.read(0), 8U);
  EXPECT_THROW(buffet.update(0, 5), std::logic_error);
}

TEST(BuffetCoreTest, WhatIsBeyondTheSizeNeverComes) {
  BuffetCore<unsigned> buffet = filled(3, 3);
  EXPECT_FALSE(buffet.waits(read(3)));
  EXPECT_FALSE(buffet.waits(read_update(3)));
  EXPECT_FALSE(buffet.waits(shrink(4)));
  EXPECT_THROW(buffet.read(3), std::out_of_range);
  EXPECT_THROW(buffet.read_update(3), std::out_of_range);
  EXPECT_THROW(buffet.shrink(4), std::out_of_range);
  EXPECT_THROW(buffet.update(3, 0), std::out_of_range);
  EXPECT_FALSE(buffet.waits(shrink(3)));
}

TEST(BuffetCoreTest, FillsNeedRoom) {
  BuffetCore<unsigned> buffet = filled(2, 2);
  EXPECT_TRUE(buffet.full());
  EXPECT_THROW(buffet.fill(2), std::logic_error);
  EXPECT_EQ(buffet.read(0), 0U);
  buffet.shrink(1);
  EXPECT_FALSE(buffet.full());
  buffet.fill(2);
  EXPECT_EQ(buffet.read(1), 2U);
}

TEST(BuffetCoreTest, HoldsStreamRowsToo) {
  BuffetCore<LaneRow> buffet(2);
  LaneRow row(16);
  row[3] = -0.0F;
  buffet.fill(row);
  EXPECT_EQ(buffet.read_update(0), row);
  row[5] = 4;
  buffet.update(0, row);
  EXPECT_EQ(buffet.read(0), row);
}

class BuffetCoreSizeTest : public ::testing::TestWithParam<unsigned> {};

TEST_P(BuffetCoreSizeTest, AgreesWithAPlainList) {
  const unsigned size = GetParam();
  std::mt19937 random(size);
  BuffetCore<unsigned> buffet(size);
  ListBuffet list;
  unsigned served = 0;
  for (unsigned turn = 0; turn < 20000; ++turn) {
    const unsigned operand = random() % (size + 1);
    const unsigned value = random();
    switch (random() % 6) {
      case 0:
      case 1:
        ASSERT_EQ(buffet.full(), list.entries.size() == size);
        if (buffet.full()) break;
        buffet.fill(value);
        list.entries.push_back({value, true});
        break;
      case 2:
        if (operand == size) break;
        ASSERT_EQ(buffet.waits(read(operand)), !list.readable(operand));
        if (!list.readable(operand)) break;
        ASSERT_EQ(buffet.read(operand), list.entries[operand].value);
        ++served;
        break;
      case 3:
        if (operand == size) break;
        ASSERT_EQ(buffet.waits(read_update(operand)), !list.readable(operand));
        if (!list.readable(operand)) break;
        ASSERT_EQ(buffet.read_update(operand), list.entries[operand].value);
        list.entries[operand].up_to_date = false;
        ++served;
        break;
      case 4: {
        const auto awaited = list.awaited();
        if (awaited.empty()) break;
        const unsigned offset = awaited[random() % awaited.size()];
        buffet.update(offset, value);
        list.entries[offset] = {value, true};
        break;
      }
      default:
        ASSERT_EQ(buffet.waits(shrink(operand)), !list.removable(operand));
        if (!list.removable(operand)) break;
        buffet.shrink(operand);
        list.remove(operand);
    }
    ASSERT_EQ(buffet.held(), list.entries.size());
  }
  EXPECT_GT(served, 500U);
}

INSTANTIATE_TEST_SUITE_P(Sizes, BuffetCoreSizeTest, ::testing::Values(1U, 2U, 3U, 5U, 8U, 16U));

}  // namespace
}  // namespace tensordash
