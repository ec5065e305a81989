#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <map>
#include <sstream>

#include "tests/platform/program.h"

namespace tensordash {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const fs::path traces = TENSORDASH_TRACES;

/// One configuration of one bundled trace, with the counts it must give.
struct Expectation {
  std::string family;         ///< "shapes-cnn"
  std::string epoch;          ///< folder below, "." for the family's own
  std::string configuration;  ///< "rows=4,cols=4,tiles=16,depth=3"
  json layers;
};

std::vector<Expectation> expectations(const std::string& family) {
  std::vector<Expectation> all;
  const json table = json::parse(std::ifstream(traces / family / "expected_steps.json"));
  for (const auto& [epoch, configurations] : table.items()) {
    for (const auto& [configuration, layers] : configurations.items()) {
      all.push_back({family, epoch, configuration, layers});
    }
  }
  return all;
}

std::string test_name(const testing::TestParamInfo<std::tuple<Expectation, std::string>>& info) {
  const auto& [expectation, level] = info.param;
  std::string name;
  for (const char c : level + "_" + expectation.family + "_" + expectation.epoch + "_" +
                          expectation.configuration) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      name += c;
    } else if (c == ',' || c == '_') {
      name += '_';
    }
  }
  return name;
}

void PrintTo(const Expectation& expectation, std::ostream* out) {
  *out << expectation.family << ' ' << expectation.epoch << ' ' << expectation.configuration;
}

/// "rows=4,table=dnnsim" as settings of the program.
std::vector<std::string> settings_of(const std::string& configuration) {
  static const std::map<std::string, std::string> keys = {{"rows", "tile.rows"},
                                                          {"cols", "tile.columns"},
                                                          {"depth", "staging.depth"},
                                                          {"table", "connectivity"}};
  std::vector<std::string> settings;
  std::istringstream words(configuration);
  for (std::string word; std::getline(words, word, ',');) {
    const std::string key = word.substr(0, word.find('='));
    const auto longer = keys.find(key);
    settings.push_back((longer == keys.end() ? key : longer->second) + word.substr(word.find('=')));
  }
  return settings;
}

/// `rounded` has four decimals.
void expect_speedup(const json& speedup, const json& rounded, const json& expected) {
  if (expected.at("steps") == 0) {
    EXPECT_TRUE(speedup.is_null());
    return;
  }
  EXPECT_EQ(speedup.get<double>(),
            expected.at("dense_steps").get<double>() / expected.at("steps").get<double>());
  EXPECT_NEAR(speedup.get<double>(), rounded.get<double>(), 0.00005 + 1e-12);
}

void expect_operation(const json& operation, const json& expected) {
  EXPECT_EQ(operation.at("steps"), expected.at("steps"));
  EXPECT_EQ(operation.at("dense_steps"), expected.at("dense_steps"));
  expect_speedup(operation.at("step_speedup"), expected.at("speedup"), expected);
  EXPECT_EQ(operation.at("verified"), true);
  EXPECT_EQ(operation.at("mismatches"), 0);
}

class RunSteps : public testing::TestWithParam<std::tuple<Expectation, std::string>> {};

TEST_P(RunSteps, AreAsExpected) {
  const auto& [expectation, level] = GetParam();
  std::vector<std::string> settings = settings_of(expectation.configuration);
  settings.emplace_back("memory=ideal");  // the table has schedules alone
  const ProgramRun run = run_program(
      report_arguments(traces / expectation.family / expectation.epoch, settings, level));
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const json report = run.json();
  ASSERT_EQ(report.at("layers").size(), expectation.layers.size());
  for (const json& layer : report.at("layers")) {
    const json& expected = expectation.layers.at(layer.at("name").get<std::string>());
    SCOPED_TRACE(layer.at("name"));
    const json& operations = layer.at("operations");
    ASSERT_EQ(operations.size(), 3U);
    for (const auto& [name, operation] : operations.items()) {
      SCOPED_TRACE(name);
      expect_operation(operation, expected.at(name));
    }
    EXPECT_EQ(operations.at("forward").at("sparse_operand"), "activations");
    EXPECT_EQ(operations.at("backward_data").at("sparse_operand"), "gradients");
    EXPECT_EQ(operations.at("backward_weights").at("sparse_operand"), expected.at("sparse3"));
  }
}

INSTANTIATE_TEST_SUITE_P(Bundled, RunSteps,
                         testing::Combine(testing::ValuesIn(expectations(TENSORDASH_FAMILY)),
                                          testing::Values("pin", "fast")),
                         test_name);

}  // namespace
}  // namespace tensordash
