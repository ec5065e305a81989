#include <gmock/gmock.h>

#include <map>
#include <random>

#include "tests/hw/dram/controller/controller_drive.h"

namespace tensordash::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

DramConfiguration quiet_with(const std::function<void(DramParameters&)>& change) {
  DramParameters parameters = quiet_parameters();
  change(parameters);
  return DramConfiguration(parameters);
}

/// A random mixture on few rows and columns, so that much of it collides.
std::vector<Arrival> collisions(unsigned seed, unsigned count, unsigned ranks, DramClock spacing) {
  std::mt19937 random(seed);
  std::vector<Arrival> arrivals;
  DramClock clock = 0;
  for (unsigned at = 0; at < count; ++at) {
    clock += spacing == 0 ? 0 : random() % spacing;
    const unsigned bank = random() % 8;
    const unsigned row = random() % 3;
    const unsigned column = 16 * (random() % 3);
    const unsigned rank = random() % ranks;
    const auto make = random() % 2 == 0 ? read_at : random() % 4 == 0 ? masked_write_at : write_at;
    arrivals.push_back(make(clock, bank, row, column, rank));
  }
  return arrivals;
}

/// Every burst exactly once; two bursts to the same columns in order when one of them writes.
void expect_whole_and_in_order(const Driven& driven, const std::vector<Arrival>& arrivals) {
  ASSERT_THAT(driven.services, SizeIs(arrivals.size()));
  std::vector<bool> seen(arrivals.size(), false);
  using Columns = std::array<std::uint32_t, 4>;
  std::map<Columns, std::uint32_t> last_write;
  std::map<Columns, std::uint32_t> last_any;
  for (const Service& service : driven.services) {
    ASSERT_FALSE(seen[service.owner]) << service.owner;
    seen[service.owner] = true;
    const DramBurst& burst = arrivals[service.owner].burst;
    const Columns columns = {burst.rank, burst.bank, burst.row, burst.column};
    if (const auto write = last_write.find(columns); write != last_write.end()) {
      EXPECT_LT(write->second, service.owner);
    }
    if (burst.write) {
      if (const auto any = last_any.find(columns); any != last_any.end()) {
        EXPECT_LT(any->second, service.owner);
      }
      last_write[columns] = service.owner;
    }
    std::uint32_t& last = last_any[columns];
    last = std::max(last, service.owner);
  }
}

struct Setting {
  std::string name;
  std::function<void(DramParameters&)> change;
};

const std::vector<Setting>& settings() {
  static const std::vector<Setting> all = {
      {"open", [](DramParameters&) {}},
      {"closed", [](DramParameters& p) { p.page_policy = PagePolicy::closed; }},
      {"adaptive", [](DramParameters& p) { p.page_policy = PagePolicy::adaptive; }},
      {"fcfs", [](DramParameters& p) { p.scheduler = DramScheduling::fcfs; }},
      {"all_bank", [](DramParameters& p) { p.refresh = RefreshMode::all_bank; }},
      {"postponed",
       [](DramParameters& p) {
         p.refresh = RefreshMode::all_bank;
         p.refresh_postpone = 8;
       }},
      {"per_bank",
       [](DramParameters& p) {
         p.refresh = RefreshMode::per_bank;
         p.ranks = 2;
       }},
      {"power_down",
       [](DramParameters& p) {
         p.refresh = RefreshMode::all_bank;
         p.power_down = 20;
         p.self_refresh = 700;
         p.ranks = 2;
       }},
      {"small_queue",
       [](DramParameters& p) {
         p.queue = 2;
         p.write_high = 1;
         p.write_low = 0;
       }},
      {"impatient", [](DramParameters& p) { p.age_limit = 1; }},
      {"uncapped",
       [](DramParameters& p) {
         p.row_hit_cap = 0;
         p.age_limit = 0;
       }},
  };
  return all;
}

class ControllerOrder : public ::testing::TestWithParam<std::size_t> {};

