// A memory that was reset is a fresh one: the same commands and answers, later. And answers are
// those that the timeline of the fast level expects.
#include <gtest/gtest.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <algorithm>
#include <functional>
#include <random>
#include <tuple>

#include "hw/dram/front/payload_pool.h"
#include "models/memory/dram_timeline.h"
#include "tests/hw/dram/memory/watched_memory.h"
#include "tests/support/systemc_test.h"

namespace tensordash {
namespace {

using sc_core::sc_time;

constexpr std::uint64_t tck_ps = 625;
constexpr std::uint64_t clock_ps = 2000;  // of the core
constexpr unsigned most_outstanding = 64;

sc_time picoseconds(std::uint64_t ps) {
  return sc_time(static_cast<double>(ps), sc_core::SC_PS);
}

struct Request {
  Edge edge;
  std::uint64_t address;
  unsigned bytes;
  bool write;
};

struct Traffic {
  std::vector<Request> requests;
  std::vector<Edge> answers;  // as DramTimeline gives them
  std::uint64_t bursts = 0;
};

// Random requests in bursts and with pauses, as many under way as a DMA may have.
Traffic random_traffic(const DramConfiguration& configuration, unsigned seed, Edge edges) {
  std::mt19937 random(seed);
  const unsigned burst = configuration.burst_bytes();
  DramTimeline timeline(configuration, clock_ps);
  Traffic traffic;
  std::vector<std::uint64_t> bases(6);
  for (auto& base : bases) base = random() % (configuration.bytes() / 65536) * 65536;
  unsigned outstanding = 0;
  Edge quiet_until = 0;
  const auto take = [&](Edge edge) {
    std::uint32_t tag = 0;
    while (timeline.answered(edge, tag)) {
      traffic.answers[tag] = edge;
      --outstanding;
    }
  };
  Edge edge = 0;
  for (; edge < edges; ++edge) {
    take(edge);
    if (random() % 400 == 0) quiet_until = edge + random() % 1200;
    if (edge < quiet_until) continue;
    for (unsigned count = random() % 3; count > 0 && outstanding < most_outstanding; --count) {
      const unsigned bytes = burst * (1 + random() % (64 / burst));
      const std::uint64_t address = bases[random() % bases.size()] + random() % 64 * 64;
      const bool write = random() % 3 == 0;
      timeline.request(edge, address, bytes, write,
                       static_cast<std::uint32_t>(traffic.requests.size()));
      traffic.requests.push_back({edge, address, bytes, write});
      traffic.answers.push_back(never);
      ++outstanding;
    }
  }
  for (; outstanding > 0; ++edge) take(edge);
  traffic.bursts = timeline.bursts();
  return traffic;
}

using Command =
    std::tuple<unsigned, DramClock, DramCommand, unsigned, unsigned, unsigned, unsigned>;

struct Listener : tlm::tlm_analysis_if<DramCommandRecord> {
  unsigned channel = 0;
  DramClock origin = 0;
  std::vector<Command>* commands = nullptr;
  void write(const DramCommandRecord& record) override {
    commands->emplace_back(channel, record.clock - origin, record.command, record.rank, record.bank,
                           record.row, record.column);
  }
};

// Sends the requests at edges from half a clock after `origin` on, and notes the answers.
struct Driver : sc_core::sc_module {
  SC_HAS_PROCESS(Driver);
  explicit Driver(const sc_core::sc_module_name& name) : sc_module(name) {
    socket.register_nb_transport_bw(this, &Driver::nb_transport_bw);
    SC_THREAD(start);
  }

  // The driver's process does this.
  std::function<void()> work = [] {};

  // Within the process.
  void run(const std::vector<Request>& requests, const sc_time& origin) {
    origin_ = origin;
    answers.assign(requests.size(), never);
    payloads_.assign(requests.size(), nullptr);
    for (std::size_t at = 0; at < requests.size(); ++at) {
      const Request& request = requests[at];
      const sc_time due = origin + picoseconds(request.edge * clock_ps + clock_ps / 2);
      if (due > sc_core::sc_time_stamp()) sc_core::wait(due - sc_core::sc_time_stamp());
      tlm::tlm_generic_payload& payload = pool_.take(request.bytes);
      payload.set_command(request.write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
      payload.set_address(request.address);
      payloads_[at] = &payload;
      tlm::tlm_phase phase = tlm::BEGIN_REQ;
      sc_time delay;
      ++outstanding_;
      EXPECT_EQ(socket->nb_transport_fw(payload, phase, delay), tlm::TLM_UPDATED);
    }
    while (outstanding_ > 0) sc_core::wait(answered_);
  }

  tlm_utils::simple_initiator_socket<Driver> socket{"socket"};
  std::vector<Edge> answers;

 private:
  void start() { work(); }

  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_time&) {
    EXPECT_EQ(phase, tlm::BEGIN_RESP);
    const auto found = std::find(payloads_.begin(), payloads_.end(), &payload);
    *found = nullptr;
    const std::uint64_t since = (sc_core::sc_time_stamp() - origin_).value();
    answers[static_cast<std::size_t>(found - payloads_.begin())] =
        since <= clock_ps / 2 ? 0 : (since - clock_ps / 2 + clock_ps - 1) / clock_ps;
    --outstanding_;
    answered_.notify();
    payload.release();
    return tlm::TLM_COMPLETED;
  }

