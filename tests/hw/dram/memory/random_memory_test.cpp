// Random traffic of several initiators on whole memories of many kinds: every byte, every command,
// every count.
#include <gmock/gmock.h>

#include <memory>

#include "hw/dram/energy/energy_model.h"
#include "hw/dram/lpddr4.h"
#include "tests/hw/dram/memory/watched_memory.h"
#include "tests/hw/dram/traffic/random_traffic.h"
#include "tests/support/systemc_test.h"

namespace tensordash {
namespace {

using ::testing::Gt;
using ::testing::IsEmpty;

constexpr unsigned initiators = 3;
constexpr unsigned transactions = 250;  // of an initiator

struct MemoryCase {
  const char* name;
  void (*choose)(DramParameters&);
  unsigned pause_ns = 20;  // between transactions
};

void use_queue(DramParameters& parameters, unsigned bursts) {
  parameters.queue = bursts;
  parameters.write_high = std::max(1U, bursts / 2);
  parameters.write_low = bursts / 4 < parameters.write_high ? bursts / 4 : 0;
}

const MemoryCase memory_cases[] = {
    {"Default", [](DramParameters&) {}},
    {"OneChannelOneRank",
     [](DramParameters& p) {
       p.channels = 1;
       p.ranks = 1;
     }},
    {"TwoChannels", [](DramParameters& p) { p.channels = 2; }},
    {"FourRanks",
     [](DramParameters& p) {
       p.channels = 1;
       p.ranks = 4;
     }},
    {"SixteenChannels",
     [](DramParameters& p) {
       p.channels = 16;
       p.refresh_phase = RefreshPhase::staggered;
     }},
    {"Width32", [](DramParameters& p) { p.width = 32; }},
    {"Width64",
     [](DramParameters& p) {
       p.width = 64;
       p.channels = 1;
     }},
    {"ClosedRows", [](DramParameters& p) { p.page_policy = PagePolicy::closed; }},
    {"ClosedRowsShortQueue",
     [](DramParameters& p) {
       p.page_policy = PagePolicy::closed;
       p.channels = 1;
       use_queue(p, 3);
     }},
    {"AdaptiveRows",
     [](DramParameters& p) {
       p.page_policy = PagePolicy::adaptive;
       p.page_timeout = 60;
     }},
    {"NoRefresh", [](DramParameters& p) { p.refresh = RefreshMode::none; }},
    {"PerBankRefresh", [](DramParameters& p) { p.refresh = RefreshMode::per_bank; }},
    {"PerBankRefreshPostponed",
     [](DramParameters& p) {
       p.refresh = RefreshMode::per_bank;
       p.refresh_postpone = 4;
       p.channels = 1;
     }},
    {"PerBankRefreshClosedRows",
     [](DramParameters& p) {
       p.refresh = RefreshMode::per_bank;
       p.page_policy = PagePolicy::closed;
       p.channels = 1;
     }},
    {"PostponedRefresh",
     [](DramParameters& p) {
       p.refresh_postpone = 8;
       p.channels = 1;
     }},
    {"StaggeredRefresh", [](DramParameters& p) { p.refresh_phase = RefreshPhase::staggered; }},
    {"QueueOfTwo", [](DramParameters& p) { use_queue(p, 2); }},
    {"QueueOfTwoOneChannel",
     [](DramParameters& p) {
       p.channels = 1;
       use_queue(p, 2);
     }},
    {"QueueOfEight",
     [](DramParameters& p) {
       p.channels = 2;
       use_queue(p, 8);
     }},
    {"QueueOfThousand", [](DramParameters& p) { p.queue = 1024; }},
    {"InOrder", [](DramParameters& p) { p.response_order = ResponseOrder::in_order; }},
    {"FrontAndBackClocks",
     [](DramParameters& p) {
       p.front_clocks = 11;
       p.back_clocks = 7;
     }},
    {"FrontClocksShortQueuesInOrder",
     [](DramParameters& p) {
       p.front_clocks = 30;
       p.response_order = ResponseOrder::in_order;
       use_queue(p, 2);
     }},
    {"PowerDown", [](DramParameters& p) { p.power_down = 20; }, 300},
    {"PowerDownClosedRows",
     [](DramParameters& p) {
       p.power_down = 1;
       p.page_policy = PagePolicy::closed;
     },
     300},
    {"PowerDownPerBankRefresh",
     [](DramParameters& p) {
       p.power_down = 15;
       p.refresh = RefreshMode::per_bank;
       p.channels = 1;
     },
     300},
    {"SelfRefresh", [](DramParameters& p) { p.self_refresh = 200; }, 2000},
    {"PowerDownAndSelfRefresh",
     [](DramParameters& p) {
       p.power_down = 30;
       p.self_refresh = 300;
       p.refresh_postpone = 2;
       p.page_policy = PagePolicy::adaptive;
     },
     2000},
    {"Hash",
     [](DramParameters& p) { p.hash = "bank0^row0^row3, bank1^row1, channel1^row2, rank0^row4"; }},
    {"BankInterleaved",
     [](DramParameters& p) {
       p.mapping = "row|column|rank|bank|channel|column:4";
       p.hash = "bank2^row0";
     }},
    {"FirstComeFirstServed", [](DramParameters& p) { p.scheduler = DramScheduling::fcfs; }},
    {"FirstComeFirstServedOneChannel",
     [](DramParameters& p) {
       p.scheduler = DramScheduling::fcfs;
       p.channels = 1;
       p.page_policy = PagePolicy::closed;
       use_queue(p, 16);
     }},
    {"CapsAndLimits",
     [](DramParameters& p) {
       p.channels = 1;
       p.row_hit_cap = 2;
       p.age_limit = 100;
     }},
};

class RandomMemoryTest : public testing::SystemCTest,
                         public ::testing::WithParamInterface<std::tuple<bool, MemoryCase>> {
 protected:
  RandomMemoryTest() {
    const bool loosely_timed = std::get<bool>(GetParam());
    const std::uint64_t bytes = configuration_.bytes();
    const std::uint64_t share = bytes / initiators;
    for (unsigned each = 0; each < initiators; ++each) {
      RandomTrafficParameters parameters;
      parameters.seed = 40 + each;
      parameters.count = transactions;
      parameters.memory_bytes = bytes;
      parameters.first = each * share;
      parameters.last = each + 1 == initiators ? bytes - 1 : (each + 1) * share - 1;
      parameters.loosely_timed = loosely_timed;
      parameters.pause_ns = std::get<MemoryCase>(GetParam()).pause_ns;
      parameters.burst_bytes = configuration_.burst_bytes();
      traffic_.push_back(
          std::make_unique<RandomTraffic>(("traffic" + std::to_string(each)).c_str(), parameters));
      traffic_.back()->socket.bind(watched_.memory.socket);
      traffic_.back()->on_done = [this] {
        if (--running_ == 0) finished();
      };
    }
  }

  static DramConfiguration configuration_of_case() {
    DramParameters parameters;
    parameters.spec = "lpddr4-3200-8gb";
    std::get<MemoryCase>(GetParam()).choose(parameters);
    return DramConfiguration(parameters);
  }

  RandomTraffic::Moved sum(RandomTraffic::Moved RandomTraffic::Counts::*moved) const {
    RandomTraffic::Moved sum;
    for (const auto& each : traffic_) {
      const RandomTraffic::Moved& add = each->counts().*moved;
      sum.transactions += add.transactions;
      sum.bytes += add.bytes;
      sum.bursts += add.bursts;
      sum.torn_bursts += add.torn_bursts;
    }
    return sum;
  }

  const DramConfiguration configuration_ = configuration_of_case();
  WatchedMemory<> watched_{configuration_};
  std::vector<std::unique_ptr<RandomTraffic>> traffic_;
  unsigned running_ = initiators;
};

TEST_P(RandomMemoryTest, EveryByteAndCommandAndCountIsRight) {
  ASSERT_TRUE(run_until_finished(sc_core::sc_time(1, sc_core::SC_SEC)));
  for (const auto& each : traffic_) {
    EXPECT_THAT(each->failures(), IsEmpty());
    EXPECT_EQ(each->counts().answered, transactions);
    EXPECT_THAT(each->counts().legal, Gt(transactions / 2));
    EXPECT_THAT(each->counts().debug, Gt(5U));
    EXPECT_THAT(each->counts().direct, Gt(5U));
  }
  EXPECT_EQ(watched_.memory.front.in_flight(), 0U);
  const DramStatistics& statistics = watched_.memory.statistics();
  // Estimates may lie ahead of the simulation, the buses have come no further.
  EXPECT_THAT(watched_.violations(DramClockBase(configuration_.spec).now()), IsEmpty());

  const RandomTraffic::Moved reads = sum(&RandomTraffic::Counts::reads);
  const RandomTraffic::Moved writes = sum(&RandomTraffic::Counts::writes);
  EXPECT_EQ(statistics.reads, reads.transactions);
  EXPECT_EQ(statistics.writes, writes.transactions);
  EXPECT_EQ(statistics.bytes_read, reads.bytes);
  EXPECT_EQ(statistics.bytes_written, writes.bytes);
  EXPECT_EQ(statistics.read_latency.count(), reads.transactions);
  EXPECT_EQ(statistics.write_latency.count(), writes.transactions);
  EXPECT_GT(statistics.bandwidth_gb_s(), 0.0);
  EXPECT_LT(statistics.share_of_peak(), 1.0);

  std::uint64_t bursts_read = 0;
  std::uint64_t bursts_written = 0;
  std::uint64_t bursts_masked = 0;
  for (const ChannelStatistics& channel : statistics.channels) {
    expect_consistent(channel, statistics.covered_clocks());
    bursts_read += channel.bursts_read();
    bursts_written += channel.bursts_written();
    bursts_masked += channel.bursts_masked;
  }
  // Loosely timed accesses take no commands, and no bursts.
  const bool loosely_timed = std::get<bool>(GetParam());
  EXPECT_EQ(bursts_read, loosely_timed ? 0 : reads.bursts);
  EXPECT_EQ(bursts_written, loosely_timed ? 0 : writes.bursts);
  EXPECT_EQ(bursts_masked, loosely_timed ? 0 : writes.torn_bursts);
  EXPECT_EQ(statistics.bytes_read_moved(), bursts_read * configuration_.burst_bytes());
  EXPECT_EQ(statistics.bytes_written_moved(), bursts_written * configuration_.burst_bytes());
  if (loosely_timed) {
    const LatencyEstimator& estimator = watched_.memory.estimator();
    EXPECT_EQ(estimator.commands(DramCommand::rd) + estimator.commands(DramCommand::rda),
              reads.bursts);
    EXPECT_EQ(estimator.commands(DramCommand::mwr), writes.torn_bursts);
  }
  const DramEnergy energy = dram_energy(configuration_, statistics);
  EXPECT_GT(energy.total_nj(), 0.0);
  EXPECT_EQ(energy.bits, (bursts_read + bursts_written) * configuration_.burst_bytes() * 8);
}

INSTANTIATE_TEST_SUITE_P(All, RandomMemoryTest,
                         ::testing::Combine(::testing::Bool(), ::testing::ValuesIn(memory_cases)),
                         [](const ::testing::TestParamInfo<std::tuple<bool, MemoryCase>>& each) {
                           return std::string(std::get<MemoryCase>(each.param).name) +
                                  (std::get<bool>(each.param) ? "LooselyTimed" : "");
                         });

}  // namespace
}  // namespace tensordash