TEST_P(ControllerOrder, EveryBurstOnceAndInOrderWhereItMatters) {
  const Setting& setting = settings()[GetParam()];
  SCOPED_TRACE(setting.name);
  const DramConfiguration configuration = quiet_with(setting.change);
  for (const DramClock spacing : {0U, 20U, 400U}) {
    const auto arrivals = collisions(17 + static_cast<unsigned>(spacing), 600,
                                     configuration.parameters.ranks, spacing);
    expect_whole_and_in_order(drive(configuration, arrivals, 2000000), arrivals);
  }
}

INSTANTIATE_TEST_SUITE_P(Settings, ControllerOrder,
                         ::testing::Range(std::size_t{0}, settings().size()));

// While reads are given, a row that only a write waits for is closed in the gap between two of
// them, as long as the precharge is off the bus before the second.
TEST(ControllerScheduling, RowsOfTheOtherDirectionGetReadyInTheShortestGap) {
  std::vector<Arrival> arrivals = {read_at(0, 1, 1)};
  for (unsigned column = 0; column < 20; ++column)
    arrivals.push_back(read_at(0, 0, 1, 16 * column));
  const DramConfiguration configuration(quiet_parameters());
  const std::vector<DramClock> reads = drive(configuration, arrivals, 2000).clocks(DramCommand::rd);
  const DramClock first = reads[18];
  ASSERT_EQ(reads[19], first + 8);
  for (const auto& [gap, clock] :
       {std::pair<DramClock, DramClock>{2, first + 6}, {1, first + 12}}) {
    std::vector<Arrival> with_write = arrivals;
    with_write.push_back(write_at(first + 8 - gap, 1, 2));
    EXPECT_THAT(drive(configuration, with_write, 2000).clocks(DramCommand::pre), ElementsAre(clock))
        << gap;
  }
}

TEST(ControllerScheduling, FcfsServesByAge) {
  const DramConfiguration configuration =
      quiet_with([](DramParameters& p) { p.scheduler = DramScheduling::fcfs; });
  const Driven driven = drive(configuration, collisions(5, 300, 1, 0), 2000000);
  ASSERT_THAT(driven.services, SizeIs(300));
  for (std::uint32_t at = 0; at < 300; ++at) EXPECT_EQ(driven.services[at].owner, at);
}

TEST(ControllerScheduling, RowHitsPassAnOlderConflict) {
  const Driven driven = drive(quiet_with([](DramParameters&) {}),
                              {read_at(0, 0, 0), read_at(200, 0, 1), read_at(200, 0, 0, 16)}, 2000);
  EXPECT_EQ(driven.services[1].owner, 2);
  EXPECT_EQ(driven.services[2].outcome, RowOutcome::conflict);
}

/// A conflict waits among row hits that never end.
DramClock latency_among_hits(unsigned cap, unsigned age_limit) {
  std::vector<Arrival> arrivals = {read_at(0, 0, 0), read_at(1, 0, 1)};
  for (unsigned hit = 0; hit < 1000; ++hit) arrivals.push_back(read_at(2, 0, 0, 16));
  return drive(quiet_with([&](DramParameters& p) {
                 p.row_hit_cap = cap;
                 p.age_limit = age_limit;
               }),
               arrivals, 100000)
      .service(1)
      .latency();
}

TEST(ControllerScheduling, TheCapEndsAStreakOfHits) {
  // ACT, 16 hits 8 clocks apart, then precharge, activate, read.
  EXPECT_EQ(latency_among_hits(16, 0), 29 + 15 * 8 + 14 + 27 + 29 + 42 - 1);
  EXPECT_GT(latency_among_hits(0, 0), 8000);
}

TEST(ControllerScheduling, AgeEndsAStreakOfHits) {
  const DramClock latency = latency_among_hits(0, 500);
  EXPECT_GT(latency, 500);
  EXPECT_LT(latency, 500 + 8 + 14 + 27 + 29 + 42);
}

