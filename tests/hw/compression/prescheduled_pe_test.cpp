// A PE that is fed with weights scheduled before they were stored.

#include <gtest/gtest.h>

#include <limits>

#include "hw/compression/prescheduled_feed.h"
#include "hw/pe/pe.h"
#include "hw/pe/staging_buffer.h"
#include "tests/hw/compression/products.h"
#include "tests/hw/pe/clocked_test.h"

namespace tensordash {
namespace {

struct Pass {
  std::vector<LaneRow> weights, activations;
};

// A PE with side A's staging buffer, and the feed where a tile has a scheduler and side B.
class PrescheduledPeTest : public ClockedTest, public ::testing::WithParamInterface<Accumulation> {
 protected:
  PrescheduledPeTest()
      : fill("fill", 3, signals_of<LaneRow>(16)), window("window", 3, signals_of<LaneRow>(16)) {
    buffer.clk(clk);
    buffer.rst_n(rst_n);
    buffer.fill(fill);
    buffer.fill_status(fill_status);
    buffer.advance(advance);
    buffer.turn(turn);
    buffer.row(window);
    buffer.nonzero(nonzero);
    buffer.rows(a_rows);
    feed.clk(clk);
    feed.rst_n(rst_n);
    feed.weights(weights);
    feed.weights_valid(weights_valid);
    feed.weights_last(weights_last);
    feed.weights_ready(weights_ready);
    feed.a_rows(a_rows);
    feed.select(select);
    feed.advance(advance);
    feed.turn(turn);
    feed.b(b);
    feed.product_token(product_token);
    feed.sum_token(sum_token);
    feed.result_valid(result_valid);
    pe.clk(clk);
    pe.a_row(window);
    pe.select(select);
    pe.b(b);
    pe.product_token(product_token);
    pe.sum_token(sum_token);
    pe.total(total);
  }

  struct Results {
    std::vector<float> values;
    unsigned steps = 0;
    unsigned clocks = 0;
  };

  // Rows of activations are offered as far as `chance` (in tenths) lets them, weights too.
  Results run(const std::vector<Pass>& passes, unsigned chance = 10) {
    rst_n.write(false);
    tick();
    rst_n.write(true);
    std::vector<std::pair<ScheduledRow, bool>> stored;
    for (const Pass& pass : passes) {
      const ScheduledBlock block = schedule_block(pass.weights, table);
      for (const ScheduledRow& row : block.rows) {
        stored.emplace_back(row, &row == &block.rows.back());
      }
    }
    Results results;
    std::size_t next_weights = 0;
    std::size_t pass = 0;
    std::size_t next_row = 0;
    while (results.values.size() < passes.size() && results.clocks < 20000) {
      unsigned offered = 0;
      if (pass < passes.size()) {
        const auto& rows = passes[pass].activations;
        for (; offered < 3 && next_row + offered < rows.size(); ++offered) {
          if (random.below(10) >= chance) break;
          fill[offered].write(rows[next_row + offered]);
        }
      }
      fill_status.write({static_cast<std::uint8_t>(offered), offered > 0 && next_row == 0});
      const bool valid = next_weights < stored.size() && random.below(10) < chance;
      weights_valid.write(valid);
      if (valid) {
        weights.write(stored[next_weights].first);
        weights_last.write(stored[next_weights].second);
      }
      settle();
      const unsigned kept = a_rows.read() - advance.read();
      if (weights_ready.read()) {
        ++next_weights;
        ++results.steps;
      }
      tick();
      ++results.clocks;
      next_row += a_rows.read() - kept;
      if (pass < passes.size() && next_row == passes[pass].activations.size()) {
        ++pass;
        next_row = 0;
      }
      if (result_valid.read()) results.values.push_back(total.read().value);
    }
    return results;
  }

