// One access at a time costs by b_transport what it costs over the four phases, to the clock.
#include <gtest/gtest.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <random>

#include "hw/dram/front/payload_pool.h"
#include "tests/hw/dram/memory/watched_memory.h"
#include "tests/support/systemc_test.h"

namespace tensordash {
namespace {

constexpr unsigned accesses = 400;

// Sends each access to one memory over the phases and to another by b_transport.
struct Pair : sc_core::sc_module {
  struct Seen {
    sc_core::sc_time start, phases, blocking;  // its arrival, and when it was over
    std::uint64_t address;
    unsigned bytes;
    bool write;
  };

  SC_HAS_PROCESS(Pair);
  Pair(const sc_core::sc_module_name& name, unsigned seed, std::uint64_t memory_bytes)
      : sc_module(name), random_(seed), memory_bytes_(memory_bytes) {
    phases.register_nb_transport_bw(this, &Pair::nb_transport_bw);
    SC_THREAD(run);
  }

  tlm_utils::simple_initiator_socket<Pair> phases{"phases"}, blocking{"blocking"};
  std::vector<Seen> seen;
  std::function<void()> on_done = [] {};

 private:
  void run() {
    std::vector<std::uint64_t> bases(8);
    for (std::uint64_t& base : bases) base = random_() % (memory_bytes_ / 4096) * 4096;
    for (unsigned access = 0; access < accesses; ++access) {
      // Whole bursts, within a row of every bank.
      const unsigned bytes = 32U * static_cast<unsigned>(1 + random_() % 8);
      const std::uint64_t address = bases[random_() % 8] + random_() % ((4096 - 256) / 32) * 32;
      const bool write = random_() % 2 == 0;
      tlm::tlm_generic_payload& at = pool_.take(bytes);
      tlm::tlm_generic_payload& lt = pool_.take(bytes);
      for (tlm::tlm_generic_payload* payload : {&at, &lt}) {
        payload->set_address(address);
        payload->set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
      }
      // Ahead of time now and then, and seldom on a clock edge.
      const sc_core::sc_time ahead(static_cast<double>(random_() % 2 * (random_() % 100000)),
                                   sc_core::SC_PS);
      sc_core::sc_time delay = ahead;
      blocking->b_transport(lt, delay);
      const sc_core::sc_time blocking_end = sc_core::sc_time_stamp() + delay;
      wait(ahead);
      Seen access_seen{sc_core::sc_time_stamp(), {}, blocking_end, address, bytes, write};
      tlm::tlm_phase phase = tlm::BEGIN_REQ;
      sc_core::sc_time no_delay = sc_core::SC_ZERO_TIME;
      phases->nb_transport_fw(at, phase, no_delay);
      wait(response_);
      access_seen.phases = sc_core::sc_time_stamp();
      seen.push_back(access_seen);
      EXPECT_TRUE(at.is_response_ok() && lt.is_response_ok());
      at.release();
      lt.release();
      wait(sc_core::sc_time(static_cast<double>(1000 * 625 + random_() % 2000000), sc_core::SC_PS));
    }
    on_done();
  }

  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& /*payload*/, tlm::tlm_phase& phase,
                                     sc_core::sc_time& /*delay*/) {
    if (phase != tlm::BEGIN_RESP) return tlm::TLM_ACCEPTED;
    response_.notify();
    return tlm::TLM_COMPLETED;
  }