TEST(ControllerScheduling, WritesWaitForTheWatermark) {
  std::vector<Arrival> arrivals = {read_at(0, 0, 0)};
  // A store of reads, and a write with each that is served.
  for (unsigned at = 0; at < 60; ++at) arrivals.push_back(read_at(100, 0, 0, 16));
  for (unsigned at = 0; at < 60; ++at) {
    arrivals.push_back(write_at(100 + 8 * at, 0, 0, 0));
    arrivals.push_back(read_at(100 + 8 * at, 0, 0, 16));
  }
  const DramConfiguration configuration = quiet_with([](DramParameters& p) {
    p.write_high = 20;
    p.write_low = 4;
    p.age_limit = 0;
  });
  const Driven driven = drive(configuration, arrivals, 100000);
  const std::vector<DramClock> writes = driven.clocks(DramCommand::wr);
  ASSERT_THAT(writes, SizeIs(60));
  // The 20th write comes at 252, when the read before it has just been given at 244. While the
  // drain lasts, a write comes for every one that goes; at the end of them four stay behind.
  EXPECT_EQ(writes[0], 244 + 27);
  for (unsigned at = 1; at < 56; ++at) EXPECT_EQ(writes[at], writes[0] + 8 * at);
  EXPECT_GT(writes[56], writes[55] + 8);
}

TEST(ControllerScheduling, AgeEndsAWaitForTheWatermark) {
  std::vector<Arrival> arrivals = {read_at(0, 0, 0), write_at(1, 0, 0, 16)};
  for (unsigned at = 0; at < 1000; ++at) arrivals.push_back(read_at(2, 0, 0, 32));
  const DramConfiguration configuration = quiet_with([](DramParameters& p) { p.age_limit = 700; });
  const DramClock latency = drive(configuration, arrivals, 100000).service(1).latency();
  EXPECT_GT(latency, 700);
  EXPECT_LT(latency, 700 + 100);
}

TEST(ControllerScheduling, AgeEndsAWaitForTheOtherRank) {
  // Hits of one rank follow each other in 8 clocks, a change of rank takes 10.
  std::vector<Arrival> arrivals = {read_at(0, 0, 0), read_at(0, 0, 0, 0, 1)};
  for (unsigned at = 0; at < 1000; ++at) arrivals.push_back(read_at(0, 0, 0, 16));
  const auto latency = [&arrivals](unsigned age_limit) {
    return drive(quiet_with([age_limit](DramParameters& p) {
                   p.ranks = 2;
                   p.age_limit = age_limit;
                 }),
                 arrivals, 100000)
        .service(1)
        .latency();
  };
  EXPECT_GT(latency(0), 5000);
  EXPECT_GT(latency(500), 500);
  EXPECT_LT(latency(500), 600);
}

TEST(ControllerScheduling, RowsOfTheOtherDirectionAreMadeReady) {
  std::vector<Arrival> arrivals = {read_at(0, 0, 0)};
  for (unsigned at = 0; at < 60; ++at) arrivals.push_back(read_at(90, 0, 0, 16));
  arrivals.push_back(write_at(100, 1, 7));
  const Driven driven = drive(quiet_with([](DramParameters&) {}), arrivals, 10000);
  // The reads last until 90 + 8 * 60; the row for the write is open long before.
  EXPECT_THAT(driven.clocks(DramCommand::act), ElementsAre(0, ::testing::Le(110)));
  EXPECT_THAT(driven.clocks(DramCommand::wr), ElementsAre(90 + 8 * 59 + 27));
}

TEST(ControllerScheduling, PrechargesDoNotTakeThePlacesOfActivations) {
  // A random read of 64 B needs an ACT, 16 clocks from the next, and 16 clocks of data.
  std::mt19937 random(3);
  std::vector<Arrival> arrivals;
  for (unsigned at = 0; at < 5000; ++at) {
    const unsigned bank = random() % 8;
    const unsigned row = random() % 10000;
    arrivals.push_back(read_at(0, bank, row));
    arrivals.push_back(read_at(0, bank, row, 16));
  }
  const Driven driven = drive(quiet_with([](DramParameters&) {}), arrivals, 1000000);
  EXPECT_LT(driven.services.back().data_end, 5000 * 16.6);
}