  PayloadPool pool_;
  std::vector<tlm::tlm_generic_payload*> payloads_;
  sc_time origin_;
  unsigned outstanding_ = 0;
  sc_core::sc_event answered_;
};

struct Seen {
  std::vector<Command> commands;
  std::vector<Edge> answers;
  std::vector<std::string> violations;
  std::uint64_t commands_counted = 0;
};

// A kernel of its own: other traffic first, then a reset at clock `reset` (0: none, a fresh
// memory), then the traffic.
class Kernel : public testing::SystemCTest {
 public:
  Seen run(const DramConfiguration& configuration, const Traffic& traffic, const Traffic& before,
           DramClock reset) {
    Seen seen;
    WatchedMemory<> watched(configuration);
    Driver driver("driver");
    driver.socket.bind(watched.memory.socket);
    std::vector<Listener> listeners(configuration.parameters.channels);
    std::vector<Command> commands;
    for (unsigned at = 0; at < listeners.size(); ++at) {
      listeners[at].channel = at;
      listeners[at].origin = reset;
      listeners[at].commands = &commands;
      watched.memory.channel(at).commands.bind(listeners[at]);
    }
    driver.work = [&] {
      if (reset != 0) {
        driver.run(before.requests, sc_core::SC_ZERO_TIME);
        const sc_time at = picoseconds(reset * tck_ps);
        EXPECT_LT(sc_core::sc_time_stamp(), at) << "the time of the reset is too early";
        sc_core::wait(at - sc_core::sc_time_stamp());
        commands.clear();
        watched.memory.reset();
      }
      driver.run(traffic.requests, picoseconds(reset * tck_ps));
      finished();
    };
    EXPECT_TRUE(run_until_finished(sc_time(1, sc_core::SC_MS)));
    seen.commands = commands;
    std::stable_sort(seen.commands.begin(), seen.commands.end(),
                     [](const Command& one, const Command& other) {
                       return std::tie(std::get<0>(one), std::get<1>(one)) <
                              std::tie(std::get<0>(other), std::get<1>(other));
                     });
    seen.answers = driver.answers;
    const DramStatistics& statistics = watched.memory.statistics();
    seen.violations = watched.violations(statistics.covered_clocks());
    for (const ChannelStatistics& channel : statistics.channels) {
      for (const RankActivity& rank : channel.ranks) {
        DramClock sum = 0;
        for (const DramClock clocks : rank.residency(statistics.covered_clocks())) sum += clocks;
        EXPECT_EQ(sum, statistics.covered_clocks());
      }
    }
    return seen;
  }

