#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/run/report_json.h"
#include "platform/run/report_table.h"

namespace tensordash {
namespace {

using json = nlohmann::json;
using testing::HasSubstr;

OperationReport right_report() {
  OperationReport report;
  report.outputs = 10;
  report.verdict = golden::Verdict{10, 0, {}};
  report.dense_verdict = golden::Verdict{10, 0, {}};
  return report;
}

/// Four outputs were compared, of the sparse run only.
OperationReport sampled_report() {
  OperationReport report;
  report.outputs = 10;
  report.verify = {VerifyRequest::Kind::sample, 4};
  report.verdict = golden::Verdict{4, 0, {}};
  return report;
}

OperationReport unverified_report() {
  OperationReport report;
  report.outputs = 10;
  report.verify = {VerifyRequest::Kind::none, 0};
  return report;
}

/// Expects that an operation with such a report fails, and every run that has it.
void expect_wrong(const OperationReport& wrong) {
  EXPECT_EQ(wrong.verified(), false);
  RunReport run;
  run.layers.push_back({"first", {}, {right_report()}});
  EXPECT_EQ(run.verified(), true);
  run.layers.push_back({"second", {}, {right_report(), wrong, right_report()}});
  EXPECT_EQ(run.verified(), false);
  Totals totals;
  totals.add(right_report());
  EXPECT_EQ(totals.verified, true);
  totals.add(wrong);
  totals.add(right_report());
  EXPECT_EQ(totals.verified, false);
}

// No run of working hardware shows a wrong output, so that one is seen is tested here.
TEST(RunVerdict, IsWrongWithAMismatchInEitherRun) {
  OperationReport report = right_report();
  report.verdict->mismatches = 1;
  expect_wrong(report);
  report = right_report();
  report.dense_verdict->mismatches = 1;
  expect_wrong(report);
}

TEST(RunVerdict, IsWrongWithAnOutputThatNobodyChecked) {
  OperationReport report = right_report();
  report.verdict->checked = 9;
  expect_wrong(report);
  report = right_report();
  report.dense_verdict->checked = 9;
  expect_wrong(report);
  report = sampled_report();
  report.verdict->checked = 3;
  expect_wrong(report);
}

TEST(RunVerdict, SaysNothingWhenNothingWasCompared) {
  EXPECT_EQ(unverified_report().verified(), std::nullopt);
  RunReport run;
  run.layers.push_back({"first", {}, {unverified_report()}});
  EXPECT_EQ(run.verified(), std::nullopt);
  run.layers.push_back({"second", {}, {sampled_report()}});
  EXPECT_EQ(run.verified(), true);
}

json totals_of(const std::vector<OperationReport>& operations) {
  RunReport run;
  run.layers.push_back({"first", {}, operations});
  return report_json(run).at("totals").at("all");
}

TEST(RunVerdict, TotalsNameTheModeOrMixed) {
  EXPECT_EQ(totals_of({right_report(), right_report()}).at("verify").at("mode"), "all");
  EXPECT_EQ(totals_of({sampled_report()}).at("verify").at("mode"), "sample");
  EXPECT_EQ(totals_of({unverified_report()}).at("verify").at("mode"), "none");
  EXPECT_EQ(totals_of({unverified_report(), right_report()}).at("verify").at("mode"), "mixed");
}

TEST(RunVerdict, ReportTellsWhatWasComparedAndWhatWasNot) {
  RunReport run;
  run.layers.push_back({"first", {}, {sampled_report()}});
  const json sampled = report_json(run).at("layers")[0].at("operations").at("forward");
  EXPECT_EQ(sampled.at("verified"), true);
  EXPECT_EQ(sampled.at("verify"), (json{{"mode", "sample:4"}, {"checked", 4}, {"outputs", 10}}));
  EXPECT_EQ(sampled.at("mismatches"), 0);
  EXPECT_TRUE(sampled.at("dense_mismatches").is_null());
  const json totals = totals_of({unverified_report()});
  EXPECT_TRUE(totals.at("verified").is_null());
  EXPECT_EQ(totals.at("verify").at("checked"), 0);
  EXPECT_TRUE(totals.at("dense_mismatches").is_null());
}

std::string table_of(const OperationReport& operation) {
  RunReport run;
  run.layers.push_back({"first", {}, {operation}});
  return report_table(run);
}

TEST(RunVerdict, TableIsHonestInEveryMode) {
  EXPECT_THAT(table_of(right_report()), HasSubstr("all 10"));
  EXPECT_THAT(table_of(right_report()),
              HasSubstr("10 of 10 outputs verified bit for bit against the golden, and as many of "
                        "the dense baseline: all right."));
  EXPECT_THAT(table_of(sampled_report()), HasSubstr("4 of 10"));
  EXPECT_THAT(table_of(sampled_report()),
              HasSubstr("4 of 10 outputs verified bit for bit against the golden: no "
                        "difference. The dense baseline was not verified."));
  EXPECT_THAT(table_of(unverified_report()), HasSubstr("  none\n"));
  EXPECT_THAT(table_of(unverified_report()), HasSubstr("None of 10 outputs was verified."));
  OperationReport wrong = right_report();
  wrong.verdict = golden::Verdict{9, 2, "O[0] differs"};
  EXPECT_THAT(table_of(wrong), HasSubstr("3 WRONG"));
  EXPECT_THAT(table_of(wrong), HasSubstr("NOT ALL RIGHT"));
  EXPECT_THAT(table_of(wrong), HasSubstr("O[0] differs"));
}

}  // namespace
}  // namespace tensordash
