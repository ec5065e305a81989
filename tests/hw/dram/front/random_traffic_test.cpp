#include "tests/hw/dram/traffic/random_traffic.h"

#include <gmock/gmock.h>

#include <memory>
#include <optional>

#include "hw/dram/front/dram_socket_front.h"
#include "tests/hw/dram/front/fake_channels.h"
#include "tests/support/systemc_test.h"

namespace tensordash {
namespace {

using ::testing::Gt;
using ::testing::IsEmpty;

constexpr unsigned initiators = 3;

// A memory that holds the front, and hands its own socket down.
struct Enclosure : sc_core::sc_module {
  explicit Enclosure(const sc_core::sc_module_name& name) : sc_module(name) {}

  tlm_utils::multi_passthrough_target_socket<DramFront> socket{"socket"};
};

struct TrafficCase {
  const char* name;
  bool loosely_timed;
  ResponseOrder order;
  unsigned front_clocks, back_clocks;
  unsigned places;
  bool enclosed = false;  // behind a socket of another module
};

class RandomTrafficTest : public testing::SystemCTest,
                          public ::testing::WithParamInterface<TrafficCase> {
 protected:
  static DramConfiguration configuration_of(const TrafficCase& wanted) {
    DramParameters parameters;
    parameters.spec = "lpddr4-3200-8gb";
    parameters.channels = 2;
    parameters.ranks = 1;
    parameters.queue = 8;
    parameters.write_high = 4;
    parameters.write_low = 2;
    parameters.front_clocks = wanted.front_clocks;
    parameters.back_clocks = wanted.back_clocks;
    parameters.response_order = wanted.order;
    return DramConfiguration(parameters);
  }
};

TEST_P(RandomTrafficTest, EveryByteAndEveryResponseIsRight) {
  const DramConfiguration configuration = configuration_of(GetParam());
  FakeChannels channels("channels", configuration);
  FakeEstimator estimator;
  DramSocketFront<> front("front", configuration, channels, estimator);
  channels.owner = &front;
  channels.places = GetParam().places;
  channels.latency = {90, 30};
  std::optional<Enclosure> enclosure;
  if (GetParam().enclosed) enclosure.emplace("enclosure").socket.bind(front.socket);
  std::vector<std::unique_ptr<RandomTraffic>> traffic;
  unsigned running = initiators;
  for (unsigned each = 0; each < initiators; ++each) {
    RandomTrafficParameters parameters;
    parameters.seed = 10 + each;
    parameters.count = 700;
    parameters.memory_bytes = configuration.bytes();
    const std::uint64_t share = configuration.bytes() / initiators;
    parameters.first = each * share;
    parameters.last = each + 1 == initiators ? configuration.bytes() - 1 : (each + 1) * share - 1;
    parameters.loosely_timed = GetParam().loosely_timed;
    traffic.push_back(
        std::make_unique<RandomTraffic>(("traffic" + std::to_string(each)).c_str(), parameters));
    traffic.back()->socket.bind(enclosure ? enclosure->socket : front.socket);
    traffic.back()->on_done = [&] {
      if (--running == 0) finished();
    };
  }
  front.withhold_dmi(5000, 6000);
  EXPECT_TRUE(run_until_finished(sc_core::sc_time(1, sc_core::SC_SEC)));
  for (const auto& each : traffic) {
    EXPECT_THAT(each->failures(), IsEmpty());
    EXPECT_TRUE(each->done());
    EXPECT_EQ(each->counts().answered, 700U);
    EXPECT_THAT(each->counts().legal, Gt(400U));
    EXPECT_THAT(each->counts().debug, Gt(20U));
    EXPECT_THAT(each->counts().direct, Gt(20U));
    EXPECT_EQ(each->counts().statuses.size(), 6U);  // every kind of response
  }
  EXPECT_EQ(channels.overflows, 0U);
  EXPECT_EQ(front.in_flight(), 0U);
}

INSTANTIATE_TEST_SUITE_P(
    All, RandomTrafficTest,
    ::testing::Values(
        TrafficCase{"LooselyTimed", true, ResponseOrder::out_of_order, 0, 0, 8},
        TrafficCase{"LooselyTimedWithClocks", true, ResponseOrder::out_of_order, 3, 4, 8},
        TrafficCase{"OutOfOrder", false, ResponseOrder::out_of_order, 0, 0, 8},
        TrafficCase{"Enclosed", false, ResponseOrder::out_of_order, 0, 0, 4, true},
        TrafficCase{"InOrder", false, ResponseOrder::in_order, 0, 0, 8},
        TrafficCase{"ShortQueues", false, ResponseOrder::out_of_order, 0, 0, 2},
        TrafficCase{"ShortQueuesInOrder", false, ResponseOrder::in_order, 0, 5, 2},
        TrafficCase{"Pipeline", false, ResponseOrder::out_of_order, 7, 3, 8},
        TrafficCase{"PipelineShortQueuesInOrder", false, ResponseOrder::in_order, 100, 0, 2}),
    [](const ::testing::TestParamInfo<TrafficCase>& each) { return each.param.name; });

}  // namespace
}  // namespace tensordash
