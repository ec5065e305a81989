#include "tests/support/systemc_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>

#include <functional>
#include <ostream>
#include <systemc>

namespace tensordash::testing {
namespace {

using sc_core::sc_time;

constexpr const char* report_id = "/tensordash/test";

// Counts rising clock edges and calls `on_edge(count)` at each: enough of a design to be
// elaborated, run, finished and stopped.
class EdgeCounter : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};

  SC_HAS_PROCESS(EdgeCounter);
  EdgeCounter(const sc_core::sc_module_name& name, std::function<void(int)> on_edge)
      : sc_module(name), on_edge_(std::move(on_edge)) {
    SC_METHOD(count_edge);
    sensitive << clk.pos();
    dont_initialize();
  }

  int edges() const { return edges_; }

 private:
  void count_edge() { on_edge_(++edges_); }

  std::function<void(int)> on_edge_;
  int edges_ = 0;
};

// A thread, because its stack is what sanitizers are most particular about.
class ThreadedWaiter : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(ThreadedWaiter);
  ThreadedWaiter(const sc_core::sc_module_name& name, std::function<void()> on_end)
      : sc_module(name), on_end_(std::move(on_end)) {
    SC_THREAD(run);
  }

 private:
  void run() {
    wait(sc_time(7, sc_core::SC_NS));
    on_end_();
    wait();  // never woken: the thread is still alive when the kernel is deleted
  }

  std::function<void()> on_end_;
};

// Fixture with a clocked design whose edge action each test chooses.
class ClockedTest : public SystemCTest {
 protected:
  std::function<void(int)> on_edge = [](int) {};
  sc_core::sc_clock clock{"clock", sc_time(10, sc_core::SC_NS)};
  EdgeCounter counter{"counter", [this](int edges) { on_edge(edges); }};

  ClockedTest() { counter.clk(clock); }
};

// A test inside a test: what it would report as its verdict lands in the macro that watches it.
class InnerTest : public ClockedTest {
 public:
  using SystemCTest::expect_report;
  using SystemCTest::finish_time;
  using SystemCTest::run_for;
  using SystemCTest::run_until_finished;

  void set_on_edge(std::function<void(int)> action) { on_edge = std::move(action); }
  void stop_after(int last) {
    set_on_edge([this, last](int edges) {
      if (edges == last) {
        finished();
      }
    });
  }

 private:
  void TestBody() override {}
};

sc_time ns(double count) {
  return {count, sc_core::SC_NS};
}

// The same instance names and time zero in both tests: with one kernel for the whole process the
// second elaboration would be refused.
TEST_F(ClockedTest, ElaboratesItsOwnModulesAndStartsAtTimeZero) {
  EXPECT_STREQ(counter.name(), "counter");
  EXPECT_EQ(sc_core::sc_time_stamp(), sc_core::SC_ZERO_TIME);
  on_edge = [this](int edges) {
    if (edges == 3) {
      finished();
    }
  };
  EXPECT_TRUE(run_until_finished(ns(100)));
  EXPECT_EQ(counter.edges(), 3);
  EXPECT_EQ(finish_time(), ns(20));
}

TEST_F(ClockedTest, ElaboratesThemAgainInTheNextTest) {
  EXPECT_STREQ(counter.name(), "counter");
  EXPECT_EQ(sc_core::sc_time_stamp(), sc_core::SC_ZERO_TIME);
  EXPECT_TRUE(run_for(ns(35)));
  EXPECT_EQ(counter.edges(), 4);
  finished();
}

TEST_F(SystemCTest, RunsAThreadThatNeverReturns) {
  ThreadedWaiter waiter("waiter", [this] { finished(); });
  EXPECT_TRUE(run_until_finished(ns(100)));
  EXPECT_EQ(sc_core::sc_time_stamp(), ns(7));
}

