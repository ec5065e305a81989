// The memory in a simulation of its user's own.
#include <gtest/gtest.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <cstring>

#include "hw/dram/front/payload_pool.h"
#include "hw/dram/lpddr4.h"
#include "tests/support/systemc_test.h"

namespace tensordash {
namespace {

// As a user writes it who has read the documentation.
struct PlainInitiator : sc_core::sc_module {
  tlm_utils::simple_initiator_socket<PlainInitiator, 64> socket{"socket"};
  PayloadPool pool;
  sc_core::sc_event answered;
  std::function<void()> work = [] {};

  SC_HAS_PROCESS(PlainInitiator);
  explicit PlainInitiator(const sc_core::sc_module_name& name) : sc_module(name) {
    socket.register_nb_transport_bw(this, &PlainInitiator::nb_transport_bw);
    SC_THREAD(run);
  }
  void run() { work(); }

  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& /*payload*/, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay) {
    if (phase == tlm::END_REQ) return tlm::TLM_ACCEPTED;
    answered.notify(delay);
    return tlm::TLM_COMPLETED;
  }

  static void set_up(tlm::tlm_generic_payload& payload, tlm::tlm_command command,
                     std::uint64_t address, void* data, unsigned bytes) {
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(static_cast<unsigned char*>(data));
    payload.set_data_length(bytes);
    payload.set_streaming_width(bytes);
  }

  // By b_transport; waits.
  void access(tlm::tlm_command command, std::uint64_t address, void* data, unsigned bytes) {
    tlm::tlm_generic_payload payload;
    set_up(payload, command, address, data, bytes);
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    socket->b_transport(payload, delay);
    EXPECT_TRUE(payload.is_response_ok());
    wait(delay);
  }

  // Over the phases; waits.
  void access_timed(tlm::tlm_command command, std::uint64_t address, void* data, unsigned bytes) {
    tlm::tlm_generic_payload& payload = pool.take();
    set_up(payload, command, address, data, bytes);
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    socket->nb_transport_fw(payload, phase, delay);
    wait(answered);
    EXPECT_TRUE(payload.is_response_ok());
    payload.release();
  }

