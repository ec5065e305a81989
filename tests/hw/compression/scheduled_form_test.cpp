#include "hw/compression/scheduled_form.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/hw/compression/random_rows.h"
#include "tests/hw/compression/scheduled_rows.h"

namespace tensordash {
namespace {

TEST(ScheduleBlock, MovesValuesToTheLanesThatTakeThem) {
  const std::vector<LaneRow> dense{row_of({1, 0, 0, 4}), row_of({0, 6, 7, 8}), row_of({0, 0, 0, 0}),
                                   row_of({0, 0, 0, 9})};
  const ScheduledBlock block = schedule_block(dense, three_options());
  EXPECT_EQ(block.dense_rows, 4U);
  ASSERT_EQ(block.rows.size(), 3U);
  // Lane 2 can take the 7, lane 1 the 6; the 8 has to wait for lane 3.
  EXPECT_EQ(block.rows[0], scheduled_row({1, 6, 7, 4}, {0, 1, 1, 0}, 1));
  EXPECT_EQ(block.rows[1], scheduled_row({0, 0, 0, 8}, {idle, idle, idle, 0}, 2));
  EXPECT_EQ(block.rows[2], scheduled_row({0, 0, 0, 9}, {idle, idle, idle, 0}, 1));
  EXPECT_EQ(expand(block, three_options()), dense);
}

// As a signal, a row is written only when it differs.
TEST(ScheduledRow, DiffersInEachOfItsParts) {
  const ScheduledRow row = scheduled_row({1, 6, 0, 4}, {0, 1, idle, 0}, 1);
  EXPECT_EQ(row, scheduled_row({1, 6, 0, 4}, {0, 1, idle, 0}, 1));
  EXPECT_NE(row, scheduled_row({1, 6, 0, 4}, {0, 1, idle, 0}, 2));
  EXPECT_NE(row, scheduled_row({1, 6, 0, 4}, {0, 2, idle, 0}, 1));
  EXPECT_NE(row, scheduled_row({1, 5, 0, 4}, {0, 1, idle, 0}, 1));
}

TEST(ScheduleBlock, TakesNoRowsAndRowsOfZeros) {
  const Connectivity table = Connectivity::named("paper", 16, 3);
  EXPECT_TRUE(schedule_block({}, table).rows.empty());
  EXPECT_TRUE(expand({}, table).empty());
  const std::vector<LaneRow> zeros(7, LaneRow(16));
  const ScheduledBlock block = schedule_block(zeros, table);
  ASSERT_EQ(block.rows.size(), 3U);
  EXPECT_EQ(block.rows[0].advance, 3U);
  EXPECT_EQ(block.rows[2].advance, 1U);
  EXPECT_EQ(expand(block, table), zeros);
}

TEST(ScheduleBlock, ForgetsTheSignOfZerosAndNothingElse) {
  const Connectivity table = three_options();
  const float nan = fp32_value(0xffc12345U);
  const float tiny = -std::numeric_limits<float>::denorm_min();
  const std::vector<LaneRow> dense{row_of({-0.0F, nan, 0.0F, tiny})};
  EXPECT_EQ(expand(schedule_block(dense, table), table),
            (std::vector<LaneRow>{row_of({0.0F, nan, 0.0F, tiny})}));
}

TEST(ScheduleBlock, RefusesRowsOfAnotherWidth) {
  EXPECT_THROW(schedule_block({LaneRow(4), LaneRow(5)}, three_options()), std::invalid_argument);
}

// Steps and selects are those of the front-end scheduler in its naive writing, on every table.
TEST(ScheduleBlock, IsTheOneSidedScheduleOfRandomBlocks) {
  RandomRows random(1);
  for (const TestTable& tested : test_tables()) {
    for (unsigned round = 0; round < 60; ++round) {
      const std::vector<LaneRow> dense = random.rows(random.below(20), tested.table.lanes());
      const ScheduledBlock block = schedule_block(dense, tested.table);
      naive_scheduler::Stream stream;
      for (const LaneRow& row : dense) {
        stream.emplace_back();
        for (unsigned lane = 0; lane < row.lanes(); ++lane) {
          stream.back().push_back(row[lane] != 0.0F ? 1 : 0);
        }
      }
      std::size_t step = 0;
      const int steps = naive_scheduler::elastic_steps(
          {stream}, tested.naive, [&](const naive_scheduler::Window& window) {
            naive_scheduler::Decision decision = naive_scheduler::schedule(window, tested.naive);
            EXPECT_LT(step, block.rows.size());
            if (step < block.rows.size()) {
              for (unsigned lane = 0; lane < tested.table.lanes(); ++lane) {
                const int taken = decision.taken[lane];
                EXPECT_EQ(block.rows[step].selects[lane],
                          taken == naive_scheduler::idle ? idle_select : taken)
                    << tested.name << ", step " << step << ", lane " << lane;
              }
              EXPECT_EQ(block.rows[step].advance, static_cast<unsigned>(decision.advance));
            }
            ++step;
            return decision;
          });
      EXPECT_EQ(block.rows.size(), static_cast<std::size_t>(steps)) << tested.name;
      EXPECT_EQ(expand(block, tested.table), dense) << tested.name;
    }
  }
}

TEST_F(Refusals, OfAdvances) {
  const std::vector<float> zeros(4);
  EXPECT_EQ(expanding(2, {scheduled_row(zeros, idle_lanes, 0)}),
            "scheduled row 0 advances by 0; allowed: 1 to 2");
  EXPECT_EQ(expanding(9, {scheduled_row(zeros, idle_lanes, 3)}),
            "scheduled row 0 advances by 3; allowed: 1 to 2");
  EXPECT_EQ(
      expanding(3, {scheduled_row(zeros, idle_lanes, 2), scheduled_row(zeros, idle_lanes, 2)}),
      "scheduled row 1 advances by 2; allowed: 1 to 1");
  EXPECT_EQ(expanding(3, {scheduled_row(zeros, idle_lanes, 2)}),
            "the scheduled rows make 2 of 3 dense rows");
}

TEST_F(Refusals, OfSelectsAndPlaces) {
  const auto said = [&](const std::string& value, const std::string& select) {
    return "lane 1 holds " + value + " with select " + select +
           "; an idle lane holds +0 with select 63, another a value that is not zero with a select "
           "below 3";
  };
  EXPECT_EQ(expanding(2, {scheduled_row({0, 5, 0, 0}, {idle, 3, idle, idle}, 2)}), said("5", "3"));
  EXPECT_EQ(expanding(2, {scheduled_row({0, 0, 0, 0}, {idle, 1, idle, idle}, 2)}), said("0", "1"));
  EXPECT_EQ(expanding(2, {scheduled_row({0, 5, 0, 0}, idle_lanes, 2)}), said("5", "63"));
  EXPECT_EQ(expanding(2, {scheduled_row({0, -0.0F, 0, 0}, idle_lanes, 2)}), said("-0", "63"));
  EXPECT_EQ(expanding(1, {scheduled_row({0, 5, 0, 0}, {idle, 1, idle, idle}, 1)}),
            "lane 1 puts its value into dense row 1 of 1");
  EXPECT_EQ(expanding(2, {scheduled_row({0, 5, 6, 0}, {idle, 2, 1, idle}, 2)}),
            "lane 2 puts its value at dense row 1, lane 2, again");
  EXPECT_THROW(expand({1, {{LaneRow(5), LaneSelects(5), 1}}}, table), std::invalid_argument);
}

}  // namespace
}  // namespace tensordash
