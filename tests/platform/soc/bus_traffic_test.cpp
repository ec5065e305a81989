#include <gmock/gmock.h>

#include <memory>

#include "platform/soc/bus.h"
#include "platform/soc/memory.h"
#include "tests/platform/soc/protocol_watch.h"
#include "tests/platform/soc/timed_traffic.h"
#include "tests/support/systemc_test.h"

namespace tensordash {
namespace {

using sc_core::SC_NS;
using sc_core::sc_time;

// Three initiators and three memories around a bus, watched on every hop.
class BusTrafficTest : public testing::SystemCTest {
 protected:
  static constexpr unsigned accesses = 400;
  static constexpr std::uint64_t window = 0x1000;

  static RamParameters stressed(unsigned seed) {
    RamParameters parameters;
    parameters.bytes = window;
    parameters.read_latency = {3, SC_NS};
    parameters.queue = 1 + seed % 4;
    parameters.stress.seed = seed;
    parameters.stress.request_delay = {seed % 2 == 0 ? 5.0 : 0.0, SC_NS};
    parameters.stress.response_delay = {20, SC_NS};
    parameters.stress.any_order = true;
    parameters.stress.shortcuts = seed % 3 != 0;
    return parameters;
  }

  void build(unsigned seed, const BusParameters& parameters) {
    bus = std::make_unique<Bus<>>("bus", parameters);
    for (unsigned at = 0; at < 3; ++at) {
      RamParameters memory = stressed(3 * seed + at);
      memory.stress.refusals = {{0xf00, 0xfff, tlm::TLM_GENERIC_ERROR_RESPONSE}};
      memories.push_back(std::make_unique<Memory<>>(sc_core::sc_gen_unique_name("memory"), memory));
      watches.push_back(std::make_unique<ProtocolWatch>(sc_core::sc_gen_unique_name("watch")));
      bus->map(0x10000 * (3 - at), window, watches.back()->socket);
      watches.back()->initiator.bind(memories.back()->socket);
    }
    for (unsigned at = 0; at < 3; ++at) {
      const std::uint64_t mine = 0x500 * at;
      using Region = TimedTraffic::Region;
      const std::vector<Region> regions = {{0x10000 + mine, 0x300, tlm::TLM_OK_RESPONSE},
                                           {0x20000 + mine, 0x300, tlm::TLM_OK_RESPONSE},
                                           {0x30000 + mine, 0x300, tlm::TLM_OK_RESPONSE},
                                           {0x20f00, 0x100, tlm::TLM_GENERIC_ERROR_RESPONSE},
                                           {0x18000, 0x300, tlm::TLM_ADDRESS_ERROR_RESPONSE}};
      traffic.push_back(std::make_unique<TimedTraffic>(sc_core::sc_gen_unique_name("traffic"),
                                                       10 * seed + at, regions, accesses));
      watches.push_back(std::make_unique<ProtocolWatch>(sc_core::sc_gen_unique_name("watch")));
      traffic.back()->socket.bind(watches.back()->socket);
      watches.back()->initiator.bind(bus->socket);
    }
  }

  void run() {
    sc_core::sc_start(sc_time(200, sc_core::SC_US));
    for (const auto& each : traffic) {
      EXPECT_EQ(each->done, accesses) << each->name();
      EXPECT_EQ(each->wrong_data, 0U) << each->name();
      EXPECT_EQ(each->wrong_response, 0U) << each->name();
      EXPECT_GT(each->errors, accesses / 10) << each->name();
      EXPECT_EQ(each->pool.outstanding(), 0U) << each->name();
      overtakes += each->overtakes;
    }
    for (const auto& each : watches) {
      EXPECT_THAT(each->broken, ::testing::IsEmpty());
      EXPECT_TRUE(each->idle());
      EXPECT_GT(each->requests, accesses / 2);
      EXPECT_EQ(each->requests, each->responses + each->completed);
      skipped += each->skipped_end_requests;
      completed += each->completed;
      most_in_flight = std::max(most_in_flight, each->most_in_flight);
    }
    EXPECT_EQ(bus->in_flight(), 0U);
    for (const auto& each : memories) EXPECT_EQ(each->in_flight(), 0U);
    finished();
  }

  std::unique_ptr<Bus<>> bus;
  std::vector<std::unique_ptr<Memory<>>> memories;
  std::vector<std::unique_ptr<ProtocolWatch>> watches;
  std::vector<std::unique_ptr<TimedTraffic>> traffic;
  unsigned overtakes = 0, skipped = 0, completed = 0, most_in_flight = 0;
};

class BusTrafficSeeds : public BusTrafficTest, public ::testing::WithParamInterface<unsigned> {};

TEST_P(BusTrafficSeeds, EveryByteAndEveryPhaseIsRight) {
  BusParameters parameters;
  if (GetParam() % 2 == 0) {
    parameters.request_latency = {2, SC_NS};
    parameters.response_latency = {1, SC_NS};
  }
  build(GetParam(), parameters);
  run();
  EXPECT_GT(overtakes, 50U);
  EXPECT_GT(skipped, 20U);
  EXPECT_GT(completed, 20U);
  EXPECT_GT(most_in_flight, 3U);
}

INSTANTIATE_TEST_SUITE_P(All, BusTrafficSeeds, ::testing::Range(0U, 6U));

}  // namespace
}  // namespace tensordash
