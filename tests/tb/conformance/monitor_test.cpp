// Initiators with one thing wrong: exactly the rule that they break is found.
#include <gmock/gmock.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <functional>
#include <sstream>

#include "tb/conformance/initiator_monitor.h"
#include "tb/conformance/suite_payloads.h"
#include "tests/support/systemc_test.h"
#include "tests/tb/conformance/flawed_target.h"

namespace tensordash::conformance {
namespace {

using sc_core::SC_NS;
using sc_core::sc_time;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Does what the test says, and answers phases as it says.
struct ScriptedInitiator : sc_core::sc_module {
  SC_HAS_PROCESS(ScriptedInitiator);
  explicit ScriptedInitiator(const sc_core::sc_module_name& name) : sc_module(name) {
    socket.register_nb_transport_bw(this, &ScriptedInitiator::nb_transport_bw);
    SC_THREAD(run);
  }
  void run() { work(); }
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_time& delay) {
    return answer(payload, phase, delay);
  }
  tlm::tlm_sync_enum send(tlm::tlm_generic_payload& payload, tlm::tlm_phase phase) {
    sc_time delay(1, SC_NS);
    return socket->nb_transport_fw(payload, phase, delay);
  }

  tlm_utils::simple_initiator_socket<ScriptedInitiator> socket{"socket"};
  SuitePayloads payloads;
  std::function<void()> work = [] {};
  std::function<tlm::tlm_sync_enum(tlm::tlm_generic_payload&, tlm::tlm_phase&, sc_time&)> answer =
      [](auto&, auto&, auto&) { return tlm::TLM_ACCEPTED; };
};

class MonitorTest : public testing::SystemCTest {
 protected:
  void build(const MonitorOptions& options = {}) {
    monitor = std::make_unique<InitiatorMonitor<>>("monitor", options);
    initiator.socket.bind(monitor->socket);
    monitor->initiator_socket.bind(target.socket);
  }
  SuitePayload& payload(std::uint64_t address = 0, unsigned bytes = 4) {
    SuitePayload& result = initiator.payloads.take();
    result.set_up(tlm::TLM_READ_COMMAND, address, bytes);
    return result;
  }
  std::vector<std::string> broken() const { return monitor->findings.rules(Verdict::broken); }
  // The payload through b_transport, changed first.
  std::vector<std::string> broken_by(const std::function<void(SuitePayload&)>& change,
                                     const MonitorOptions& options = {}) {
    build(options);
    initiator.work = [this, change] {
      SuitePayload& access = payload();
      change(access);
      sc_time delay;
      initiator.socket->b_transport(access, delay);
      wait_a_while();
    };
    run();
    return broken();
  }
  static void wait_a_while() { sc_core::wait(100, SC_NS); }
  void run() {
    sc_core::sc_start(sc_time(10, sc_core::SC_US));
    monitor->finish();
    finished();
  }

