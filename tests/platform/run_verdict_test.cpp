#include <gtest/gtest.h>

#include "platform/run/run_report.h"

namespace tensordash {
namespace {

OperationReport right_report() {
  OperationReport report;
  report.outputs = 10;
  report.verdict.checked = 10;
  report.dense_verdict.checked = 10;
  return report;
}

/// Expects that an operation with such a report fails, and every run that has it.
void expect_wrong(const OperationReport& wrong) {
  EXPECT_FALSE(wrong.verified());
  RunReport run;
  run.layers.push_back({"first", {}, {right_report()}});
  EXPECT_TRUE(run.verified());
  run.layers.push_back({"second", {}, {right_report(), wrong, right_report()}});
  EXPECT_FALSE(run.verified());
  Totals totals;
  totals.add(right_report());
  EXPECT_TRUE(totals.verified);
  totals.add(wrong);
  totals.add(right_report());
  EXPECT_FALSE(totals.verified);
}

// No run of working hardware shows a wrong output, so that one is seen is tested here.
TEST(RunVerdict, IsWrongWithAMismatchInEitherRun) {
  OperationReport report = right_report();
  report.verdict.mismatches = 1;
  expect_wrong(report);
  report = right_report();
  report.dense_verdict.mismatches = 1;
  expect_wrong(report);
}

TEST(RunVerdict, IsWrongWithAnOutputThatNobodyChecked) {
  OperationReport report = right_report();
  report.verdict.checked = 9;
  expect_wrong(report);
  report = right_report();
  report.dense_verdict.checked = 9;
  expect_wrong(report);
}

}  // namespace
}  // namespace tensordash
