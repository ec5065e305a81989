#include "hw/memory/transposer_core.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <stdexcept>
#include <vector>

namespace tensordash {
namespace {

LaneRow row_of_values(const std::vector<float>& values) {
  LaneRow row(static_cast<unsigned>(values.size()));
  std::copy(values.begin(), values.end(), row.data());
  return row;
}

TEST(TransposerCoreTest, Transposes) {
  TransposerCore transposer(3);
  transposer.fill(row_of_values({1, 2, 3}));
  transposer.fill(row_of_values({4, 5, 6}));
  transposer.fill(row_of_values({7, 8, 9}));
  EXPECT_EQ(transposer.blocks(), 3U);
  transposer.finish_fill(3);
  EXPECT_EQ(transposer.give_next(), row_of_values({1, 4, 7}));
  EXPECT_EQ(transposer.give_next(), row_of_values({2, 5, 8}));
  EXPECT_EQ(transposer.columns_left(), 1U);
  EXPECT_TRUE(transposer.giving());
  EXPECT_EQ(transposer.give_next(), row_of_values({3, 6, 9}));
  EXPECT_FALSE(transposer.giving());
  EXPECT_EQ(transposer.blocks(), 0U);
}

TEST(TransposerCoreTest, RowsThatWereNotFilledAreZero) {
  TransposerCore transposer(3);
  for (const float value : {1.0F, 2.0F, 3.0F}) {
    transposer.fill(row_of_values({value, value, value}));
  }
  transposer.finish_fill(1);
  transposer.give_next();
  transposer.fill(row_of_values({-0.0F, 5, 6}));  // the other rows hold the last group
  transposer.finish_fill(2);
  EXPECT_EQ(transposer.give_next(), row_of_values({-0.0F, 0, 0}));
  EXPECT_EQ(transposer.give_next(), row_of_values({5, 0, 0}));
  transposer.finish_fill(1);
  EXPECT_EQ(transposer.give_next(), row_of_values({0, 0, 0}));
}

TEST(TransposerCoreTest, GivesAnyColumnAnyNumberOfTimes) {
  TransposerCore transposer(2);
  transposer.fill(row_of_values({1, 2}));
  transposer.finish_fill(2);
  EXPECT_EQ(transposer.give(1), row_of_values({2, 0}));
  EXPECT_EQ(transposer.give(1), row_of_values({2, 0}));
  EXPECT_FALSE(transposer.giving());
}

TEST(TransposerCoreTest, TheNextColumnCountsAllThatWereGiven) {
  TransposerCore transposer(3);
  transposer.fill(row_of_values({1, 2, 3}));
  transposer.finish_fill(3);
  EXPECT_EQ(transposer.give(2)[0], 3.0F);
  EXPECT_EQ(transposer.give_next()[0], 2.0F);
  EXPECT_EQ(transposer.give_next()[0], 3.0F);
}

TEST(TransposerCoreTest, FillsAndColumnsDoNotMix) {
  TransposerCore transposer(2);
  EXPECT_THROW(transposer.give(0), std::logic_error);
  transposer.fill(row_of_values({1, 2}));
  EXPECT_THROW(transposer.give_next(), std::logic_error);
  transposer.fill(row_of_values({3, 4}));
  EXPECT_THROW(transposer.fill(row_of_values({5, 6})), std::logic_error);  // no row left
  transposer.finish_fill(2);
  EXPECT_THROW(transposer.fill(row_of_values({5, 6})), std::logic_error);
  EXPECT_THROW(transposer.finish_fill(1), std::logic_error);
  EXPECT_EQ(transposer.columns_left(), 2U);
  transposer.clear();
  EXPECT_THROW(transposer.give(0), std::logic_error);
  EXPECT_EQ(transposer.blocks(), 0U);
}

TEST(TransposerCoreTest, RefusesNumbersOutOfRange) {
  EXPECT_THROW(TransposerCore(0), std::invalid_argument);
  EXPECT_THROW(TransposerCore(max_lanes + 1), std::invalid_argument);
  EXPECT_NO_THROW(TransposerCore{max_lanes});
  TransposerCore transposer(2);
  EXPECT_THROW(transposer.fill(row_of_values({1, 2, 3})), std::invalid_argument);
  EXPECT_EQ(transposer.blocks(), 0U);
  transposer.fill(row_of_values({1, 2}));
  EXPECT_THROW(transposer.finish_fill(0), std::out_of_range);
  EXPECT_THROW(transposer.finish_fill(3), std::out_of_range);
  transposer.finish_fill(1);
  EXPECT_THROW(transposer.give(2), std::out_of_range);
  EXPECT_EQ(transposer.columns_left(), 1U);
}

TEST(TransposerCoreTest, TransposesTwiceToTheSame) {
  std::mt19937 random(1);
  for (unsigned lanes = 1; lanes <= max_lanes; ++lanes) {
    TransposerCore first(lanes), second(lanes);
    std::vector<LaneRow> blocks;
    for (unsigned row = 0; row < lanes; ++row) {
      LaneRow block(lanes);
      for (unsigned lane = 0; lane < lanes; ++lane) block[lane] = static_cast<float>(random());
      blocks.push_back(block);
      first.fill(block);
    }
    first.finish_fill(lanes);
    for (unsigned column = 0; column < lanes; ++column) second.fill(first.give_next());
    second.finish_fill(lanes);
    for (unsigned row = 0; row < lanes; ++row) ASSERT_EQ(second.give_next(), blocks[row]);
  }
}

}  // namespace
}  // namespace tensordash
