// Estimates against the controller: one access at a time they agree to the clock.
#include <gtest/gtest.h>

#include <random>

#include "hw/dram/controller/latency_estimator.h"
#include "tests/hw/dram/controller/controller_drive.h"

namespace tensordash::testing {
namespace {

struct Access {
  DramClock clock;
  std::vector<Arrival> bursts;
};

/// Accesses of one to four bursts of a row, far enough apart that each finds an idle memory.
std::vector<Access> lonely_accesses(unsigned seed, unsigned ranks, DramClock most_gap,
                                    unsigned banks) {
  std::mt19937 random(seed);
  std::vector<Access> accesses;
  DramClock clock = 10;
  for (unsigned at = 0; at < 500; ++at) {
    const unsigned bank = random() % banks;
    const unsigned row = random() % 2;
    const unsigned rank = random() % ranks;
    const unsigned column = 16 * (random() % 60);
    const auto make = random() % 2 == 0 ? read_at : random() % 4 == 0 ? masked_write_at : write_at;
    Access access{clock, {}};
    const unsigned bursts = 1 + random() % 4;
    for (unsigned burst = 0; burst < bursts; ++burst) {
      access.bursts.push_back(make(clock, bank, row, column + 16 * burst, rank));
    }
    accesses.push_back(std::move(access));
    clock += 1000 + random() % most_gap;
  }
  return accesses;
}

void expect_same_latencies(const DramParameters& parameters, unsigned seed, DramClock most_gap,
                           unsigned banks = 8) {
  const DramConfiguration configuration{parameters};
  const std::vector<Access> accesses = lonely_accesses(seed, parameters.ranks, most_gap, banks);
  std::vector<Arrival> arrivals;
  for (const Access& access : accesses) {
    arrivals.insert(arrivals.end(), access.bursts.begin(), access.bursts.end());
  }
  const Driven driven = drive(configuration, arrivals, arrivals.back().clock + 10000);
  LatencyEstimator estimator(configuration);
  for (std::uint32_t at = 0; at < arrivals.size(); ++at) {
    const BurstEstimate estimate = estimator.serve(0, arrivals[at].burst, arrivals[at].clock);
    ASSERT_EQ(estimate.data_end, driven.service(at).data_end)
        << "burst " << at << " at " << arrivals[at].clock;
    ASSERT_EQ(estimate.outcome, driven.service(at).outcome) << "burst " << at;
  }
}

TEST(LatencyEstimator, EqualsTheControllerWithoutRefresh) {
  expect_same_latencies(quiet_parameters(), 1, 500);
}

TEST(LatencyEstimator, EqualsTheControllerWithRefresh) {
  DramParameters parameters = quiet_parameters();
  parameters.refresh = RefreshMode::all_bank;
  for (unsigned seed = 0; seed < 5; ++seed) expect_same_latencies(parameters, seed, 700 * seed + 1);
}

TEST(LatencyEstimator, EqualsTheControllerWithTwoRanks) {
  DramParameters parameters = quiet_parameters();
  parameters.refresh = RefreshMode::all_bank;
  parameters.ranks = 2;
  expect_same_latencies(parameters, 3, 5000);
}

TEST(LatencyEstimator, EqualsTheControllerWithClosedRows) {
  DramParameters parameters = quiet_parameters();
  parameters.page_policy = PagePolicy::closed;
  expect_same_latencies(parameters, 4, 500);
}

TEST(LatencyEstimator, EqualsTheControllerWithClosedRowsAndRefresh) {
  // A refresh finds the rows closed that were closed with their last accesses.
  DramParameters parameters = quiet_parameters();
  parameters.page_policy = PagePolicy::closed;
  parameters.refresh = RefreshMode::all_bank;
  for (unsigned seed = 0; seed < 3; ++seed) expect_same_latencies(parameters, seed, 700);
}

TEST(LatencyEstimator, EqualsTheControllerWithAdaptiveRows) {
  DramParameters parameters = quiet_parameters();
  parameters.page_policy = PagePolicy::adaptive;
  parameters.page_timeout = 1200;
  // One bank: rows of others that close by themselves take the CA bus, which estimates leave out.
  expect_same_latencies(parameters, 5, 500, 1);
}

TEST(LatencyEstimator, EqualsTheControllerWithPowerDown) {
  DramParameters parameters = quiet_parameters();
  parameters.power_down = 1000;
  expect_same_latencies(parameters, 6, 500);
}

TEST(LatencyEstimator, EqualsTheControllerWithSelfRefresh) {
  DramParameters parameters = quiet_parameters();
  parameters.self_refresh = 1500;
  expect_same_latencies(parameters, 7, 3000);
}

/// Mean latency of reads that arrive `gap` clocks apart, by the controller and by the estimate.
std::pair<double, double> mean_latencies(const DramParameters& parameters, DramClock gap,
                                         unsigned rows) {
  const DramConfiguration configuration{parameters};
  std::mt19937 random(11);
  std::vector<Arrival> arrivals;
  for (unsigned at = 0; at < 4000; ++at) {
    arrivals.push_back(read_at(at * gap, random() % 8, random() % rows, 16 * (random() % 64)));
  }
  const Driven driven = drive(configuration, arrivals, arrivals.back().clock + 1000000);
  LatencyEstimator estimator(configuration);
  double real = 0.0;
  double estimated = 0.0;
  for (std::uint32_t at = 0; at < arrivals.size(); ++at) {
    real += static_cast<double>(driven.service(at).latency());
    estimated += static_cast<double>(
        estimator.serve(0, arrivals[at].burst, arrivals[at].clock).data_end - arrivals[at].clock);
  }
  return {real / 4000, estimated / 4000};
}

TEST(LatencyEstimator, FollowsTheQueue) {
  DramParameters parameters = quiet_parameters();
  parameters.refresh = RefreshMode::all_bank;
  // Row hits faster than the bus: both fall behind by the same queue.
  const auto [real, estimated] = mean_latencies(parameters, 7, 1);
  EXPECT_GT(real, 1000);
  EXPECT_NEAR(estimated / real, 1.0, 0.05);
}

TEST(LatencyEstimator, IsCloseForRandomReadsAtAnyLoad) {
  DramParameters parameters = quiet_parameters();
  parameters.refresh = RefreshMode::all_bank;
  struct Load {
    DramClock gap;
    double tolerance;
  };
  // One read in 12 clocks is more than the memory can do: the queue grows without limit.
  for (const Load load :
       {Load{200, 0.01}, {100, 0.01}, {60, 0.02}, {30, 0.03}, {20, 0.15}, {12, 0.15}}) {
    const auto [real, estimated] = mean_latencies(parameters, load.gap, 1000);
    EXPECT_NEAR(estimated / real, 1.0, load.tolerance) << "one in " << load.gap;
  }
}

TEST(LatencyEstimator, ForgetsAtReset) {
  const DramConfiguration configuration{quiet_parameters()};
  LatencyEstimator estimator(configuration);
  EXPECT_EQ(estimator.serve(0, read_at(0, 0, 5).burst, 0).data_end, 71);
  EXPECT_EQ(estimator.serve(0, read_at(0, 0, 5).burst, 500).data_end, 542);
  EXPECT_EQ(estimator.commands(DramCommand::act), 1);
  estimator.reset();
  EXPECT_EQ(estimator.serve(0, read_at(0, 0, 5).burst, 500).data_end, 571);
}

}  // namespace
}  // namespace tensordash::testing