TEST_F(ClockedTest, AcceptsAnAnnouncedWarning) {
  expect_report(report_id, sc_core::SC_WARNING, "edge 2");
  on_edge = [this](int edges) {
    if (edges == 2) {
      SC_REPORT_WARNING(report_id, "this is edge 2");
      finished();
    }
  };
  run_until_finished(ns(100));
}

TEST_F(ClockedTest, ThrowsAnAnnouncedErrorToTheCallerOfStart) {
  expect_report(report_id, sc_core::SC_ERROR);
  on_edge = [](int) { SC_REPORT_ERROR(report_id, "bad"); };
  EXPECT_THROW(run_until_finished(ns(100)), sc_core::sc_report);
  finished();
}

TEST_F(ClockedTest, ThrowsAnAnnouncedFatalErrorInsteadOfAborting) {
  expect_report(report_id, sc_core::SC_FATAL);
  on_edge = [](int) { SC_REPORT_FATAL(report_id, "very bad"); };
  EXPECT_THROW(run_until_finished(ns(100)), sc_core::sc_report);
  finished();
}

// The error leaves the thread's stack, and is thrown again on the main one.
TEST_F(ClockedTest, ThrowsAnAnnouncedErrorOutOfAThread) {
  expect_report(report_id, sc_core::SC_ERROR);
  ThreadedWaiter waiter("waiter", [] { SC_REPORT_ERROR(report_id, "bad"); });
  EXPECT_THROW(run_until_finished(ns(100)), sc_core::sc_report);
  finished();
}

TEST_F(ClockedTest, ThrowsAnAnnouncedErrorOutOfAMethodAfterAThreadRan) {
  expect_report(report_id, sc_core::SC_ERROR);
  ThreadedWaiter waiter("waiter", [] {});
  on_edge = [](int edges) {
    if (edges == 3) {
      SC_REPORT_ERROR(report_id, "bad");
    }
  };
  EXPECT_THROW(run_until_finished(ns(100)), sc_core::sc_report);
  finished();
}

TEST_F(ClockedTest, MayFinishAndGoOnAndFinishAgain) {
  on_edge = [this](int edges) {
    if (edges == 2 || edges == 4) {
      finished();
    }
  };
  EXPECT_TRUE(run_until_finished(ns(100)));
  EXPECT_EQ(finish_time(), ns(10));
  EXPECT_TRUE(run_until_finished(ns(100)));
  EXPECT_EQ(finish_time(), ns(30));
}

TEST(SystemCTestVerdict, PassesACompleteTestAndSilencesInfo) {
  // Anything the inner test adds would fail this test; what it prints is watched below.
  ::testing::internal::CaptureStdout();
  {
    InnerTest inner;
    inner.set_on_edge([&](int) {
      SC_REPORT_INFO(report_id, "chatter");
      inner.finished();
    });
    inner.run_until_finished(ns(100));
  }
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "");
}

TEST(SystemCTestVerdict, FailsOnAnUnexpectedWarning) {
  EXPECT_NONFATAL_FAILURE(
      {
        InnerTest inner;
        inner.set_on_edge([&](int) {
          SC_REPORT_WARNING(report_id, "odd");
          inner.finished();
        });
        inner.run_until_finished(ns(100));
      },
      "unexpected SystemC warning /tensordash/test: odd");
}

TEST(SystemCTestVerdict, FailsOnAnUnexpectedError) {
  EXPECT_NONFATAL_FAILURE(
      {
        InnerTest inner;
        inner.set_on_edge([](int) { SC_REPORT_ERROR(report_id, "bad"); });
        EXPECT_THROW(inner.run_until_finished(ns(100)), sc_core::sc_report);
        inner.finished();
      },
      "unexpected SystemC error /tensordash/test: bad");
}

TEST(SystemCTestVerdict, FailsOnAnUnexpectedFatalErrorWithoutAborting) {
  EXPECT_NONFATAL_FAILURE(
      {
        InnerTest inner;
        inner.set_on_edge([](int) { SC_REPORT_FATAL(report_id, "very bad"); });
        EXPECT_THROW(inner.run_until_finished(ns(100)), sc_core::sc_report);
        inner.finished();
      },
      "unexpected SystemC fatal error /tensordash/test: very bad");
}

