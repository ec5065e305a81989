#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <systemc>
#include <vector>

namespace tensordash::testing {

/// Base of every test that elaborates SystemC modules.
///
/// Each test gets a kernel (sc_simcontext) of its own: made before the members of a derived fixture
/// are constructed, deleted after they are destroyed, so several tests of one process may use the
/// same instance names. Tests may nest (a fixture constructed inside a test), never interleave.
///
/// A test fails when
///   - SystemC reports a warning, error or fatal error that it did not announce (expect_report);
///     the kernel stops as usual (errors throw sc_report), a fatal error throws and does not abort;
///   - an announced report never comes;
///   - the simulation never ran, nobody called finished(), or time went on after the last call.
/// The verdict falls in the destructor, so an overridden TearDown cannot lose it.
class SystemCTest : public ::testing::Test {
 public:
  ~SystemCTest() override;
  SystemCTest(const SystemCTest&) = delete;
  SystemCTest& operator=(const SystemCTest&) = delete;
  SystemCTest(SystemCTest&&) = delete;
  SystemCTest& operator=(SystemCTest&&) = delete;

  /// Says that the simulation has reached its end: everything that was to come has come. Called by
  /// a module of the testbench (the kernel then pauses after the current delta cycle) or by the
  /// test body after its last sc_start.
  void finished();

 protected:
  SystemCTest();

  /// Announces reports of this severity whose id (message type) is exactly `id` and whose text
  /// contains `text`: they do not fail the test, and the test fails unless at least one comes.
  /// An announced error or fatal error still throws sc_core::sc_report to the caller of sc_start.
  void expect_report(const std::string& id, sc_core::sc_severity severity,
                     const std::string& text = "");

  /// Simulates until a module calls finished(), at most for `max_time`. Fails the test, and returns
  /// false, when that does not happen: events ran out (starved) or `max_time` passed.
  bool run_until_finished(const sc_core::sc_time& max_time);

  /// Simulates for `duration`. Fails the test, and returns false, when no event is left at the end
  /// (a stopped clock) or the kernel stopped earlier. Does not count as finished().
  bool run_for(const sc_core::sc_time& duration);

  /// Simulated time of the last finished(), if any.
  std::optional<sc_core::sc_time> finish_time() const { return finish_time_; }

 private:
  struct ExpectedReport {
    std::string id;
    sc_core::sc_severity severity;
    std::string text;
    bool came = false;
  };

  static void handle_report(const sc_core::sc_report& report, const sc_core::sc_actions& actions);
  bool announced(const sc_core::sc_report& report);
  void judge_reports() const;
  void judge_finish() const;

  static SystemCTest* current_;

  SystemCTest* const outer_test_;
  sc_core::sc_simcontext* const outer_context_;
  const sc_core::sc_report_handler_proc outer_handler_;
  sc_core::sc_simcontext* const context_;
  std::vector<ExpectedReport> expected_reports_;
  std::optional<sc_core::sc_time> finish_time_;
};

}  // namespace tensordash::testing
