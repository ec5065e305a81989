#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <sstream>

#include "tests/platform/program.h"

namespace tensordash {
namespace {

using testing::HasSubstr;
using testing::Not;

const char* const title = "Where the lane-cycles went";

std::vector<std::string> arguments(const std::vector<std::string>& more) {
  std::vector<std::string> all = {"run", std::string(TENSORDASH_TRACES) + "/edge-cases", "--layer",
                                  "dilated"};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

/// Words of the line that starts with `start`, behind the title.
std::vector<std::string> row(const std::string& text, const std::string& start) {
  std::istringstream lines(text.substr(text.find(title)));
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind(start, 0) != 0) continue;
    std::istringstream words(line);
    return {std::istream_iterator<std::string>(words), {}};
  }
  ADD_FAILURE() << "no line starts with " << start << " in\n" << text;
  return std::vector<std::string>(3);
}

TEST(RunExplain, FollowsTheUsualTable) {
  const ProgramRun run = run_program(arguments({"--op", "forward", "--explain"}));
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const ProgramRun usual = run_program(arguments({"--op", "forward"}));
  EXPECT_EQ(run.out.rfind(usual.out, 0), 0U) << "the usual table comes first";
  EXPECT_THAT(usual.out, Not(HasSubstr(title)));
  EXPECT_THAT(run.out, HasSubstr("\nwait  waiting for a slower row\n"));
}

TEST(RunExplain, ShowsTheLedgerOfTheReport) {
  const ProgramRun run =
      run_program(arguments({"--op", "backward_data", "--explain", "--json", "-"}));
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const nlohmann::json ledger = run.json().at("totals").at("all").at("ledger");
  const auto total = ledger.at("total").get<double>();
  // With the report on standard output the tables step aside.
  const std::vector<std::string> heads = row(run.err, "layer");
  const std::vector<std::string> values = row(run.err, "dilated");
  ASSERT_EQ(values.size(), heads.size());
  EXPECT_EQ(heads[2], "lane-cycles");
  const std::map<std::string, std::string> names = {
      {"fill", "fill"},          {"out", "out_of_passes"}, {"row", "missing_row"},
      {"col", "missing_column"}, {"eff", "effectual"},     {"zA", "zero_a"},
      {"zB", "zero_b"},          {"zAB", "zero_both"},     {"str", "structural"},
      {"wait", "waiting"},       {"tail", "tail"},         {"prio", "priority"},
      {"conn", "connectivity"}};
  std::map<std::string, double> counts;
  for (const auto& [head, name] : names) counts[head] = ledger.at(name).get<double>();
  for (const auto& [name, count] : ledger.items()) {  // waits for memory share a column
    if (name.rfind("stall_", 0) == 0) counts["mem"] += count.get<double>();
  }
  EXPECT_GT(counts["mem"], 0);
  const auto zero = std::count_if(counts.begin(), counts.end(),
                                  [](const auto& column) { return column.second == 0; });
  EXPECT_EQ(heads.size(), 3 + counts.size() - static_cast<std::size_t>(zero));
  double sum = 0;
  for (std::size_t at = 3; at < heads.size(); ++at) {
    const double share = 100 * counts.at(heads[at]) / total;
    EXPECT_NEAR(std::stod(values[at]), share, 0.051) << heads[at];
    sum += std::stod(values[at]);
  }
  EXPECT_NEAR(sum, 100, 0.5);
}

TEST(RunExplain, ContradictsQuiet) {
  const ProgramRun run = run_program(arguments({"--explain", "--quiet"}));
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("--explain"));
  EXPECT_THAT(run.err, HasSubstr("--quiet"));
}

TEST(RunExplain, IsInTheHelp) {
  EXPECT_THAT(run_program({"run", "--help"}).out, HasSubstr("--explain"));
}

}  // namespace
}  // namespace tensordash