struct NearMiss {
  const char* id;
  sc_core::sc_severity severity;
  const char* text;
};

// For readable failure messages.
void PrintTo(const NearMiss& miss, std::ostream* out) {
  *out << "severity " << miss.severity << " " << miss.id << " \"" << miss.text << "\"";
}

class SystemCTestNearMiss : public ::testing::TestWithParam<NearMiss> {};

// An announcement that differs in id, severity or text covers nothing: the report that comes is
// unexpected and the announced one is missing, two failures.
TEST_P(SystemCTestNearMiss, CoversNothing) {
  ::testing::TestPartResultArray failures;
  {
    ::testing::ScopedFakeTestPartResultReporter watch(
        ::testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &failures);
    InnerTest inner;
    inner.expect_report(GetParam().id, GetParam().severity, GetParam().text);
    inner.set_on_edge([&](int) {
      SC_REPORT_WARNING(report_id, "odd");
      inner.finished();
    });
    inner.run_until_finished(ns(100));
  }
  ASSERT_EQ(failures.size(), 2);
  EXPECT_THAT(failures.GetTestPartResult(0).message(), ::testing::HasSubstr("unexpected SystemC"));
  EXPECT_THAT(failures.GetTestPartResult(1).message(), ::testing::HasSubstr("never came"));
}

INSTANTIATE_TEST_SUITE_P(All, SystemCTestNearMiss,
                         ::testing::Values(NearMiss{"/tensordash/tes", sc_core::SC_WARNING, ""},
                                           NearMiss{"/tensordash/test/pe", sc_core::SC_WARNING, ""},
                                           NearMiss{report_id, sc_core::SC_ERROR, ""},
                                           NearMiss{report_id, sc_core::SC_INFO, ""},
                                           NearMiss{report_id, sc_core::SC_WARNING, "even"}));

TEST(SystemCTestVerdict, FailsWhenAnAnnouncedReportNeverComes) {
  EXPECT_NONFATAL_FAILURE(
      {
        InnerTest inner;
        inner.expect_report(report_id, sc_core::SC_ERROR);
        inner.stop_after(1);
        inner.run_until_finished(ns(100));
      },
      "the expected SystemC error /tensordash/test (\"\") never came");
}

TEST(SystemCTestVerdict, FailsWhenFinishedIsNeverCalled) {
  EXPECT_NONFATAL_FAILURE(
      {
        InnerTest inner;
        inner.run_for(ns(35));
      },
      "nobody called finished(), the simulation ended at 35 ns");
}

TEST(SystemCTestVerdict, FailsWhenNothingWasSimulated) {
  EXPECT_NONFATAL_FAILURE(
      {
        InnerTest inner;
        inner.finished();
      },
      "the test simulated nothing");
}

TEST(SystemCTestVerdict, FailsWhenTheSimulationGoesOnAfterItsEnd) {
  EXPECT_NONFATAL_FAILURE(
      {
        InnerTest inner;
        inner.stop_after(2);
        inner.run_until_finished(ns(100));
        inner.run_for(ns(15));
      },
      "finished() at 10 ns, but the simulation went on until 25 ns");
}

// The second message, of the verdict, is the one that matters if a test ignores the first.
TEST(SystemCTestVerdict, FailsTwiceWhenTheTimeLimitPasses) {
  ::testing::TestPartResultArray failures;
  {
    ::testing::ScopedFakeTestPartResultReporter watch(
        ::testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &failures);
    InnerTest inner;
    inner.stop_after(50);
    EXPECT_FALSE(inner.run_until_finished(ns(100)));
  }
  ASSERT_EQ(failures.size(), 2);
  EXPECT_THAT(failures.GetTestPartResult(0).message(), ::testing::HasSubstr("still active at"));
  EXPECT_THAT(failures.GetTestPartResult(1).message(), ::testing::HasSubstr("nobody called"));
}

