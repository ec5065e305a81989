#include "tests/support/systemc_test.h"

namespace tensordash::testing {

namespace {

std::string name_of(sc_core::sc_severity severity) {
  static const char* const names[] = {"info", "warning", "error", "fatal error"};
  return names[severity];
}

bool simulation_ran() {
  return sc_core::sc_start_of_simulation_invoked() &&
         (sc_core::sc_delta_count() > 0 || sc_core::sc_time_stamp() > sc_core::SC_ZERO_TIME);
}

// What the kernel does about a report once it is known whether the test wants it. Nothing is
// printed or logged, an announced report would only clutter the output; and a fatal error must not
// abort the process, which may hold other tests.
sc_core::sc_actions quiet_actions(sc_core::sc_severity severity, sc_core::sc_actions actions) {
  actions &= ~sc_core::sc_actions(sc_core::SC_DISPLAY | sc_core::SC_LOG | sc_core::SC_ABORT);
  return severity == sc_core::SC_FATAL ? actions | sc_core::SC_THROW : actions;
}

}  // namespace

SystemCTest* SystemCTest::current_ = nullptr;

SystemCTest::SystemCTest()
    : outer_test_(current_),
      outer_context_(sc_core::sc_get_curr_simcontext()),
      outer_handler_(sc_core::sc_report_handler::set_handler(&SystemCTest::handle_report)),
      context_(new sc_core::sc_simcontext) {
  sc_core::sc_curr_simcontext = context_;
  current_ = this;
}

SystemCTest::~SystemCTest() {
  if (!IsSkipped()) {
    judge_reports();
    judge_finish();
  }
  // The kernel's destructor still looks itself up as the current one.
  delete context_;
  sc_core::sc_curr_simcontext = outer_context_;
  sc_core::sc_report_handler::set_handler(outer_handler_);
  current_ = outer_test_;
}

void SystemCTest::finished() {
  finish_time_ = sc_core::sc_time_stamp();
  if (sc_core::sc_is_running()) {
    sc_core::sc_pause();
  }
}

void SystemCTest::expect_report(const std::string& id, sc_core::sc_severity severity,
                                const std::string& text) {
  expected_reports_.push_back({id, severity, text});
}

bool SystemCTest::run_until_finished(const sc_core::sc_time& max_time) {
  finish_time_.reset();
  sc_core::sc_start(max_time, sc_core::SC_EXIT_ON_STARVATION);
  if (finish_time_) {
    return true;
  }
  ADD_FAILURE() << "nobody called finished(): "
                << (sc_core::sc_pending_activity() ? "the simulation was still active at "
                                                   : "the simulation starved at ")
                << sc_core::sc_time_stamp() << ", allowed were " << max_time;
  return false;
}

bool SystemCTest::run_for(const sc_core::sc_time& duration) {
  const sc_core::sc_time end = sc_core::sc_time_stamp() + duration;
  sc_core::sc_start(duration);
  if (sc_core::sc_time_stamp() != end) {
    ADD_FAILURE() << "the simulation stopped at " << sc_core::sc_time_stamp() << ", not at " << end;
    return false;
  }
  if (!sc_core::sc_pending_activity()) {
    ADD_FAILURE() << "the simulation starved before " << end;
    return false;
  }
  return true;
}

void SystemCTest::handle_report(const sc_core::sc_report& report,
                                const sc_core::sc_actions& actions) {
  const sc_core::sc_severity severity = report.get_severity();
  if (!current_->announced(report) && severity != sc_core::SC_INFO) {
    ADD_FAILURE_AT(report.get_file_name(), report.get_line_number())
        << "unexpected SystemC " << name_of(severity) << " " << report.get_msg_type() << ": "
        << report.get_msg();
  }
  sc_core::sc_report_handler::default_handler(report, quiet_actions(severity, actions));
}

bool SystemCTest::announced(const sc_core::sc_report& report) {
  bool found = false;
  for (ExpectedReport& expected : expected_reports_) {
    if (expected.severity == report.get_severity() && expected.id == report.get_msg_type() &&
        std::string(report.get_msg()).find(expected.text) != std::string::npos) {
      expected.came = true;
      found = true;
    }
  }
  return found;
}

void SystemCTest::judge_reports() const {
  for (const ExpectedReport& expected : expected_reports_) {
    if (!expected.came) {
      ADD_FAILURE() << "the expected SystemC " << name_of(expected.severity) << " " << expected.id
                    << " (\"" << expected.text << "\") never came";
    }
  }
}

void SystemCTest::judge_finish() const {
  if (HasFatalFailure()) {
    return;  // the test was cut short and says why
  }
  if (!simulation_ran()) {
    ADD_FAILURE() << "the test simulated nothing";
  } else if (!finish_time_) {
    ADD_FAILURE() << "nobody called finished(), the simulation ended at "
                  << sc_core::sc_time_stamp();
  } else if (*finish_time_ != sc_core::sc_time_stamp()) {
    ADD_FAILURE() << "finished() at " << *finish_time_ << ", but the simulation went on until "
                  << sc_core::sc_time_stamp();
  }
}

}  // namespace tensordash::testing
