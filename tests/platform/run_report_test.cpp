#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "tests/models/trace/temporary_folder.h"
#include "tests/platform/program.h"
#include "tests/platform/trace_files.h"

namespace tensordash {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;

const fs::path edge_cases = fs::path(TENSORDASH_TRACES) / "edge-cases";

json report_of(const std::vector<std::string>& settings) {
  const ProgramRun run = run_program(report_arguments(edge_cases, settings));
  EXPECT_EQ(run.exit_code, 0) << run.err;
  return run.json();
}

/// The categories of the cycle ledger.
std::vector<std::string> ledger_names() {
  return {"/ledger/fill",
          "/ledger/stall_scratchpad",
          "/ledger/stall_sram",
          "/ledger/stall_bank_conflict",
          "/ledger/stall_transposer",
          "/ledger/stall_credit",
          "/ledger/stall_dram",
          "/ledger/out_of_passes",
          "/ledger/missing_row",
          "/ledger/missing_column",
          "/ledger/effectual",
          "/ledger/zero_a",
          "/ledger/zero_b",
          "/ledger/zero_both",
          "/ledger/structural",
          "/ledger/waiting",
          "/ledger/tail",
          "/ledger/priority",
          "/ledger/connectivity"};
}

/// Everything but ratios: whole numbers under dotted names.
std::vector<std::string> counts() {
  std::vector<std::string> names = {"/steps",          "/dense_steps",
                                    "/cycles",         "/dense_cycles",
                                    "/fill_cycles",    "/macs/total",
                                    "/macs/effectual", "/macs/issued",
                                    "/zeros/data",     "/zeros/spatial_padding",
                                    "/zeros/dilation", "/zeros/lane_padding",
                                    "/mismatches",     "/verify/checked",
                                    "/verify/outputs", "/ledger/total"};
  for (const std::string& name : ledger_names()) names.push_back(name);
  return names;
}

std::uint64_t count(const json& operation, const std::string& name) {
  return operation.at(json::json_pointer(name)).get<std::uint64_t>();
}

void expect_ratio(const json& ratio, std::uint64_t dense, std::uint64_t sparse) {
  ASSERT_TRUE(ratio.is_number_float()) << ratio;
  EXPECT_EQ(ratio.get<double>(), static_cast<double>(dense) / static_cast<double>(sparse));
}

void expect_shape(const json& operation) {
  for (const std::string& name : counts()) {
    ASSERT_TRUE(operation.at(json::json_pointer(name)).is_number_unsigned()) << name;
  }
  EXPECT_TRUE(operation.at("verified").is_boolean());
  EXPECT_TRUE(operation.at("verify").at("mode").is_string());
  expect_ratio(operation.at("step_speedup"), count(operation, "/dense_steps"),
               count(operation, "/steps"));
  expect_ratio(operation.at("speedup"), count(operation, "/dense_cycles"),
               count(operation, "/cycles"));
}

TEST(RunReport, HasEveryKeyWithItsType) {
  const json report = report_of({});
  EXPECT_EQ(report.at("format"), "tensordash-report/1");
  ASSERT_TRUE(report.at("layers").is_array());
  EXPECT_EQ(report.at("layers").size(), 10U);
  for (const json& layer : report.at("layers")) {
    SCOPED_TRACE(layer.at("name"));
    ASSERT_EQ(layer.at("operations").size(), 3U);
    for (const char* name : {"forward", "backward_data", "backward_weights"}) {
      SCOPED_TRACE(name);
      expect_shape(layer.at("operations").at(name));
      EXPECT_THAT(layer.at("operations").at(name).at("sparse_operand").get<std::string>(),
                  testing::AnyOf("activations", "gradients"));
    }
  }
  for (const char* name : {"forward", "backward_data", "backward_weights", "all"}) {
    SCOPED_TRACE(name);
    expect_shape(report.at("totals").at(name));
  }
}

TEST(RunReport, ListsEveryConfigurationKey) {
  const json defaults = {
      {"tile.rows", 4},           {"tile.columns", 4},       {"tiles", 16},
      {"pe.lanes", 16},           {"staging.depth", 3},      {"connectivity", "paper"},
      {"sync", "lockstep"},       {"sparsity", "one_sided"}, {"dtype", "fp32"},
      {"dilation_zeros", "kept"}, {"accumulate", "fp32"},    {"nonfinite", "refuse"},
      {"memory", "modelled"}};
  const std::vector<std::string> one_layer = {"--layer", "kernel_smaller_than_stride"};
  std::vector<std::string> arguments = report_arguments(edge_cases, {}, "fast");
  arguments.insert(arguments.end(), one_layer.begin(), one_layer.end());
  json config = run_program(arguments).json().at("config");
  for (const auto& [key, value] : defaults.items()) EXPECT_EQ(config.at(key), value) << key;
  arguments = report_arguments(
      edge_cases, {"tile.rows=02", "tile.columns=3", "tiles=5", "pe.lanes=8", "staging.depth=2",
                   "connectivity=dnnsim", "sync=elastic", "sparsity=two_sided", "dtype=bf16",
                   "dilation_zeros=removed", "accumulate=exact", "nonfinite=allow"});
  arguments.insert(arguments.end(), one_layer.begin(), one_layer.end());
  config = run_program(arguments).json().at("config");
  const json set = {{"tile.rows", 2},
                    {"tile.columns", 3},
                    {"tiles", 5},
                    {"pe.lanes", 8},
                    {"staging.depth", 2},
                    {"connectivity", "dnnsim"},
                    {"sync", "elastic"},
                    {"sparsity", "two_sided"},
                    {"dtype", "bf16"},
                    {"dilation_zeros", "removed"},
                    {"accumulate", "exact"},
                    {"nonfinite", "allow"},
                    {"memory", "ideal"}};
  for (const auto& [key, value] : set.items()) EXPECT_EQ(config.at(key), value) << key;
}

TEST(RunReport, TotalsAreSumsAndRatiosOfSums) {
  const json report = report_of({});
  const std::vector<std::string> names = counts();
  std::map<std::string, std::map<std::string, std::uint64_t>> sums;
  for (const json& layer : report.at("layers")) {
    for (const auto& [operation, values] : layer.at("operations").items()) {
      for (const std::string& name : names) {
        sums[operation][name] += count(values, name);
        sums["all"][name] += count(values, name);
      }
    }
  }
  ASSERT_EQ(sums.size(), 4U);
  for (const auto& [operation, values] : sums) {
    for (const auto& [name, sum] : values) {
      EXPECT_EQ(count(report.at("totals").at(operation), name), sum) << operation << name;
    }
    // expect_shape has ratios compared with these sums.
    expect_shape(report.at("totals").at(operation));
  }
}

class RunReportModes : public testing::TestWithParam<std::vector<std::string>> {};

TEST_P(RunReportModes, CyclesAreStepsAndAConstantFill) {
  const json report = report_of(GetParam());
  const std::uint64_t fill =
      count(report.at("layers")[0].at("operations").at("forward"), "/fill_cycles");
  EXPECT_GT(fill, 0U);
  for (const json& layer : report.at("layers")) {
    SCOPED_TRACE(layer.at("name"));
    for (const json& operation : layer.at("operations")) {
      EXPECT_EQ(count(operation, "/fill_cycles"), fill);
      EXPECT_EQ(count(operation, "/cycles"), count(operation, "/steps") + fill);
      EXPECT_EQ(count(operation, "/dense_cycles"), count(operation, "/dense_steps") + fill);
    }
  }
}

TEST_P(RunReportModes, MacsAreThoseOfTheLayer) {
  const json report = report_of(GetParam());
  const std::vector<NamedLayer> layers = load_trace(edge_cases);
  for (std::size_t at = 0; at < layers.size(); ++at) {
    const LayerShape& s = layers[at].tensors.shape;
    const json& layer = report.at("layers")[at];
    ASSERT_EQ(layer.at("name"), layers[at].name);
    for (const json& operation : layer.at("operations")) {
      EXPECT_EQ(operation.at("macs").at("total"),
                s.N * s.M * s.P * s.Q * (s.C / s.groups) * s.R * s.S);
      EXPECT_LE(count(operation, "/macs/effectual"), count(operation, "/macs/total"));
      EXPECT_LE(count(operation, "/macs/effectual"), count(operation, "/macs/issued"));
    }
  }
}

TEST_P(RunReportModes, TheLedgerHoldsEveryLaneOfEveryCycle) {
  const json report = report_of(GetParam());
  const json& config = report.at("config");
  const auto lanes =
      config.at("tiles").get<std::uint64_t>() * config.at("tile.rows").get<std::uint64_t>() *
      config.at("tile.columns").get<std::uint64_t>() * config.at("pe.lanes").get<std::uint64_t>();
  for (const json& layer : report.at("layers")) {
    SCOPED_TRACE(layer.at("name"));
    for (const json& operation : layer.at("operations")) {
      EXPECT_EQ(operation.at("ledger").size(), ledger_names().size() + 1);
      std::uint64_t sum = 0;
      for (const std::string& name : ledger_names()) sum += count(operation, name);
      EXPECT_EQ(sum, count(operation, "/cycles") * lanes);
      EXPECT_EQ(sum, count(operation, "/ledger/total"));
      EXPECT_EQ(count(operation, "/ledger/effectual"), count(operation, "/macs/effectual"));
      EXPECT_EQ(count(operation, "/ledger/fill"), count(operation, "/fill_cycles") * lanes);
    }
  }
}

using Settings = std::vector<std::string>;
const Settings modes[] = {{},
                          {"sparsity=none"},
                          {"sparsity=two_sided", "sync=elastic"},
                          {"dilation_zeros=removed", "tile.rows=1"}};

std::string name_of_mode(const testing::TestParamInfo<Settings>& mode) {
  static const char* const names[] = {"one_sided", "none", "two_sided", "removed"};
  return names[mode.index];
}

INSTANTIATE_TEST_SUITE_P(Modes, RunReportModes, testing::ValuesIn(modes), name_of_mode);

TEST(RunReport, IssuesExactlyTheEffectualPairsWhenTwoSided) {
  const json report = report_of({"sparsity=two_sided"});
  for (const json& layer : report.at("layers")) {
    for (const json& operation : layer.at("operations")) {
      EXPECT_EQ(operation.at("macs").at("issued"), operation.at("macs").at("effectual"))
          << layer.at("name");
    }
  }
}

TEST(RunReport, OfTheDenseBaselineIsItsOwnBaseline) {
  const json report = report_of({"sparsity=none"});
  for (const json& layer : report.at("layers")) {
    for (const json& operation : layer.at("operations")) {
      EXPECT_EQ(operation.at("steps"), operation.at("dense_steps"));
      EXPECT_EQ(operation.at("cycles"), operation.at("dense_cycles"));
      EXPECT_EQ(operation.at("speedup"), 1.0);
    }
  }
  // Steps with sparsity are compared with the same baseline.
  const json sparse = report_of({});
  EXPECT_EQ(sparse.at("totals").at("all").at("dense_steps"),
            report.at("totals").at("all").at("steps"));
}

TEST(RunReport, HasOnlyWhatWasAskedFor) {
  std::vector<std::string> arguments = report_arguments(edge_cases, {});
  arguments.insert(arguments.end(), {"--layer", "no_zero", "--layer", "dilated", "--op",
                                     "backward_data", "--op", "forward"});
  const json report = run_program(arguments).json();
  ASSERT_EQ(report.at("layers").size(), 2U);
  EXPECT_EQ(report.at("layers")[0].at("name"), "dilated");
  EXPECT_EQ(report.at("layers")[1].at("name"), "no_zero");
  for (const json& layer : report.at("layers")) {
    EXPECT_EQ(layer.at("operations").size(), 2U);
    EXPECT_TRUE(layer.at("operations").contains("forward"));
    EXPECT_TRUE(layer.at("operations").contains("backward_data"));
  }
  EXPECT_FALSE(report.at("totals").contains("backward_weights"));
}

TEST(RunReport, OnStandardOutputIsAlone) {
  const ProgramRun run =
      run_program({"run", edge_cases.string(), "--layer", "no_zero", "--json", "-"});
  ASSERT_EQ(run.exit_code, 0);
  EXPECT_EQ(run.json().at("format"), "tensordash-report/1");
  // The table moves aside to standard error.
  EXPECT_THAT(run.err, HasSubstr("no_zero"));
}

class RunReportFiles : public TemporaryFolderTest {};

TEST_F(RunReportFiles, AreTheSameAsOnStandardOutput) {
  const std::vector<std::string> arguments = {"run",    edge_cases.string(), "--layer", "dilated",
                                              "--json", "report.json"};
  const ProgramRun to_file = run_program(arguments, {folder_, {}, {}});
  ASSERT_EQ(to_file.exit_code, 0);
  EXPECT_THAT(to_file.err, IsEmpty());
  EXPECT_THAT(to_file.out, HasSubstr("dilated"));  // the table
  EXPECT_THAT(everything_in(folder_), testing::ElementsAre("report.json"));
  const ProgramRun to_output =
      run_program({"run", edge_cases.string(), "--layer", "dilated", "--json", "-", "--quiet"});
  EXPECT_EQ(file_bytes(folder_ / "report.json"), to_output.out);
  EXPECT_THAT(to_output.err, IsEmpty());
}

TEST_F(RunReportFiles, WithoutVerificationSayNothingOfItAndHaveTheSameOutputs) {
  for (const char* mode : {"all", "none"}) {
    const ProgramRun run = run_program({"run", edge_cases.string(), "--layer", "dilated_strided",
                                        "--set", "dilation_zeros=removed", "--verify", mode,
                                        "--json", std::string(mode) + ".json", "--outputs", mode},
                                       {folder_, {}, {}});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(run.out.find("None of") != std::string::npos, std::string(mode) == "none");
  }
  const json report = json::parse(file_bytes(folder_ / "none.json"));
  for (const json& operation : report.at("layers")[0].at("operations")) {
    EXPECT_TRUE(operation.at("verified").is_null());
    EXPECT_EQ(operation.at("verify").at("mode"), "none");
    EXPECT_EQ(operation.at("verify").at("checked"), 0);
    EXPECT_GT(operation.at("verify").at("outputs"), 0);
  }
  EXPECT_TRUE(report.at("totals").at("all").at("verified").is_null());
  for (const char* file : {"O.npy", "GA.npy", "GW.npy"}) {
    EXPECT_EQ(file_bytes(folder_ / "none/dilated_strided" / file),
              file_bytes(folder_ / "all/dilated_strided" / file));
  }
}

// One filter tap, stride 2 and padding 1 over a single value: the value lies in the other phase
// than the tap, so no output has a pass, and all are zero.
TEST_F(RunReportFiles, OfAnOperationWithoutPassesHaveNoSpeedup) {
  NamedLayer layer;
  layer.name = "untouched";
  layer.tensors.shape = conv2d_shape({1, 1, 1, 1}, {1, 1, 1, 1}, {2, 2}, {1, 1}, {1, 1}, 1);
  layer.tensors.activations = {3};
  layer.tensors.weights = {5};
  layer.tensors.output_gradients = {1, 2, 3, 4};
  write_trace(folder_ / "trace", {layer});
  std::vector<std::string> arguments =
      report_arguments(folder_ / "trace", {"dilation_zeros=removed"});
  arguments.insert(arguments.end(),
                   {"--op", "backward_data", "--outputs", (folder_ / "out").string()});
  const ProgramRun run = run_program(arguments);
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const json report = run.json();
  const json& operation = report.at("layers")[0].at("operations").at("backward_data");
  EXPECT_EQ(operation.at("steps"), 0);
  EXPECT_EQ(operation.at("dense_steps"), 0);
  EXPECT_TRUE(operation.at("speedup").is_null());
  EXPECT_TRUE(operation.at("step_speedup").is_null());
  EXPECT_TRUE(report.at("totals").at("all").at("speedup").is_null());
  EXPECT_EQ(operation.at("verified"), true);
  EXPECT_EQ(operation.at("verify").at("checked"), 1);
  EXPECT_EQ(operation.at("cycles"), operation.at("fill_cycles"));
  const NpyArray<float> output = load_float32(folder_ / "out/untouched/GA.npy");
  ASSERT_EQ(output.values.size(), 1U);
  EXPECT_EQ(output.values[0], 0.0F);
  EXPECT_FALSE(std::signbit(output.values[0]));
}

}  // namespace
}  // namespace tensordash
