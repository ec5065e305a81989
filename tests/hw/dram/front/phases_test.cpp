#include <gmock/gmock.h>

#include "tests/hw/dram/front/front_test.h"
#include "tests/hw/dram/front/illegal_payloads.h"

namespace tensordash {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Answer = TestInitiator::Answer;
using tlm::BEGIN_RESP;
using tlm::END_REQ;

class PhasesTest : public FrontTest {
 protected:
  using FrontTest::FrontTest;
};

TEST_F(PhasesTest, ARequestEndsAtOnceAndItsResponseComesWithTheLastData) {
  tlm::tlm_generic_payload& payload = a.payload(write, 0, 64);
  EXPECT_EQ(a.begin(payload), tlm::TLM_UPDATED);
  EXPECT_EQ(a.phase, END_REQ);
  EXPECT_EQ(front.memory().data()[63], 64);
  EXPECT_EQ(front.in_flight(), 1U);
  run_out();
  EXPECT_THAT(a.times(END_REQ), IsEmpty());
  EXPECT_EQ(a.times(BEGIN_RESP), at_clocks({56}));  // the second burst is served at clock 16
  EXPECT_THAT(pushed_columns(0), ElementsAre(0, 16));
  EXPECT_THAT(transactions, ElementsAre(Done{true, 64, 0, 56}));
  EXPECT_THAT(b.came, IsEmpty());
}

TEST_F(PhasesTest, ResponseIsSetWhenItBegins) {
  a.on_phase = [](const TestInitiator::Came& came) {
    EXPECT_EQ(came.payload->get_response_status(), tlm::TLM_OK_RESPONSE);
    EXPECT_TRUE(came.payload->is_dmi_allowed());
    EXPECT_EQ(came.payload->get_data_ptr()[9], 77);
  };
  front.memory().data()[129] = 77;
  a.begin(a.payload(read, 120, 32));
  run_out();
  EXPECT_EQ(a.times(BEGIN_RESP).size(), 1U);
}

TEST_F(PhasesTest, ARequestLargerThanTheQueuesEndsWithItsLastBurst) {
  channels.places = 2;
  channels.stopped = true;
  EXPECT_EQ(a.begin(a.payload(write, 0, 256)), tlm::TLM_ACCEPTED);
  run_to(100);
  EXPECT_THAT(a.came, IsEmpty());
  EXPECT_EQ(channels.pushed.size(), 4U);
  channels.start();
  run_out();
  EXPECT_EQ(a.times(END_REQ), at_clocks({116}));
  EXPECT_EQ(a.times(BEGIN_RESP), at_clocks({172}));
  EXPECT_THAT(pushed_columns(0), ElementsAre(0, 16, 32, 48));
  EXPECT_THAT(pushed_columns(1), ElementsAre(0, 16, 32, 48));
}

TEST_F(PhasesTest, WaitsInOrderOfArrivalButOnlyForItsOwnChannel) {
  channels.places = 2;
  channels.stopped = true;
  EXPECT_EQ(a.begin(a.payload(read, 0, 64)), tlm::TLM_UPDATED);     // fills channel 0
  EXPECT_EQ(a.begin(a.payload(read, 128, 64)), tlm::TLM_ACCEPTED);  // columns 32 and 48 there
  EXPECT_EQ(b.begin(b.payload(read, 64, 32)), tlm::TLM_UPDATED);    // channel 1
  EXPECT_EQ(b.begin(b.payload(read, 256, 32)), tlm::TLM_ACCEPTED);  // column 64 of channel 0
  run_to(50);
  channels.start();
  run_out();
  EXPECT_THAT(pushed_columns(0), ElementsAre(0, 16, 32, 48, 64));
  EXPECT_EQ(a.times(END_REQ), at_clocks({66}));
  EXPECT_EQ(b.times(END_REQ), at_clocks({74}));
}

// Who waits for another channel first comes back to its place in the order.
TEST_F(PhasesTest, KeepsItsPlaceWhenItWaitsForChannelAfterChannel) {
  channels.places = 1;
  channels.stopped = true;
  EXPECT_EQ(a.begin(a.payload(read, 32, 64)), tlm::TLM_UPDATED);    // fills both channels
  EXPECT_EQ(a.begin(a.payload(read, 160, 64)), tlm::TLM_ACCEPTED);  // channel 0, then 1
  EXPECT_EQ(b.begin(b.payload(read, 320, 32)), tlm::TLM_ACCEPTED);  // channel 1, later
  channels.start();
  run_out();
  EXPECT_THAT(pushed_columns(1), ElementsAre(0, 32, 64));
}

TEST_F(PhasesTest, AnotherRequestMayComeFromWithinEveryCall) {
  channels.places = 1;
  unsigned left = 3;
  a.on_phase = [&](const TestInitiator::Came&) {
    if (left == 0) return;
    --left;
    a.begin(a.payload(read, 64 * left, 32));
  };
  EXPECT_EQ(a.begin(a.payload(read, 0, 64)), tlm::TLM_ACCEPTED);
  run_out();
  EXPECT_EQ(a.times(BEGIN_RESP).size(), 4U);
  EXPECT_EQ(left, 0U);
}

TEST_F(PhasesTest, ResponsesComeWithTheirData) {
  channels.latency = {100, 10};
  tlm::tlm_generic_payload& slow = a.payload(read, 0, 32);
  tlm::tlm_generic_payload& fast = a.payload(read, 64, 32);
  a.begin(slow);
  a.begin(fast);
  run_out();
  EXPECT_THAT(a.payloads(BEGIN_RESP), ElementsAre(&fast, &slow));
  EXPECT_EQ(a.times(BEGIN_RESP), at_clocks({18, 108}));
}

TEST_F(PhasesTest, AResponseWaitsForAllItsData) {
  channels.latency = {100, 10};
  a.begin(a.payload(read, 96, 64));  // both channels serve at clock 8, the fast one last
  run_out();
  EXPECT_EQ(a.times(BEGIN_RESP), at_clocks({108}));
  EXPECT_THAT(transactions, ElementsAre(Done{false, 64, 0, 108}));
}

TEST_F(PhasesTest, OneResponseAtATimeForEachInitiator) {
  a.answer = Answer::accepted;
  tlm::tlm_generic_payload& first = a.payload(read, 0, 32);
  tlm::tlm_generic_payload& second = a.payload(read, 64, 32);
  a.begin(first);
  a.begin(second);
  b.begin(b.payload(read, 128, 32));
  run_to(200);
  EXPECT_THAT(a.payloads(BEGIN_RESP), ElementsAre(&first));
  EXPECT_EQ(b.times(BEGIN_RESP), at_clocks({56}));
  EXPECT_EQ(a.end_response(first), tlm::TLM_COMPLETED);
  run_to(300);
  EXPECT_THAT(a.payloads(BEGIN_RESP), ElementsAre(&first, &second));
  EXPECT_EQ(a.times(BEGIN_RESP), at_clocks({48, 200}));
  EXPECT_EQ(a.end_response(second, clocks(5)), tlm::TLM_COMPLETED);
  run_out();
}

TEST_F(PhasesTest, TheEndOfAResponseMayLieAhead) {
  for (const Answer answer : {Answer::updated, Answer::completed, Answer::nested}) {
    const sc_core::sc_time start = now();
    a.came.clear();
    a.answer = answer;
    a.answer_delay = clocks(10);
    a.begin(a.payload(read, 0, 32));
    a.begin(a.payload(read, 64, 32));
    a.begin(a.payload(read, 128, 32));
    sc_core::sc_start(clocks(200));
    EXPECT_EQ(a.times(BEGIN_RESP),
              (std::vector{start + clocks(48), start + clocks(58), start + clocks(68)}));
  }
  run_out();
}

TEST_F(PhasesTest, ARequestMayLieAhead) {
  EXPECT_EQ(a.begin(a.payload(write, 0, 32), clocks(10)), tlm::TLM_ACCEPTED);
  run_to(5);
  EXPECT_EQ(front.memory().data()[0], 0);
  b.begin(b.payload(read, 0, 32));  // arrives first
  EXPECT_EQ(b.begin(b.payload(write, 1, 1), clocks(6)), tlm::TLM_ACCEPTED);
  run_to(10.5);
  EXPECT_EQ(front.memory().data()[1], 2);
  EXPECT_EQ(a.times(END_REQ), at_clocks({10}));
  run_to(11.5);
  EXPECT_EQ(front.memory().data()[1], 1);
  EXPECT_EQ(b.times(END_REQ), at_clocks({11}));
  EXPECT_EQ(b.came.front().payload->get_data_ptr()[0], 1);
  run_out();
  EXPECT_THAT(transactions,
              ElementsAre(Done{false, 32, 5, 53}, Done{true, 32, 10, 61}, Done{true, 1, 11, 69}));
}

TEST_F(PhasesTest, ReadsGiveWhatWasThereWhenTheyArrived) {
  tlm::tlm_generic_payload& early = a.payload(read, 0, 32);
  a.begin(early);
  b.begin(b.payload(write, 0, 32));
  tlm::tlm_generic_payload& late = a.payload(read, 0, 32);
  a.begin(late);
  EXPECT_EQ(early.get_data_ptr()[0], 0);
  EXPECT_EQ(late.get_data_ptr()[0], 1);
  run_out();
}

TEST_F(PhasesTest, EveryPayloadGetsItsResponse) {
  std::array<unsigned char, 8> data{};
  std::vector<PayloadCase> cases = payload_cases(configuration.bytes());
  for (PayloadCase& each : cases) {
    const std::size_t pushed = channels.pushed.size();
    const sc_core::sc_time start = now();
    a.came.clear();
    a.on_phase = [&](const TestInitiator::Came& came) {
      EXPECT_EQ(came.payload->get_response_status(), each.status) << each.name;
    };
    tlm::tlm_generic_payload& payload = a.pool.take();
    set_up(payload, each, data.data());
    EXPECT_EQ(a.begin(payload), tlm::TLM_UPDATED) << each.name;
    EXPECT_EQ(a.phase, END_REQ) << each.name;
    sc_core::sc_start(clocks(100));
    EXPECT_EQ(a.times(BEGIN_RESP).size(), 1U) << each.name;
    EXPECT_EQ(channels.pushed.size() > pushed, each.status == tlm::TLM_OK_RESPONSE) << each.name;
    if (each.status != tlm::TLM_OK_RESPONSE) {
      EXPECT_EQ(a.times(BEGIN_RESP).front(), start) << each.name;
    }
  }
  EXPECT_EQ(front.in_flight(), 0U);
  finished();
}

TEST_F(PhasesTest, NoEnabledByteIsNoTraffic) {
  tlm::tlm_generic_payload& payload = a.payload(write, 0, 64);
  PayloadPool::add_byte_enables(payload, 1);
  payload.get_byte_enable_ptr()[0] = TLM_BYTE_DISABLED;
  a.begin(payload);
  run_out();
  EXPECT_EQ(a.times(BEGIN_RESP), at_clocks({0}));
  EXPECT_EQ(front.memory().data()[0], 0);
  EXPECT_THAT(channels.pushed, IsEmpty());
  EXPECT_THAT(transactions, IsEmpty());
}

TEST_F(PhasesTest, NobodyNeedsToWatch) {
  front.set_observer(nullptr);
  a.begin(a.payload(read, 0, 64));
  run_out();
  EXPECT_EQ(a.times(BEGIN_RESP).size(), 1U);
}

class InOrderTest : public FrontTest {
 protected:
  InOrderTest() : FrontTest(parameters_of(0, 0, ResponseOrder::in_order)) {}
};

TEST_F(InOrderTest, ResponsesComeAsTheInitiatorAsked) {
  channels.latency = {100, 10};
  tlm::tlm_generic_payload& slow = a.payload(read, 0, 32);
  tlm::tlm_generic_payload& fast = a.payload(read, 64, 32);
  tlm::tlm_generic_payload& wrong = a.payload(read, configuration.bytes(), 32);
  a.begin(slow);
  a.begin(fast);
  a.begin(wrong);
  b.begin(b.payload(read, 64, 32));
  run_out();
  EXPECT_THAT(a.payloads(BEGIN_RESP), ElementsAre(&slow, &fast, &wrong));
  EXPECT_EQ(a.times(BEGIN_RESP), at_clocks({108, 108, 108}));
  EXPECT_EQ(b.times(BEGIN_RESP), at_clocks({26}));
}

class PipelineTest : public FrontTest {
 protected:
  PipelineTest() : FrontTest(parameters_of(5, 7, out_of_order)) {}
};

TEST_F(PipelineTest, ClocksBeforeAndAfterTheChannels) {
  EXPECT_EQ(a.begin(a.payload(write, 0, 64)), tlm::TLM_UPDATED);
  EXPECT_EQ(front.memory().data()[0], 1);
  run_out();
  ASSERT_EQ(channels.pushed.size(), 2U);
  EXPECT_EQ(channels.pushed[0].clock, 5U);
  EXPECT_EQ(channels.pushed[1].clock, 5U);
  EXPECT_EQ(a.times(BEGIN_RESP), at_clocks({68}));
  EXPECT_THAT(transactions, ElementsAre(Done{true, 64, 0, 61}));
}

TEST_F(PipelineTest, ErrorsTakeThemToo) {
  a.begin(a.payload(write, configuration.bytes(), 64));
  run_out();
  EXPECT_EQ(a.times(BEGIN_RESP), at_clocks({12}));
}

TEST_F(PipelineTest, HoldsAsMuchAsTheQueues) {
  for (int each = 0; each < 4; ++each) {
    EXPECT_EQ(a.begin(a.payload(read, 0, 32)), tlm::TLM_UPDATED);
  }
  EXPECT_EQ(a.begin(a.payload(read, 0, 32)), tlm::TLM_ACCEPTED);
  run_out();
  EXPECT_EQ(a.times(END_REQ), at_clocks({5}));
}

TEST_F(PipelineTest, HoldsUpRequestsWhileAnybodyWaitsForRoom) {
  channels.places = 1;
  channels.stopped = true;
  EXPECT_EQ(a.begin(a.payload(read, 0, 64)), tlm::TLM_UPDATED);
  run_to(20);
  EXPECT_EQ(a.begin(a.payload(read, 64, 32)), tlm::TLM_ACCEPTED);
  run_to(30);
  EXPECT_EQ(a.times(END_REQ), at_clocks({25}));  // the other channel has room
  channels.start();
  run_to(200);
  EXPECT_EQ(a.begin(a.payload(read, 64, 32)), tlm::TLM_UPDATED);
  run_out();
  EXPECT_EQ(a.times(END_REQ).size(), 1U);
}

}  // namespace
}  // namespace tensordash
