#include "hw/compression/prescheduled.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/hw/compression/products.h"
#include "tests/hw/pe/clocked_test.h"

namespace tensordash {
namespace {

TEST(PrescheduledProduct, IsTheDenseProductInTheStepsOfTheWeights) {
  RandomRows random(31);
  for (const TestTable& tested : test_tables()) {
    for (unsigned round = 0; round < 30; ++round) {
      const std::size_t rows = random.below(20);
      const auto weights = wild_rows(random, rows, tested.table.lanes());
      const auto activations = wild_rows(random, rows, tested.table.lanes());
      const ScheduledBlock block = schedule_block(weights, tested.table);
      const PrescheduledProduct product = prescheduled_product(block, activations, tested.table);
      EXPECT_EQ(fp32_bits(product.value), fp32_bits(dense_product(activations, weights)))
          << tested.name;
      EXPECT_EQ(product.steps, block.rows.size());
    }
  }
}

TEST(PrescheduledProduct, LeavesOutWhatMeetsAZeroWeight) {
  const Connectivity table = Connectivity::named("paper", 4, 3);
  const float infinity = std::numeric_limits<float>::infinity();
  const auto product = prescheduled_product(
      schedule_block({row_of({2, 0, 0, -0.0F}), row_of({0, 3, 0, 0})}, table),
      {row_of({5, infinity, 0, infinity}), row_of({infinity, 7, 0, 0})}, table);
  EXPECT_EQ(product.value, 31.0F);
  EXPECT_EQ(product.steps, 1U);
}

TEST(PrescheduledProduct, RefusesWhatDoesNotFit) {
  const Connectivity table("narrow", 2, 2, {{0, 0}, {1, 0}});
  const std::vector<LaneRow> activations(2, row_of({1, 1}));
  const auto of = [&](const std::vector<ScheduledRow>& rows) {
    return prescheduled_product({2, rows}, activations, table);
  };
  const LaneRow ones = row_of({1, 1});
  EXPECT_EQ(of({{ones, selects_of({0, 1}), 2}}).value, 2.0F);
  EXPECT_THROW(of({{ones, selects_of({0, 2}), 2}}), CompressionError);
  EXPECT_THROW(of({{ones, selects_of({0, 0}), 0}}), CompressionError);
  EXPECT_THROW(of({{ones, selects_of({0, 0}), 3}}), CompressionError);
  EXPECT_THROW(of({{ones, selects_of({0, 0}), 1}, {ones, selects_of({0, 1}), 1}}),
               CompressionError);
  EXPECT_THROW(of({{row_of({1}), selects_of({0}), 2}}), std::invalid_argument);
  EXPECT_THROW(prescheduled_product({3, {}}, activations, table), std::invalid_argument);
  EXPECT_THROW(prescheduled_product({1, {}}, {LaneRow(3)}, table), std::invalid_argument);
}

TEST(WindowRowsNeeded, ReachesAsFarAsAdvanceAndSelects) {
  const Connectivity table = Connectivity::named("paper", 4, 3);
  const auto needed = [&](const std::vector<unsigned>& selects, unsigned advance) {
    return window_rows_needed({LaneRow(4), selects_of(selects), advance}, table);
  };
  EXPECT_EQ(needed({idle, idle, idle, idle}, 1), 1U);
  EXPECT_EQ(needed({idle, idle, idle, idle}, 3), 3U);
  EXPECT_EQ(needed({0, 0, 1, 0}, 1), 2U);
  EXPECT_EQ(needed({0, 2, 1, 0}, 1), 3U);
  EXPECT_EQ(needed({0, 0, 0, 0}, 2), 2U);
}

}  // namespace
}  // namespace tensordash