  std::vector<Pass> random_passes(unsigned count, bool wild) {
    std::vector<Pass> passes(count);
    for (Pass& pass : passes) {
      const std::size_t rows = 1 + random.below(12);
      pass.weights = wild ? wild_rows(random, rows, 16) : random.rows(rows, 16);
      pass.activations = wild ? wild_rows(random, rows, 16) : random.rows(rows, 16);
    }
    return passes;
  }
  void expect_products(const Results& results, const std::vector<Pass>& passes) {
    ASSERT_EQ(results.values.size(), passes.size());
    std::size_t steps = 0;
    for (std::size_t pass = 0; pass < passes.size(); ++pass) {
      const float wanted = dense_product(passes[pass].activations, passes[pass].weights);
      EXPECT_EQ(fp32_bits(results.values[pass]), fp32_bits(wanted)) << "pass " << pass;
      steps += schedule_block(passes[pass].weights, table).rows.size();
    }
    EXPECT_EQ(results.steps, steps);
  }

  const Connectivity table = Connectivity::named("paper", 16, 3);
  sc_core::sc_vector<sc_core::sc_signal<LaneRow>> fill, window;
  sc_core::sc_signal<FillStatus> fill_status{"fill_status"};
  sc_core::sc_signal<unsigned> advance{"advance"}, a_rows{"a_rows"};
  sc_core::sc_signal<bool> turn{"turn"};
  sc_core::sc_signal<WindowBits> nonzero{"nonzero"};
  sc_core::sc_signal<ScheduledRow> weights{"weights"};
  sc_core::sc_signal<bool> weights_valid{"weights_valid"}, weights_last{"weights_last"},
      weights_ready{"weights_ready"}, result_valid{"result_valid"};
  sc_core::sc_signal<LaneSelects> select{"select", LaneSelects(16)};
  sc_core::sc_signal<LaneRow> b{"b", LaneRow(16)};
  sc_core::sc_signal<StepToken> product_token{"product_token"}, sum_token{"sum_token"};
  sc_core::sc_signal<Fp32> total{"total"};
  StagingBuffer buffer{"buffer", {16, 3}};
  PrescheduledFeed feed{"feed", table};
  ProcessingElement pe{"pe", table, GetParam()};
  RandomRows random{32};
};

class ExactPeTest : public PrescheduledPeTest {};
INSTANTIATE_TEST_SUITE_P(Exact, ExactPeTest, ::testing::Values(Accumulation::exact));
// With small integers sums in fp32 are exact as well.
INSTANTIATE_TEST_SUITE_P(Both, PrescheduledPeTest,
                         ::testing::Values(Accumulation::fp32, Accumulation::exact));

TEST_P(ExactPeTest, GivesTheExactProductOfWildValues) {
  const std::vector<Pass> passes = random_passes(40, true);
  const Results results = run(passes);
  expect_products(results, passes);
  // One clock fills the window, three drain the pipeline after the step's own; none is lost
  // between passes.
  EXPECT_EQ(results.clocks, results.steps + 4);
}

TEST_P(PrescheduledPeTest, GivesTheProductsInTheStepsOfTheWeights) {
  const std::vector<Pass> passes = random_passes(40, false);
  expect_products(run(passes), passes);
}

TEST_P(PrescheduledPeTest, WaitsForWeightsAndActivations) {
  const std::vector<Pass> passes = random_passes(40, false);
  const Results results = run(passes, 5);
  expect_products(results, passes);
  EXPECT_GT(results.clocks, results.steps + 4);
}

TEST_P(PrescheduledPeTest, LeavesOutWhatMeetsAZeroWeight) {
  std::vector<Pass> passes = random_passes(1, false);
  passes[0].weights.assign(3, LaneRow(16));
  passes[0].activations.assign(3, LaneRow(16));
  passes[0].weights[2][4] = 3.0F;
  for (LaneRow& row : passes[0].activations) {
    for (unsigned lane = 0; lane < 16; ++lane) row[lane] = std::numeric_limits<float>::infinity();
  }
  passes[0].activations[2][4] = 2.0F;
  const Results results = run(passes);
  EXPECT_EQ(results.values, std::vector<float>{6.0F});
  EXPECT_EQ(results.steps, 1U);
}

// A weight two rows ahead: nothing moves until that row of activations is in the window.
TEST_P(PrescheduledPeTest, IsIdleUntilTheWindowHoldsWhatARowNeeds) {
  std::vector<LaneRow> block(3, LaneRow(16));
  block[2][4] = 3.0F;
  weights.write(schedule_block(block, table).rows.front());
  weights_valid.write(true);
  weights_last.write(true);
  fill[0].write(random.row(16));
  for (unsigned row = 0; row < 3; ++row) {
    fill_status.write({1, row == 0});
    settle();
    EXPECT_EQ(turn.read(), row == 0);
    EXPECT_FALSE(weights_ready.read());
    EXPECT_EQ(select.read(), selects_of(std::vector<unsigned>(16, idle)));
    EXPECT_EQ(advance.read(), 0U);
    tick();
    EXPECT_EQ(a_rows.read(), row + 1);
    EXPECT_EQ(b.read(), LaneRow(16));
    EXPECT_EQ(product_token.read(), StepToken{});
  }
  EXPECT_TRUE(weights_ready.read());
  EXPECT_TRUE(turn.read());
  EXPECT_EQ(select.read()[6], 5U);  // two rows ahead, two lanes down
  EXPECT_EQ(advance.read(), 3U);
  tick();
  EXPECT_EQ(b.read()[6], 3.0F);
}

TEST_P(PrescheduledPeTest, KeepsTheNextPassOutWhileWeightsOfThePresentOneAreLeft) {
  ScheduledRow row{LaneRow(16), selects_of(std::vector<unsigned>(16, idle)), 1};
  weights.write(row);
  weights_valid.write(true);
  fill[0].write(random.row(16));
  fill_status.write({1, true});
  tick();
  EXPECT_EQ(a_rows.read(), 1U);
  // The only row of activations leaves, but these weights were not the last of their block.
  for (int clock = 0; clock < 3; ++clock) {
    tick();
    EXPECT_EQ(a_rows.read(), 0U);
  }
  fill_status.write({1, false});
  tick();
  EXPECT_EQ(a_rows.read(), 1U);
}

TEST_P(PrescheduledPeTest, ForgetsThePassAtAResetEdge) {
  const std::vector<Pass> passes = random_passes(2, false);
  ScheduledRow row = schedule_block({random.row(16)}, table).rows.front();
  fill[0].write(random.row(16));
  fill_status.write({1, true});
  rst_n.write(false);
  tick();
  rst_n.write(true);
  tick();
  weights.write(row);
  weights_valid.write(true);
  fill_status.write({0, false});
  tick();
  expect_products(run(passes), passes);
}

TEST_P(PrescheduledPeTest, ReportsASelectThatIsNoOption) {
  expect_report("/tensordash/compression/prescheduled_feed", sc_core::SC_ERROR,
                "lane 0 has select 8; allowed: 0 to 7, or 63 (idle)");
  ScheduledRow row{LaneRow(16), LaneSelects(16), 1};
  row.selects[0] = 8;
  weights.write(row);
  weights_valid.write(true);
  EXPECT_THROW(tick(), sc_core::sc_report);
}

TEST_P(PrescheduledPeTest, ReportsWeightsThatEndTooEarly) {
  expect_report("/tensordash/compression/prescheduled_feed", sc_core::SC_ERROR,
                "the weights of a pass end before its activations");
  std::vector<Pass> passes = random_passes(1, false);
  passes[0].weights = random.rows(1, 16);
  passes[0].activations = random.rows(2, 16);
  EXPECT_THROW(run(passes), sc_core::sc_report);
}

}  // namespace
}  // namespace tensordash