  std::mt19937_64 random_;
  const std::uint64_t memory_bytes_;
  PayloadPool pool_;
  sc_core::sc_event response_;
};

struct PairCase {
  const char* name;
  void (*choose)(DramParameters&);
  unsigned ranks = 1;
};

class AtAgainstLtTest : public testing::SystemCTest,
                        public ::testing::WithParamInterface<PairCase> {};

TEST_P(AtAgainstLtTest, OneAccessAtATimeTakesAsLongToTheClock) {
  DramParameters parameters;
  parameters.spec = "lpddr4-3200-8gb";
  parameters.ranks = GetParam().ranks;
  GetParam().choose(parameters);
  const DramConfiguration configuration{parameters};
  WatchedMemory<> timed(configuration, "timed");
  WatchedMemory<> estimated(configuration, "estimated");
  Pair pair("pair", 7, configuration.bytes());
  pair.phases.bind(timed.memory.socket);
  pair.blocking.bind(estimated.memory.socket);
  pair.on_done = [this] { finished(); };
  ASSERT_TRUE(run_until_finished(sc_core::sc_time(1, sc_core::SC_SEC)));
  ASSERT_EQ(pair.seen.size(), accesses);
  // A refresh of another rank takes the CA bus for some clocks, which estimates leave out.
  const sc_core::sc_time allowed =
      GetParam().ranks == 1 ? sc_core::SC_ZERO_TIME : sc_core::sc_time(8 * 0.625, sc_core::SC_NS);
  unsigned different = 0;
  for (const Pair::Seen& each : pair.seen) {
    if (each.phases == each.blocking) continue;
    ++different;
    EXPECT_TRUE(each.phases > each.blocking && each.phases - each.blocking <= allowed)
        << (each.write ? "write of " : "read of ") << each.bytes << " bytes at " << each.address
        << ", at " << each.start << ": over at " << each.phases << ", estimated " << each.blocking;
  }
  EXPECT_LE(different, accesses / 50);
  const DramStatistics& at = timed.memory.statistics();
  const DramStatistics& lt = estimated.memory.statistics();
  EXPECT_EQ(at.bytes_read, lt.bytes_read);
  EXPECT_EQ(at.bytes_written, lt.bytes_written);
  EXPECT_NEAR(at.read_latency.mean(), lt.read_latency.mean(), 8.0 * different / accesses);
  EXPECT_NEAR(at.write_latency.mean(), lt.write_latency.mean(), 8.0 * different / accesses);
  EXPECT_TRUE(timed.violations(DramClockBase(configuration.spec).now()).empty());
}

INSTANTIATE_TEST_SUITE_P(
    All, AtAgainstLtTest,
    ::testing::Values(
        PairCase{"Default", [](DramParameters&) {}},
        PairCase{"OneChannelOneRank",
                 [](DramParameters& p) {
                   p.channels = 1;
                   p.ranks = 1;
                 }},
        PairCase{"ClosedRows", [](DramParameters& p) { p.page_policy = PagePolicy::closed; }},
        PairCase{"ClosedRowsOneChannel",
                 [](DramParameters& p) {
                   p.page_policy = PagePolicy::closed;
                   p.channels = 1;
                 }},
        PairCase{"FrontAndBackClocks",
                 [](DramParameters& p) {
                   p.front_clocks = 9;
                   p.back_clocks = 4;
                 }},
        PairCase{"NoRefresh", [](DramParameters& p) { p.refresh = RefreshMode::none; }},
        PairCase{"StaggeredRefresh",
                 [](DramParameters& p) { p.refresh_phase = RefreshPhase::staggered; }},
        PairCase{"InOrderFcfs",
                 [](DramParameters& p) {
                   p.response_order = ResponseOrder::in_order;
                   p.scheduler = DramScheduling::fcfs;
                 }},
        PairCase{"Width32",
                 [](DramParameters& p) {
                   p.width = 32;
                   p.channels = 2;
                 }}),
    [](const ::testing::TestParamInfo<PairCase>& each) { return each.param.name; });

// Several initiators that ask at one time.
struct Asker : sc_core::sc_module {
  SC_HAS_PROCESS(Asker);
  Asker(const sc_core::sc_module_name& name, std::uint64_t wanted_address)
      : sc_module(name), address(wanted_address) {
    SC_THREAD(run);
  }

  void run() {
    std::vector<unsigned char> data(64);
    for (unsigned each = 0; each < 10; ++each) {
      tlm::tlm_generic_payload payload;
      payload.set_read();
      payload.set_address(address + 256ULL * each);  // of one channel
      payload.set_data_ptr(data.data());
      payload.set_data_length(64);
      payload.set_streaming_width(64);
      sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
      socket->b_transport(payload, delay);
      ends.push_back(delay);
    }
  }

  tlm_utils::simple_initiator_socket<Asker> socket{"socket"};
  const std::uint64_t address;
  std::vector<sc_core::sc_time> ends;
};

class LooselyTimedQueueTest : public testing::SystemCTest {};

TEST_F(LooselyTimedQueueTest, EveryBurstWaitsForThoseBeforeIt) {
  DramParameters parameters;
  parameters.refresh = RefreshMode::none;
  Lpddr4<> memory("memory", DramConfiguration(parameters));
  Asker first("first", 0);
  Asker second("second", 4096);  // of the same row
  Asker elsewhere("elsewhere", 64);
  for (Asker* each : {&first, &second, &elsewhere}) each->socket.bind(memory.socket);
  sc_core::sc_start(1, sc_core::SC_US);
  finished();
  // ACT, RD after tRCD with its last edge at the fourth clock, RL, tDQSCK, two bursts; then the bus
  // is busy.
  const auto expected = [](unsigned at) {
    return sc_core::sc_time(0.625 * (29 + 3 + 28 + 3 + 16 + 16.0 * at), sc_core::SC_NS);
  };
  ASSERT_EQ(first.ends.size(), 10U);
  ASSERT_EQ(second.ends.size(), 10U);
  for (unsigned each = 0; each < 10; ++each) {
    EXPECT_EQ(first.ends[each], expected(each));
    EXPECT_EQ(second.ends[each], expected(10 + each));
    EXPECT_EQ(elsewhere.ends[each], expected(each));
  }
}

}  // namespace
}  // namespace tensordash