 private:
  void TestBody() override {}
};

struct ResetCase {
  const char* name;
  void (*choose)(DramParameters&);
};

void PrintTo(const ResetCase& which, std::ostream* stream) {
  *stream << which.name;
}

class DramResetTest : public ::testing::TestWithParam<ResetCase> {};

TEST_P(DramResetTest, MakesAFreshMemory) {
  DramParameters parameters;
  GetParam().choose(parameters);
  const DramConfiguration configuration(parameters);
  const Traffic traffic = random_traffic(configuration, 1, 9000);
  ASSERT_GT(traffic.requests.size(), 500U);
  const Traffic before = random_traffic(configuration, 2, 1500);
  Kernel fresh;
  const Seen wanted = fresh.run(configuration, traffic, {}, 0);
  EXPECT_EQ(wanted.answers, traffic.answers);
  EXPECT_TRUE(wanted.violations.empty());
  const DramClock interval = configuration.spec.timings.trefi;
  // Not long after the last answer, in the middle of a refresh, and long after.
  for (const DramClock reset : {DramClock{9001}, 2 * interval - 3, 2 * interval + 10,
                                3 * interval + 2, 11 * interval / 3}) {
    Kernel kernel;
    const Seen seen = kernel.run(configuration, traffic, before, reset);
    EXPECT_EQ(seen.answers, traffic.answers) << "reset at clock " << reset;
    // What came after the last answer differs in length only.
    const std::size_t common = std::min(seen.commands.size(), wanted.commands.size());
    EXPECT_GT(common, traffic.bursts);
    EXPECT_EQ(seen.commands, wanted.commands) << "reset at clock " << reset;
    EXPECT_TRUE(seen.violations.empty())
        << "reset at clock " << reset << ": " << seen.violations.front();
  }
}

INSTANTIATE_TEST_SUITE_P(All, DramResetTest,
                         ::testing::Values(ResetCase{"Default", [](DramParameters&) {}},
                                           ResetCase{"Width32",
                                                     [](DramParameters& p) { p.width = 32; }},
                                           ResetCase{"OneChannelOneRank",
                                                     [](DramParameters& p) {
                                                       p.channels = 1;
                                                       p.ranks = 1;
                                                     }},
                                           ResetCase{"PerBankStaggeredClosed",
                                                     [](DramParameters& p) {
                                                       p.refresh = RefreshMode::per_bank;
                                                       p.refresh_phase = RefreshPhase::staggered;
                                                       p.page_policy = PagePolicy::closed;
                                                     }},
                                           ResetCase{"PowerDownPostponed",
                                                     [](DramParameters& p) {
                                                       p.power_down = 20;
                                                       p.self_refresh = 1500;
                                                       p.refresh_postpone = 4;
                                                       p.page_policy = PagePolicy::adaptive;
                                                       p.back_clocks = 3;
                                                     }}),
                         [](const auto& each) { return each.param.name; });

class DramResetRefusal : public testing::SystemCTest {};

TEST_F(DramResetRefusal, BetweenEdges) {
  WatchedMemory<> watched{DramConfiguration(DramParameters{})};
  Driver driver("driver");
  driver.socket.bind(watched.memory.socket);
  ASSERT_TRUE(run_for(picoseconds(tck_ps * 100 + 1)));
  expect_report("/tensordash/dram", sc_core::SC_ERROR, "between two clock edges");
  EXPECT_THROW(watched.memory.reset(), sc_core::sc_report);
  finished();
}

TEST_F(DramResetRefusal, WithARequestInFlight) {
  WatchedMemory<> watched{DramConfiguration(DramParameters{})};
  Driver driver("driver");
  driver.socket.bind(watched.memory.socket);
  expect_report("/tensordash/dram", sc_core::SC_ERROR, "in flight");
  driver.work = [&] { driver.run({{0, 0x1000, 64, false}}, sc_core::SC_ZERO_TIME); };
  ASSERT_TRUE(run_for(picoseconds(tck_ps * 40)));
  EXPECT_THROW(watched.memory.reset(), sc_core::sc_report);
  ASSERT_TRUE(run_for(picoseconds(tck_ps * 400)));
  EXPECT_EQ(driver.answers.size(), 1U);
  EXPECT_NE(driver.answers[0], never);
  const auto active = [&watched] {
    const DramStatistics& statistics = watched.memory.statistics();
    DramClock clocks = 0;
    for (const ChannelStatistics& channel : statistics.channels) {
      for (const RankActivity& rank : channel.ranks) {
        clocks += rank.residency(statistics.covered_clocks())[index_of(RankState::active_standby)];
      }
    }
    return clocks;
  };
  const DramClock before = active();
  EXPECT_GT(before, 0U);
  watched.memory.reset();  // nothing is in flight any more
  ASSERT_TRUE(run_for(picoseconds(tck_ps * 400)));
  EXPECT_EQ(active(), before) << "a row is still open";
  finished();
}

// Loosely timed accesses and data.
TEST_F(DramResetRefusal, EstimatesAreFreshAndDataStay) {
  WatchedMemory<> watched{DramConfiguration(DramParameters{})};
  Driver driver("driver");
  driver.socket.bind(watched.memory.socket);
  PayloadPool pool;
  const auto access = [&](bool write) {
    tlm::tlm_generic_payload& payload = pool.take(64);
    payload.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
    payload.set_address(0x4000);
    if (write) std::fill_n(payload.get_data_ptr(), 64, std::uint8_t{7});
    sc_time delay;
    driver.socket->b_transport(payload, delay);
    EXPECT_EQ(payload.get_data_ptr()[63], 7);
    payload.release();
    return delay;
  };
  std::vector<sc_time> delays;
  driver.work = [&] {
    delays.push_back(access(true));
    sc_core::wait(picoseconds(tck_ps * 200));
    const sc_time hit = access(false);
    watched.memory.reset();
    sc_core::wait(picoseconds(tck_ps * 200));  // the buses are free again in any case
    delays.push_back(access(false));
    EXPECT_LT(hit, delays.back()) << "the row is still open";
  };
  ASSERT_TRUE(run_for(picoseconds(tck_ps * 9000)));
  ASSERT_EQ(delays.size(), 2U);
  finished();
}

}  // namespace
}  // namespace tensordash
