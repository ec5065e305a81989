#include <gtest/gtest.h>

#include <random>

#include "tests/hw/dram/controller/controller_drive.h"

namespace tensordash::testing {
namespace {

/// A random memory of one channel, often with limits that are reached at once.
DramConfiguration random_configuration(std::mt19937& random) {
  const auto once_in = [&random](unsigned times) { return random() % times == 0; };
  DramParameters parameters;
  parameters.channels = 1;
  parameters.ranks = 1U << random() % 2;
  parameters.queue = 4 + random() % 60;
  parameters.write_high = 1 + random() % parameters.queue;
  parameters.write_low = random() % parameters.write_high;
  parameters.age_limit = once_in(2) ? 20 + random() % 200 : 4096;
  if (once_in(3)) parameters.row_hit_cap = 1 + random() % 4;
  if (once_in(5)) parameters.page_policy = once_in(2) ? PagePolicy::closed : PagePolicy::adaptive;
  if (once_in(6)) parameters.scheduler = DramScheduling::fcfs;
  if (once_in(3)) parameters.refresh = once_in(2) ? RefreshMode::none : RefreshMode::per_bank;
  if (once_in(3)) parameters.refresh_postpone = random() % 4;
  if (once_in(5)) parameters.power_down = 5 + random() % 40;
  if (once_in(8)) parameters.self_refresh = 50 + random() % 200;
  return DramConfiguration(parameters);
}

/// Streams and bursts here and there, in both directions, dense and with gaps.
std::vector<Arrival> random_arrivals(std::mt19937& random, unsigned ranks) {
  std::vector<Arrival> arrivals;
  DramClock clock = 0;
  for (unsigned stream = 0; stream < 60; ++stream) {
    const unsigned bank = random() % 8;
    const unsigned row = random() % 3;
    const unsigned rank = random() % ranks;
    const unsigned spacing = 1 + random() % 12;
    const auto make = random() % 3 != 0 ? read_at : random() % 4 == 0 ? masked_write_at : write_at;
    if (random() % 6 == 0) clock += random() % 4000;
    for (unsigned at = 1 + random() % 12; at > 0; --at) {
      clock += random() % spacing;
      arrivals.push_back(make(clock, bank, row, 16 * at, rank));
    }
  }
  return arrivals;
}

/// A controller that is asked again when a burst comes: always, or only when it does not say that
/// its decision holds.
class Asked {
 public:
  Asked(const DramConfiguration& configuration, bool always)
      : controller_(configuration, 0), always_(always), decision_(controller_.decide(0)) {}

  bool full() const { return controller_.full(); }

  void push(const DramBurst& burst, DramClock now) {
    const DramClock first = controller_.push(burst, now);
    if (!always_ && decided_ && controller_.holds(decision_, now, first)) {
      ++held_;
      return;
    }
    decided_ = false;
    decision_.clock = std::min(decision_.clock, first);
  }

  /// Commands up to and including clock `until`.
  void run(DramClock until) {
    while (decision_.clock <= until) {
      const DramClock now = decision_.clock;
      if (decided_ && decision_.command) give();
      for (decide(now); decision_.command && decision_.clock == now; decide(now)) give();
    }
  }

  const std::vector<DramCommandRecord>& commands() const { return commands_; }
  unsigned held() const { return held_; }

 private:
  void decide(DramClock now) {
    decision_ = controller_.decide(now);
    decided_ = true;
  }
  void give() { commands_.push_back(controller_.give(decision_).record); }

  ChannelController controller_;
  const bool always_;
  ChannelController::Decision decision_;
  bool decided_ = true;
  std::vector<DramCommandRecord> commands_;
  unsigned held_ = 0;
};

TEST(HeldDecision, IsTheOneThatWouldBeMadeAgain) {
  unsigned held = 0;
  for (unsigned seed = 0; seed < 500; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const DramConfiguration configuration = random_configuration(random);
    Asked always(configuration, true);
    Asked seldom(configuration, false);
    for (const Arrival& arrival : random_arrivals(random, configuration.parameters.ranks)) {
      always.run(arrival.clock);
      seldom.run(arrival.clock);
      if (always.full() || seldom.full()) continue;
      always.push(arrival.burst, arrival.clock);
      seldom.push(arrival.burst, arrival.clock);
    }
    for (Asked* each : {&always, &seldom}) each->run(200000);
    ASSERT_EQ(always.commands().size(), seldom.commands().size());
    for (std::size_t at = 0; at < always.commands().size(); ++at) {
      const DramCommandRecord& one = always.commands()[at];
      const DramCommandRecord& other = seldom.commands()[at];
      ASSERT_EQ(one.clock, other.clock) << at;
      ASSERT_EQ(one.command, other.command) << at;
      ASSERT_EQ(one.rank, other.rank) << at;
      ASSERT_EQ(one.bank, other.bank) << at;
      ASSERT_EQ(one.row, other.row) << at;
      ASSERT_EQ(one.column, other.column) << at;
    }
    held += seldom.held();
  }
  EXPECT_GT(held, 5000U);
}

}  // namespace
}  // namespace tensordash::testing
