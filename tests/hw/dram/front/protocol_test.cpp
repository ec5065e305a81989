#include <gmock/gmock.h>

#include "tests/hw/dram/front/front_test.h"

namespace tensordash {
namespace {

constexpr const char* report_id = "/tensordash/dram/front";

class ProtocolTest : public FrontTest {
 protected:
  void expect_error(const std::string& text) { expect_report(report_id, sc_core::SC_ERROR, text); }
};

TEST_F(ProtocolTest, PayloadWithoutMemoryManager) {
  expect_error("front: initiator 1 sends BEGIN_REQ with a payload without memory manager");
  tlm::tlm_generic_payload payload;
  EXPECT_THROW(b.begin(payload), sc_core::sc_report);
  EXPECT_EQ(payload.get_response_status(), tlm::TLM_GENERIC_ERROR_RESPONSE);
  run_out();
}

TEST_F(ProtocolTest, RequestBeforeTheEndOfTheLast) {
  expect_error("front: initiator 0 sends BEGIN_REQ before the END_REQ of its last request");
  a.begin(a.payload(read, 0, 32), clocks(5));
  tlm::tlm_generic_payload& second = a.payload(read, 0, 32);
  EXPECT_THROW(a.begin(second), sc_core::sc_report);
  EXPECT_EQ(second.get_response_status(), tlm::TLM_GENERIC_ERROR_RESPONSE);
  second.release();
  EXPECT_EQ(b.begin(b.payload(read, 0, 32)), tlm::TLM_UPDATED);
  run_out();
}

TEST_F(ProtocolTest, EndOfAResponseThatIsNone) {
  expect_error("front: initiator 0 sends END_RESP for a payload that has no response to end");
  tlm::tlm_generic_payload& payload = a.payload(read, 0, 32);
  a.answer = TestInitiator::Answer::accepted;
  a.begin(payload);
  tlm::tlm_phase phase = tlm::END_RESP;
  sc_core::sc_time delay;
  EXPECT_THROW(a.socket->nb_transport_fw(payload, phase, delay), sc_core::sc_report);
  run_to(100);
  tlm::tlm_generic_payload& other = a.payload(read, 0, 32);
  EXPECT_THROW(a.socket->nb_transport_fw(other, phase, delay), sc_core::sc_report);
  other.release();
  a.end_response(payload);
  run_out();
}

TEST_F(ProtocolTest, PhasesOfTheTarget) {
  expect_error("front: initiator 0 sends a phase that only a target may send");
  tlm::tlm_generic_payload& payload = a.payload(read, 0, 32);
  for (tlm::tlm_phase phase : {tlm::END_REQ, tlm::BEGIN_RESP, tlm::UNINITIALIZED_PHASE}) {
    sc_core::sc_time delay;
    EXPECT_THROW(a.socket->nb_transport_fw(payload, phase, delay), sc_core::sc_report);
  }
  payload.release();
  run_out();
}

DECLARE_EXTENDED_PHASE(DRAM_FRONT_TEST_PHASE);

TEST_F(ProtocolTest, PhasesOfOthersAreIgnored) {
  tlm::tlm_generic_payload& payload = a.payload(read, 0, 32);
  tlm::tlm_phase phase = DRAM_FRONT_TEST_PHASE;
  sc_core::sc_time delay;
  EXPECT_EQ(a.socket->nb_transport_fw(payload, phase, delay), tlm::TLM_ACCEPTED);
  payload.release();
  run_out();
}

TEST_F(ProtocolTest, AnswerThatIsNoEndOfTheResponse) {
  expect_error("front: initiator 0 answers BEGIN_RESP with something other than END_RESP");
  tlm::tlm_generic_payload& payload = a.payload(read, 0, 32);
  a.answer = TestInitiator::Answer::wrong;
  a.begin(payload);
  EXPECT_THROW(run_to(100), sc_core::sc_report);
  payload.release();
  payload.release();
  finished();
}

}  // namespace
}  // namespace tensordash