  unsigned load(std::uint64_t address, void* data, unsigned bytes) {
    tlm::tlm_generic_payload payload;
    set_up(payload, tlm::TLM_WRITE_COMMAND, address, data, bytes);
    return socket->transport_dbg(payload);
  }
};

class StandaloneTest : public testing::SystemCTest {
 protected:
  static sc_core::sc_time clocks(unsigned count) { return {0.625 * count, sc_core::SC_NS}; }
};

TEST_F(StandaloneTest, AllPathsSeeTheSameBytes) {
  Lpddr4<64> memory("memory", DramConfiguration(DramParameters{}));
  PlainInitiator initiator("initiator");
  initiator.socket.bind(memory.socket);
  initiator.work = [&] {
    char loaded[] = "preloaded";
    EXPECT_EQ(initiator.load(1000, loaded, sizeof loaded), sizeof loaded);
    EXPECT_EQ(sc_core::sc_time_stamp(), sc_core::SC_ZERO_TIME);
    char read[sizeof loaded] = {};
    initiator.access_timed(tlm::TLM_READ_COMMAND, 1000, read, sizeof read);
    EXPECT_STREQ(read, loaded);
    // A closed bank: ACT, tRCD, the fourth edge of RD, RL, tDQSCK, BL/2.
    EXPECT_EQ(sc_core::sc_time_stamp(), clocks(29 + 3 + 28 + 3 + 8));
    std::uint64_t value = 0x1234567890abcdef;
    initiator.access_timed(tlm::TLM_WRITE_COMMAND, 1 << 20, &value, sizeof value);
    std::uint64_t back = 0;
    initiator.access(tlm::TLM_READ_COMMAND, 1 << 20, &back, sizeof back);
    EXPECT_EQ(back, value);
    tlm::tlm_generic_payload payload;
    payload.set_address(1 << 20);
    payload.set_write();
    tlm::tlm_dmi dmi;
    ASSERT_TRUE(initiator.socket->get_direct_mem_ptr(payload, dmi));
    EXPECT_EQ(dmi.get_start_address(), 0U);
    EXPECT_EQ(dmi.get_end_address(), (std::uint64_t{16} << 30) - 1);
    std::memcpy(&back, dmi.get_dmi_ptr() + (1 << 20), sizeof back);
    EXPECT_EQ(back, value);
    dmi.get_dmi_ptr()[1 << 20] = 1;
    initiator.access_timed(tlm::TLM_READ_COMMAND, 1 << 20, &back, sizeof back);
    EXPECT_EQ(back, 0x1234567890abcd01);
    finished();
  };
  EXPECT_TRUE(run_until_finished(sc_core::sc_time(10, sc_core::SC_US)));
  const DramStatistics& statistics = memory.statistics();
  EXPECT_EQ(statistics.reads, 3U);
  EXPECT_EQ(statistics.writes, 1U);
  EXPECT_EQ(statistics.bytes_read, 10U + 8 + 8);
  EXPECT_EQ(statistics.end_clock * 625, sc_core::sc_time_stamp().value());
}

TEST_F(StandaloneTest, TwoMemoriesKnowNothingOfEachOther) {
  DramParameters small;
  small.spec = "lpddr4-3200-8gb";
  small.channels = 1;
  small.ranks = 1;
  Lpddr4<64> first("first", DramConfiguration(DramParameters{}));
  Lpddr4<64> second("second", DramConfiguration(small));
  PlainInitiator a("a");
  PlainInitiator b("b");
  a.socket.bind(first.socket);
  b.socket.bind(second.socket);
  unsigned running = 2;
  const auto work = [&](PlainInitiator& initiator, unsigned number, std::uint64_t last) {
    for (unsigned each = 0; each < 20; ++each) {
      unsigned value = number + each;
      initiator.access_timed(tlm::TLM_WRITE_COMMAND, last - 4 * each - 3, &value, sizeof value);
    }
    for (unsigned each = 0; each < 20; ++each) {
      unsigned value = 0;
      initiator.access_timed(tlm::TLM_READ_COMMAND, last - 4 * each - 3, &value, sizeof value);
      EXPECT_EQ(value, number + each);
    }
    if (--running == 0) finished();
  };
  a.work = [&] { work(a, 1000, (std::uint64_t{16} << 30) - 1); };
  b.work = [&] { work(b, 2000, (std::uint64_t{1} << 30) - 1); };
  EXPECT_TRUE(run_until_finished(sc_core::sc_time(100, sc_core::SC_US)));
  EXPECT_EQ(first.statistics().bytes_read, 80U);
  EXPECT_EQ(second.statistics().bytes_read, 80U);
  EXPECT_EQ(second.statistics().channels.size(), 1U);
  EXPECT_EQ(first.channel(3).basename(), std::string("channel_3"));
}

TEST_F(StandaloneTest, CommandsOfAReadAreToldAsTheyAreGiven) {
  struct Listener : tlm::tlm_analysis_if<DramCommandRecord> {
    void write(const DramCommandRecord& command) override {
      told.push_back(std::string(name_of(command.command)) + " " + std::to_string(command.clock));
      EXPECT_EQ(command.clock * 625, sc_core::sc_time_stamp().value());
      EXPECT_EQ(command.rank, 1U);
      EXPECT_EQ(command.bank, 5U);
    }
    std::vector<std::string> told;
  };
  DramParameters parameters;
  parameters.refresh = RefreshMode::none;
  Lpddr4<64> memory("memory", DramConfiguration(parameters));
  Listener listener;
  memory.channel(2).commands.bind(listener);
  PlainInitiator initiator("initiator");
  initiator.socket.bind(memory.socket);
  initiator.work = [&] {
    DramPlace place;
    place.channel = 2;
    place.rank = 1;
    place.bank = 5;
    place.row = 77;
    char data[64];
    initiator.access_timed(tlm::TLM_READ_COMMAND, memory.front.address_map().address(place), data,
                           sizeof data);
    place.row = 78;
    initiator.access_timed(tlm::TLM_READ_COMMAND, memory.front.address_map().address(place), data,
                           32);
    finished();
  };
  EXPECT_TRUE(run_until_finished(sc_core::sc_time(1, sc_core::SC_US)));
  // The first answer comes at clock 79; PRE to ACT is tRPpb - 2.
  EXPECT_EQ(listener.told,
            (std::vector<std::string>{"ACT 0", "RD 29", "RD 37", "PRE 79", "ACT 106", "RD 135"}));
}

}  // namespace
}  // namespace tensordash