TEST(ControllerScheduling, BusyBanksAreRefreshedOneByOne) {
  const DramConfiguration configuration =
      quiet_with([](DramParameters& p) { p.refresh = RefreshMode::per_bank; });
  std::vector<Arrival> arrivals;
  for (unsigned at = 0; at < 8000; ++at) arrivals.push_back(read_at(0, at % 8, 0, 16 * (at % 3)));
  const std::vector<DramClock> refreshes =
      drive(configuration, arrivals, 60000).clocks(DramCommand::refpb);
  ASSERT_GE(refreshes.size(), 70);
  for (std::size_t at = 0; at < 70; ++at) {
    EXPECT_GE(refreshes[at], 780 * (at + 1));
    EXPECT_LE(refreshes[at], 780 * (at + 1) + 14 + 29 + 8);
  }
}

TEST(ControllerScheduling, BanksThatWorkComesForAreRefreshedToo) {
  // One write at a time, to each of two banks in turn, so that whichever bank is to be refreshed is
  // wanted again before its row may be closed.
  const DramConfiguration configuration =
      quiet_with([](DramParameters& p) { p.refresh = RefreshMode::per_bank; });
  std::vector<Arrival> arrivals;
  for (unsigned at = 0; at < 2400; ++at) arrivals.push_back(write_at(25 * at, at % 2, 0));
  const std::vector<DramClock> refreshes =
      drive(configuration, arrivals, 60000).clocks(DramCommand::refpb);
  EXPECT_GE(refreshes.size(), 75);
}

TEST(ControllerScheduling, ARefreshComesBetweenTwoSelfRefreshes) {
  for (const RefreshMode mode : {RefreshMode::all_bank, RefreshMode::per_bank}) {
    const DramConfiguration configuration = quiet_with([mode](DramParameters& p) {
      p.refresh = mode;
      p.self_refresh = 300;
    });
    std::vector<Arrival> arrivals;
    for (unsigned at = 1; at < 40; ++at) arrivals.push_back(read_at(3000 * at, at % 8, 0));
    const Driven driven = drive(configuration, arrivals, 130000);
    const std::vector<DramClock> exits = driven.clocks(DramCommand::srx);
    const std::vector<DramClock> entries = driven.clocks(DramCommand::sre);
    const std::vector<DramClock> refreshes =
        driven.clocks(mode == RefreshMode::all_bank ? DramCommand::ref : DramCommand::refpb);
    const std::ptrdiff_t round = mode == RefreshMode::all_bank ? 1 : 8;
    ASSERT_GT(exits.size(), 5);
    for (std::size_t at = 0; at + 1 < entries.size(); ++at) {
      const auto between = std::count_if(refreshes.begin(), refreshes.end(), [&](DramClock clock) {
        return clock > exits[at] && clock < entries[at + 1];
      });
      EXPECT_GE(between, round) << at;
    }
  }
}

TEST(ControllerScheduling, ClosedPolicyKeepsRowsForTheOtherDirection) {
  const DramConfiguration configuration =
      quiet_with([](DramParameters& p) { p.page_policy = PagePolicy::closed; });
  const Driven driven = drive(configuration, {read_at(0, 0, 0), write_at(0, 0, 0, 16)}, 5000);
  EXPECT_THAT(driven.clocks(DramCommand::rd), ElementsAre(29));
  EXPECT_THAT(driven.clocks(DramCommand::wra), ElementsAre(29 + 27));
  EXPECT_THAT(driven.clocks(DramCommand::act), SizeIs(1));
  EXPECT_THAT(driven.clocks(DramCommand::pre), IsEmpty());
}

TEST(ControllerScheduling, ClosedPolicyPrechargesWithTheLastAccess) {
  const DramConfiguration configuration =
      quiet_with([](DramParameters& p) { p.page_policy = PagePolicy::closed; });
  const Driven driven = drive(
      configuration,
      {read_at(0, 0, 0), read_at(0, 0, 0, 16), write_at(500, 1, 0), masked_write_at(900, 2, 0)},
      5000);
  EXPECT_THAT(driven.clocks(DramCommand::rd), SizeIs(1));
  EXPECT_THAT(driven.clocks(DramCommand::rda), ElementsAre(29 + 8));
  EXPECT_THAT(driven.clocks(DramCommand::wra), ElementsAre(529));
  EXPECT_THAT(driven.clocks(DramCommand::mwr), ElementsAre(929));
  // A masked write has no automatic precharge.
  EXPECT_THAT(driven.clocks(DramCommand::pre), ElementsAre(929 + 54));
}

