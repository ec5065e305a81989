// Targets with one thing wrong: exactly the rule that they break is found.
#include <gmock/gmock.h>

#include <iostream>

#include "tb/conformance/initiator_monitor.h"
#include "tb/conformance/target_suite.h"
#include "tests/support/systemc_test.h"
#include "tests/tb/conformance/flawed_target.h"

namespace tensordash::conformance {
namespace {

struct Case {
  Flaw flaw;
  const char* rule;          // of the suite
  const char* monitor_rule;  // found by the monitor as well, or nullptr
};

class BrokenTargets : public testing::SystemCTest, public ::testing::WithParamInterface<Case> {};

TEST_P(BrokenTargets, ExactlyThatRuleIsFound) {
  FlawedTarget target("target", GetParam().flaw);
  TargetDescription what = FlawedTarget::description();
  what.reset = [&target] { target.reset(); };
  TargetSuite<> suite("suite", what);
  InitiatorMonitor<> monitor("monitor");
  suite.socket.bind(monitor.socket);
  monitor.initiator_socket.bind(target.socket);
  sc_core::sc_start(sc_core::sc_time(20, sc_core::SC_MS));
  EXPECT_TRUE(suite.done());
  std::vector<std::string> expected;
  if (GetParam().rule != nullptr) expected.emplace_back(GetParam().rule);
  EXPECT_EQ(suite.findings.rules(Verdict::broken), expected);
  EXPECT_EQ(suite.findings.clean(), expected.empty());
  if (::testing::Test::HasFailure()) {
    for (const Finding& each : suite.findings.all()) std::cout << each.line() << "\n";
  }
  std::vector<std::string> seen;
  for (const std::string& rule : monitor.findings.rules(Verdict::broken)) {
    if (rule.rfind("payload.", 0) != 0) seen.push_back(rule);
  }
  std::vector<std::string> expected_of_monitor;
  if (GetParam().monitor_rule != nullptr) {
    expected_of_monitor.emplace_back(GetParam().monitor_rule);
  }
  EXPECT_EQ(seen, expected_of_monitor);
  finished();
}

INSTANTIATE_TEST_SUITE_P(
    All, BrokenTargets,
    ::testing::Values(Case{Flaw::none, nullptr, nullptr},
                      Case{Flaw::no_response, "lt.response_set", "lt.response_set"},
                      Case{Flaw::changes_length, "lt.kept", "lt.kept"},
                      Case{Flaw::overruns_buffer, "lt.buffer", nullptr},
                      Case{Flaw::lowers_delay, "lt.delay", "lt.delay"},
                      Case{Flaw::wrong_data, "lt.data", nullptr},
                      Case{Flaw::ignores_byte_enables, "lt.byte_enables", nullptr},
                      Case{Flaw::ignores_streaming, "lt.streaming", nullptr},
                      Case{Flaw::obeys_ignore, "lt.ignore", nullptr},
                      Case{Flaw::past_the_end, "lt.address_error", nullptr},
                      Case{Flaw::writes_elsewhere, "lt.elsewhere", nullptr},
                      Case{Flaw::register_refused, "registers.access", nullptr},
                      Case{Flaw::register_bit_stuck, "registers.read_back", nullptr},
                      Case{Flaw::debug_short, "debug.data", nullptr},
                      Case{Flaw::debug_calls_back, "debug.no_time", nullptr},
                      Case{Flaw::debug_past_the_end, "debug.ends", nullptr},
                      Case{Flaw::hint_without_pointer, "dmi.hint", nullptr},
                      Case{Flaw::pointer_read_only, "dmi.granted", nullptr},
                      Case{Flaw::pointer_too_long, "dmi.range", nullptr},
                      Case{Flaw::pointer_too_short, "dmi.exact", nullptr},
                      Case{Flaw::pointer_elsewhere, "dmi.data", nullptr},
                      Case{Flaw::pointer_in_hole, "dmi.refused", nullptr},
                      Case{Flaw::refusal_elsewhere, "dmi.refused_range", "dmi.range"},
                      Case{Flaw::reset_keeps_pointers, "dmi.invalidated", nullptr},
                      Case{Flaw::reset_breaks, "reset.recovers", nullptr},
                      Case{Flaw::reset_drops, "reset.completes", nullptr},
                      Case{Flaw::at_no_response, "nb.response_set", "nb.response_set"},
                      Case{Flaw::at_end_request_twice, "nb.target_phases", "nb.target_phases"},
                      Case{Flaw::at_no_exclusion, "nb.response_exclusion", "nb.response_exclusion"},
                      Case{Flaw::at_after_completion, "nb.after_completion", "nb.after_completion"},
                      Case{Flaw::at_lowers_delay, "nb.target_delay", "nb.target_delay"},
                      Case{Flaw::at_timing, "nb.timing", "nb.timing"},
                      Case{Flaw::at_changes_length, "nb.kept", "nb.kept"},
                      Case{Flaw::at_changes_address, "nb.address_back", "nb.address_back"},
                      Case{Flaw::at_never_answers, "nb.completes", nullptr},
                      Case{Flaw::at_wrong_data, "at.data", nullptr},
                      Case{Flaw::at_no_errors, "at.response", nullptr},
                      Case{Flaw::at_misses_shortcuts, "at.shortcuts", nullptr},
                      Case{Flaw::at_keeps_reference, "at.references", nullptr},
                      Case{Flaw::at_releases_twice, "at.references", nullptr}));

}  // namespace
}  // namespace tensordash::conformance
