#include <gmock/gmock.h>

#include "tests/hw/dram/front/front_test.h"
#include "tests/hw/dram/front/illegal_payloads.h"

namespace tensordash {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class LooselyTimedTest : public FrontTest {
 protected:
  using FrontTest::FrontTest;

  // The delay that comes back.
  sc_core::sc_time transport(tlm::tlm_generic_payload& payload, sc_core::sc_time delay) {
    a.socket->b_transport(payload, delay);
    return delay;
  }
};

TEST_F(LooselyTimedTest, DelayGrowsToTheLastData) {
  tlm::tlm_generic_payload& payload = a.payload(write, 32, 64);
  // 3.3 ns is between clocks 5 and 6; the second burst is channel 1's.
  EXPECT_EQ(transport(payload, sc_core::sc_time(3.3, sc_core::SC_NS)), clocks(6 + 51));
  EXPECT_EQ(payload.get_response_status(), tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(front.memory().data()[95], 64);
  ASSERT_EQ(estimator.served.size(), 2U);
  EXPECT_EQ(estimator.served[0].channel, 0U);
  EXPECT_EQ(estimator.served[1].channel, 1U);
  EXPECT_EQ(estimator.served[0].burst.column, 16U);
  EXPECT_EQ(estimator.served[0].arrival, 6U);
  EXPECT_EQ(estimator.served[1].arrival, 6U);
  EXPECT_THAT(transactions, ElementsAre(Done{true, 64, 6, 57}));
  EXPECT_THAT(channels.pushed, IsEmpty());
  payload.release();
  run_out();
}

TEST_F(LooselyTimedTest, TheLastBurstNeedNotBeTheLastToEnd) {
  tlm::tlm_generic_payload& payload = a.payload(read, 96, 64);  // channel 1, then channel 0
  EXPECT_EQ(transport(payload, sc_core::SC_ZERO_TIME), clocks(51));
  EXPECT_THAT(transactions, ElementsAre(Done{false, 64, 0, 51}));
  payload.release();
  run_out();
}

TEST_F(LooselyTimedTest, TimeCountsFromTheSimulation) {
  run_to(100);
  tlm::tlm_generic_payload& payload = a.payload(read, 0, 32);
  EXPECT_EQ(transport(payload, clocks(20)), clocks(20 + 50));
  EXPECT_EQ(estimator.served[0].arrival, 120U);
  payload.release();
  run_out();
}

TEST_F(LooselyTimedTest, NeedsNoMemoryManager) {
  std::array<unsigned char, 4> data{};
  front.memory().data()[1000] = 5;
  tlm::tlm_generic_payload payload;
  payload.set_read();
  payload.set_address(1000);
  payload.set_data_ptr(data.data());
  payload.set_data_length(4);
  payload.set_streaming_width(4);
  EXPECT_EQ(transport(payload, sc_core::SC_ZERO_TIME), clocks(51));
  EXPECT_EQ(data[0], 5);
  run_out();
}

TEST_F(LooselyTimedTest, EveryPayloadGetsItsResponse) {
  std::array<unsigned char, 8> data{};
  for (PayloadCase& each : payload_cases(configuration.bytes())) {
    estimator.served.clear();
    tlm::tlm_generic_payload payload;
    set_up(payload, each, data.data());
    const sc_core::sc_time delay = transport(payload, clocks(3));
    const bool good = each.status == tlm::TLM_OK_RESPONSE;
    EXPECT_EQ(payload.get_response_status(), each.status) << each.name;
    EXPECT_EQ(estimator.served.empty(), !good) << each.name;
    if (!good) {
      EXPECT_EQ(delay, clocks(3)) << each.name;
    }
  }
  run_out();
}

TEST_F(LooselyTimedTest, SaysWhereDirectAccessWouldDo) {
  front.withhold_dmi(64, 127);
  tlm::tlm_generic_payload& payload = a.payload(read, 0, 32);
  transport(payload, sc_core::SC_ZERO_TIME);
  EXPECT_TRUE(payload.is_dmi_allowed());
  payload.set_address(64);
  transport(payload, sc_core::SC_ZERO_TIME);
  EXPECT_FALSE(payload.is_dmi_allowed());
  payload.set_address(128);
  transport(payload, sc_core::SC_ZERO_TIME);
  EXPECT_TRUE(payload.is_dmi_allowed());
  front.set_dmi_allowed(false);
  transport(payload, sc_core::SC_ZERO_TIME);
  EXPECT_FALSE(payload.is_dmi_allowed());
  payload.release();
  run_out();
}

class LooselyTimedPipelineTest : public LooselyTimedTest {
 protected:
  LooselyTimedPipelineTest() : LooselyTimedTest(parameters_of(5, 7, out_of_order)) {}
};

TEST_F(LooselyTimedPipelineTest, ClocksBeforeAndAfterTheChannels) {
  tlm::tlm_generic_payload& payload = a.payload(read, 0, 32);
  EXPECT_EQ(transport(payload, clocks(2)), clocks(2 + 5 + 50 + 7));
  EXPECT_EQ(estimator.served[0].arrival, 7U);
  EXPECT_THAT(transactions, ElementsAre(Done{false, 32, 2, 57}));
  payload.set_address(configuration.bytes());
  EXPECT_EQ(transport(payload, clocks(2)), clocks(2 + 5 + 7));
  payload.release();
  run_out();
}

}  // namespace
}  // namespace tensordash