TEST(SystemCTestVerdict, FailsWhenAnEarlierFinishIsNotRepeated) {
  ::testing::TestPartResultArray failures;
  {
    ::testing::ScopedFakeTestPartResultReporter watch(
        ::testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &failures);
    InnerTest inner;
    inner.stop_after(2);
    EXPECT_TRUE(inner.run_until_finished(ns(100)));
    EXPECT_FALSE(inner.run_until_finished(ns(100)));
  }
  ASSERT_EQ(failures.size(), 2);
  EXPECT_THAT(failures.GetTestPartResult(0).message(), ::testing::HasSubstr("still active at"));
  EXPECT_THAT(failures.GetTestPartResult(1).message(), ::testing::HasSubstr("nobody called"));
}

// No clock and one lone event.
class StarvedTest : public SystemCTest {
 public:
  using SystemCTest::run_for;
  using SystemCTest::run_until_finished;

  StarvedTest() { lone_event_.notify(ns(3)); }

 private:
  void TestBody() override {}

  sc_core::sc_event lone_event_{"lone_event"};
};

TEST(SystemCTestVerdict, FailsWhenEventsRunOutBeforeTheEnd) {
  ::testing::TestPartResultArray failures;
  {
    ::testing::ScopedFakeTestPartResultReporter watch(
        ::testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &failures);
    StarvedTest inner;
    EXPECT_FALSE(inner.run_until_finished(ns(100)));
  }
  ASSERT_EQ(failures.size(), 2);
  EXPECT_THAT(failures.GetTestPartResult(0).message(), ::testing::HasSubstr("starved at 3 ns"));
  EXPECT_THAT(failures.GetTestPartResult(1).message(), ::testing::HasSubstr("nobody called"));
}

TEST(SystemCTestVerdict, FailsWhenEventsRunOutBeforeADuration) {
  EXPECT_NONFATAL_FAILURE(
      {
        StarvedTest inner;
        EXPECT_FALSE(inner.run_for(ns(100)));
        inner.finished();
      },
      "the simulation starved before 100 ns");
}

TEST(SystemCTestVerdict, FailsWhenTheKernelStopsBeforeADuration) {
  EXPECT_NONFATAL_FAILURE(
      {
        InnerTest inner;
        inner.set_on_edge([](int) { sc_core::sc_stop(); });
        EXPECT_FALSE(inner.run_for(ns(100)));
        inner.finished();
      },
      "the simulation stopped at 0 s, not at 100 ns");
}

TEST(SystemCTestNesting, GivesTheOuterKernelAndReportHandlerBack) {
  sc_core::sc_simcontext* const before = sc_core::sc_get_curr_simcontext();
  const auto handler_before = sc_core::sc_report_handler::get_handler();
  {
    InnerTest inner;
    EXPECT_NE(sc_core::sc_get_curr_simcontext(), before);
    EXPECT_NE(sc_core::sc_report_handler::get_handler(), handler_before);
    inner.stop_after(1);
    inner.run_until_finished(ns(100));
  }
  EXPECT_EQ(sc_core::sc_get_curr_simcontext(), before);
  EXPECT_EQ(sc_core::sc_report_handler::get_handler(), handler_before);
}

TEST_F(ClockedTest, SurvivesAnotherKernelInTheMiddle) {
  expect_report(report_id, sc_core::SC_WARNING);
  on_edge = [this](int edges) {
    if (edges == 5) {
      SC_REPORT_WARNING(report_id, "after the other kernel");
      finished();
    }
  };
  EXPECT_TRUE(run_for(ns(25)));
  {
    InnerTest inner;
    inner.stop_after(1);
    inner.run_until_finished(ns(100));
  }
  EXPECT_TRUE(run_until_finished(ns(100)));
  EXPECT_EQ(sc_core::sc_time_stamp(), ns(40));
}

}  // namespace
}  // namespace tensordash::testing