TEST(ControllerScheduling, AdaptivePolicyClosesForAnotherRowAndAfterATime) {
  const DramConfiguration configuration = quiet_with([](DramParameters& p) {
    p.page_policy = PagePolicy::adaptive;
    p.page_timeout = 300;
  });
  const Driven driven =
      drive(configuration, {read_at(0, 0, 0), read_at(0, 0, 1), read_at(2000, 0, 1)}, 5000);
  EXPECT_THAT(driven.clocks(DramCommand::rda), ElementsAre(29));
  EXPECT_THAT(driven.clocks(DramCommand::act), ElementsAre(0, 97, 2000));
  EXPECT_THAT(driven.clocks(DramCommand::pre), ElementsAre(97 + 29 + 300, 2029 + 300));
}

TEST(ControllerScheduling, PostponedRefreshesWaitForIdleness) {
  const DramConfiguration configuration = quiet_with([](DramParameters& p) {
    p.refresh = RefreshMode::all_bank;
    p.refresh_postpone = 8;
  });
  std::vector<Arrival> arrivals;
  for (unsigned at = 0; at < 2000; ++at) arrivals.push_back(read_at(8 * at, 0, 0, 0));
  const Driven driven = drive(configuration, arrivals, 30000);
  // Busy until 16,000: the two refreshes due by then follow at once.
  const std::vector<DramClock> refreshes = driven.clocks(DramCommand::ref);
  ASSERT_THAT(refreshes, SizeIs(4));
  EXPECT_GE(refreshes[0], 15990);
  EXPECT_EQ(refreshes[1], refreshes[0] + 608);
  EXPECT_EQ(refreshes[2], 18738);
}

TEST(ControllerScheduling, NineRefreshesAreNeverOwed) {
  const DramConfiguration configuration = quiet_with([](DramParameters& p) {
    p.refresh = RefreshMode::all_bank;
    p.refresh_postpone = 8;
  });
  std::vector<Arrival> arrivals;
  for (unsigned at = 0; at < 20000; ++at) arrivals.push_back(read_at(8 * at, 0, 0, 0));
  const std::vector<DramClock> refreshes =
      drive(configuration, arrivals, 160000).clocks(DramCommand::ref);
  ASSERT_FALSE(refreshes.empty());
  // Rows are closed in time: 183 clocks from a write to the last row until REF.
  EXPECT_GE(refreshes[0], 9 * 6246 - 183);
  EXPECT_LE(refreshes[0], 9 * 6246);
  // Nine in a row; then all may be put off again.
  ASSERT_GT(refreshes.size(), 9);
  for (unsigned at = 1; at < 9; ++at) EXPECT_EQ(refreshes[at], refreshes[0] + 608 * at);
  EXPECT_GE(refreshes[9], 18 * 6246 - 183);
}

TEST(ControllerScheduling, OneRankWorksWhileTheOtherRefreshes) {
  const DramConfiguration configuration = quiet_with([](DramParameters& p) {
    p.refresh = RefreshMode::all_bank;
    p.ranks = 2;
  });
  // Rank 0 refreshes at 3123.
  const Driven driven =
      drive(configuration,
            {read_at(3000, 0, 0, 0, 1), read_at(3200, 0, 0, 16, 1), read_at(3200, 0, 0)}, 6000);
  EXPECT_EQ(driven.service(1).latency(), 42);
  EXPECT_EQ(driven.service(2).data_end, 3123 + 606 + 71);
}

TEST(ControllerScheduling, NothingHappensWithoutWork) {
  EXPECT_THAT(drive(quiet_with([](DramParameters&) {}), {}, 100000).commands, IsEmpty());
}

}  // namespace
}  // namespace tensordash::testing