  FlawedTarget target{"target", Flaw::none};
  ScriptedInitiator initiator{"initiator"};
  std::unique_ptr<InitiatorMonitor<>> monitor;
};

TEST_F(MonitorTest, NothingWrong) {
  EXPECT_THAT(broken_by([](SuitePayload&) {}), IsEmpty());
  EXPECT_EQ(monitor->findings.exercised("payload.response"), 1U);
  EXPECT_EQ(monitor->findings.verdict("payload.response"), Verdict::passed);
  EXPECT_EQ(monitor->findings.verdict("nb.kept"), Verdict::not_exercised);
  EXPECT_EQ(monitor->findings.verdict("payload.burst"), Verdict::not_applicable);
}

TEST_F(MonitorTest, StaleResponse) {
  EXPECT_THAT(broken_by([](SuitePayload& each) { each.set_response_status(tlm::TLM_OK_RESPONSE); }),
              ElementsAre("payload.response"));
}

TEST_F(MonitorTest, StaleHint) {
  EXPECT_THAT(broken_by([](SuitePayload& each) { each.set_dmi_allowed(true); }),
              ElementsAre("payload.dmi_hint"));
}

TEST_F(MonitorTest, NoData) {
  EXPECT_THAT(broken_by([](SuitePayload& each) { each.set_data_length(0); }),
              ElementsAre("payload.data"));
}

TEST_F(MonitorTest, NoStreamingWidth) {
  EXPECT_THAT(broken_by([](SuitePayload& each) { each.set_streaming_width(0); }),
              ElementsAre("payload.streaming_width"));
}

TEST_F(MonitorTest, WrongEnables) {
  EXPECT_THAT(broken_by([](SuitePayload& each) {
                each.set_enables({0xff, 0x01});
              }),
              ElementsAre("payload.byte_enables"));
}

TEST_F(MonitorTest, NoEnables) {
  EXPECT_THAT(broken_by([](SuitePayload& each) {
                each.set_enables({0xff});
                each.set_byte_enable_length(0);
              }),
              ElementsAre("payload.byte_enables"));
}

TEST_F(MonitorTest, BurstThatIsNotAligned) {
  MonitorOptions options;
  options.largest_aligned_burst = 4;
  EXPECT_THAT(broken_by([](SuitePayload& each) { each.set_address(2); }, options),
              ElementsAre("payload.burst"));
  EXPECT_THAT(monitor->findings.all().front().line(),
              HasSubstr("payload.burst at 0 s, address 0x2: a burst of 4 bytes; allowed: "));
}

TEST_F(MonitorTest, BurstOfThreeBytes) {
  MonitorOptions options;
  options.largest_aligned_burst = 4;
  EXPECT_THAT(broken_by([](SuitePayload& each) { each.set_data_length(3); }, options),
              ElementsAre("payload.burst"));
}

TEST_F(MonitorTest, BurstThatIsTooLong) {
  MonitorOptions options;
  options.largest_aligned_burst = 2;
  EXPECT_THAT(broken_by([](SuitePayload&) {}, options), ElementsAre("payload.burst"));
}

TEST_F(MonitorTest, FourGoodPhases) {
  build();
  initiator.work = [this] {
    SuitePayload& access = payload();
    EXPECT_EQ(initiator.send(access, tlm::BEGIN_REQ), tlm::TLM_UPDATED);
    wait_a_while();
    initiator.send(access, tlm::END_RESP);
    SuitePayloads::give_back(access);
  };
  run();
  EXPECT_THAT(broken(), IsEmpty());
  EXPECT_EQ(monitor->in_flight(), 0U);
  EXPECT_EQ(initiator.payloads.kept(), 0U);
}

TEST_F(MonitorTest, NoMemoryManager) {
  build();
  tlm::tlm_generic_payload plain;
  std::vector<unsigned char> data(4);
  initiator.work = [&] {
    plain.set_read();
    plain.set_data_ptr(data.data());
    plain.set_data_length(4);
    plain.set_streaming_width(4);
    initiator.send(plain, tlm::BEGIN_REQ);
    wait_a_while();
    initiator.send(plain, tlm::END_RESP);
  };
  run();
  EXPECT_THAT(broken(), ElementsAre("nb.memory_manager"));
}

TEST_F(MonitorTest, NoReference) {
  build();
  SuitePayload access(&initiator.payloads);
  initiator.work = [&] {
    access.set_up(tlm::TLM_READ_COMMAND, 0, 4);
    initiator.send(access, tlm::BEGIN_REQ);
    wait_a_while();
    initiator.send(access, tlm::END_RESP);
  };
  run();
  EXPECT_THAT(broken(), ElementsAre("nb.reference"));
}

TEST_F(MonitorTest, PayloadInFlight) {
  build();
  initiator.work = [this] {
    SuitePayload& access = payload();
    initiator.send(access, tlm::BEGIN_REQ);
    initiator.send(access, tlm::BEGIN_REQ);
    wait_a_while();
    initiator.send(access, tlm::END_RESP);
  };
  run();
  EXPECT_EQ(broken().front(), "nb.reuse");
}

TEST_F(MonitorTest, RequestBeforeTheEndOfTheLast) {
  MonitorOptions options;
  options.hold_request = {50, SC_NS};
  options.seed = 3;
  build(options);
  initiator.answer = [](auto&, tlm::tlm_phase& phase, auto&) {
    return phase == tlm::BEGIN_RESP ? tlm::TLM_COMPLETED : tlm::TLM_ACCEPTED;
  };
  initiator.work = [this] {
    EXPECT_EQ(initiator.send(payload(), tlm::BEGIN_REQ), tlm::TLM_ACCEPTED);
    initiator.send(payload(), tlm::BEGIN_REQ);
  };
  run();
  EXPECT_THAT(broken(), ElementsAre("nb.request_exclusion"));
}

TEST_F(MonitorTest, EndOfNoResponse) {
  build();
  initiator.work = [this] {
    SuitePayload& access = payload();
    initiator.send(access, tlm::END_RESP);
  };
  run();
  EXPECT_THAT(broken(), ElementsAre("nb.initiator_phases"));
}

TEST_F(MonitorTest, PhaseOfATarget) {
  build();
  initiator.work = [this] { initiator.send(payload(), tlm::END_REQ); };
  run();
  EXPECT_THAT(broken(), ElementsAre("nb.initiator_phases"));
}

TEST_F(MonitorTest, LowersTheDelay) {
  build();
  initiator.answer = [](auto&, tlm::tlm_phase&, sc_time& delay) {
    delay = sc_core::SC_ZERO_TIME;
    return tlm::TLM_COMPLETED;
  };
  initiator.work = [this] { initiator.send(payload(), tlm::BEGIN_REQ); };
  run();
  EXPECT_THAT(broken(), ElementsAre("nb.initiator_delay"));
}

TEST_F(MonitorTest, NeverEndsTheResponse) {
  build();
  initiator.work = [this] { initiator.send(payload(0x40), tlm::BEGIN_REQ); };
  run();
  EXPECT_THAT(broken(), ElementsAre("nb.completes"));
  EXPECT_THAT(monitor->findings.all().front().line(), HasSubstr("address 0x40: no END_RESP"));
}

TEST_F(MonitorTest, ChangesAPayloadInFlight) {
  build();
  initiator.answer = [](auto&, tlm::tlm_phase&, auto&) { return tlm::TLM_COMPLETED; };
  initiator.work = [this] {
    SuitePayload& access = payload();
    initiator.send(access, tlm::BEGIN_REQ);
    access.set_data_length(2);
  };
  run();
  EXPECT_THAT(broken(), ElementsAre("nb.kept"));
}

TEST_F(MonitorTest, HoldsPhasesBack) {
  MonitorOptions options;
  options.hold_request = {100, SC_NS};
  options.hold_response = {1000, SC_NS};
  build(options);
  sc_time end_request, begin_response;
  initiator.answer = [&](auto&, tlm::tlm_phase& phase, auto&) {
    (phase == tlm::END_REQ ? end_request : begin_response) = sc_core::sc_time_stamp();
    return phase == tlm::END_REQ ? tlm::TLM_ACCEPTED : tlm::TLM_COMPLETED;
  };
  initiator.work = [this] {
    EXPECT_EQ(initiator.send(payload(), tlm::BEGIN_REQ), tlm::TLM_ACCEPTED);
  };
  run();
  EXPECT_THAT(broken(), IsEmpty());
  EXPECT_GT(end_request, sc_time(1, SC_NS));
  EXPECT_LE(end_request, sc_time(101, SC_NS));
  EXPECT_GT(begin_response, sc_time(62, SC_NS));
}

TEST(Findings, CountsAndPrints) {
  Findings findings({{"one", "1"}, {"two", "2"}, {"three", "3"}, {"four", "4"}});
  EXPECT_TRUE(findings.check("one", true, 0, ""));
  for (int turn = 0; turn < 30; ++turn) EXPECT_FALSE(findings.check("two", false, 16, "seven"));
  findings.set_not_applicable("three");
  EXPECT_EQ(findings.verdict("one"), Verdict::passed);
  EXPECT_EQ(findings.verdict("two"), Verdict::broken);
  EXPECT_EQ(findings.verdict("three"), Verdict::not_applicable);
  EXPECT_EQ(findings.verdict("four"), Verdict::not_exercised);
  EXPECT_EQ(findings.broken("two"), 30U);
  EXPECT_EQ(findings.all().size(), 10U);
  EXPECT_FALSE(findings.clean());
  EXPECT_THROW(findings.check("five", true, 0, ""), std::out_of_range);
  std::ostringstream text;
  findings.report(text);
  EXPECT_THAT(text.str(), HasSubstr("two                             30      30  BROKEN"));
  EXPECT_THAT(text.str(), HasSubstr("four                             0       0  not exercised"));
  EXPECT_THAT(text.str(), HasSubstr("two at 0 s, address 0x10: seven; allowed: 2\n"));
}

}  // namespace
}  // namespace tensordash::conformance
