#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/models/trace/temporary_folder.h"
#include "tests/platform/program.h"

namespace tensordash {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;
using Arguments = std::vector<std::string>;

const fs::path epoch = fs::path(TENSORDASH_TRACES) / "shapes-cnn/epoch0";

json report_of(const Arguments& settings) {
  const ProgramRun run = run_program(report_arguments(epoch, settings, "fast"));
  EXPECT_EQ(run.exit_code, 0) << run.err;
  return run.json();
}

const json& operation_of(const json& report, std::size_t layer, const char* operation) {
  return report.at("layers").at(layer).at("operations").at(operation);
}

std::uint64_t count_of(const json& operation, const char* key) {
  return operation.at(key).get<std::uint64_t>();
}

class RunMapping : public TemporaryFolderTest {
 protected:
  std::string write(const std::string& text) {
    const fs::path file = folder_ / "mapping.yaml";
    std::ofstream(file) << text;
    return file.string();
  }
  std::string setting(const std::string& text) { return "mapping.file=" + write(text); }

  /// A run that is refused with one line, which is returned.
  std::string refusal(const Arguments& settings, const std::string& level = "fast") {
    const ProgramRun run = run_program(report_arguments(epoch, settings, level));
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_EQ(run.out, "");
    EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
    return run.err;
  }
};

TEST_F(RunMapping, BlocksMakeMorePassesAndAreVerified) {
  const json whole = report_of({});
  const std::vector<std::pair<std::string, std::string>> runs = {
      {"one_sided", "ideal"}, {"two_sided", "modelled"}, {"none", "modelled"}};
  for (const auto& [sparsity, memory] : runs) {
    SCOPED_TRACE(testing::Message() << sparsity << ", " << memory);
    const json blocked =
        report_of({"mapping.reduction_rows=5", "sparsity=" + sparsity, "memory=" + memory});
    for (std::size_t layer = 0; layer < whole.at("layers").size(); ++layer) {
      for (const auto& [name, operation] :
           blocked.at("layers").at(layer).at("operations").items()) {
        SCOPED_TRACE(name);
        const json& other = operation_of(whole, layer, name.c_str());
        EXPECT_EQ(operation.at("verified"), true);
        EXPECT_EQ(operation.at("mismatches"), 0);
        EXPECT_EQ(operation.at("verify"), other.at("verify"));
        EXPECT_EQ(operation.at("macs").at("effectual"), other.at("macs").at("effectual"));
        EXPECT_EQ(operation.at("zeros"), other.at("zeros"));
        // The dense baseline takes as many steps as without blocks: every row is one.
        EXPECT_EQ(operation.at("dense_steps"), other.at("dense_steps"));
        EXPECT_EQ(operation.at("reduction_rows"), 5);
        EXPECT_GE(count_of(operation, "passes"), count_of(other, "passes"));
        if (memory == "ideal") continue;
        const json& traffic = operation.at("memory").at("traffic");
        EXPECT_EQ(count_of(traffic, "partial_writes"),
                  count_of(operation, "passes") - count_of(other, "passes"));
        EXPECT_EQ(traffic.at("partial_reads"), traffic.at("partial_writes"));
        EXPECT_EQ(count_of(traffic, "result_writes"), count_of(other, "passes"));
      }
    }
    EXPECT_GT(count_of(blocked.at("totals").at("all"), "passes"),
              2 * count_of(whole.at("totals").at("all"), "passes"));
  }
}

TEST_F(RunMapping, BlocksAsLongAsTheReductionsChangeNothing) {
  const json whole = report_of({"memory=modelled"});
  json blocked = report_of({"memory=modelled", "mapping.reduction_rows=100000"});
  for (std::size_t layer = 0; layer < whole.at("layers").size(); ++layer) {
    for (auto& [name, operation] : blocked.at("layers").at(layer).at("operations").items()) {
      operation["reduction_rows"] = 0;
      EXPECT_EQ(operation, operation_of(whole, layer, name.c_str()));
    }
  }
}

TEST_F(RunMapping, BlocksNeedRoomForPartialSums) {
  const std::string complaint = refusal({"memory=modelled", "mapping.reduction_rows=1",
                                         "sram.bank_kb=1", "sram.banks=2", "mapping.b=wave"});
  EXPECT_THAT(complaint, HasSubstr("allowed here: at least"));
  EXPECT_THAT(complaint, HasSubstr("mapping.reduction_rows"));
}

TEST_F(RunMapping, TablesTellOfBlocks) {
  const ProgramRun run =
      run_program({"run", epoch.string(), "--layer", "c3", "--op", "backward_weights", "--set",
                   "mapping.reduction_rows=2", "--set", "memory=modelled", "--explain"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("rows a block"));
  const ProgramRun whole = run_program(
      {"run", epoch.string(), "--layer", "c3", "--op", "backward_weights", "--explain"});
  EXPECT_THAT(whole.out, testing::Not(HasSubstr("rows a block")));
}

TEST_F(RunMapping, AFileMapsSingleOperations) {
  const json report = report_of({"memory=modelled", "mapping.a=round",
                                 setting("default: {reduction_rows: 6, "
                                         "backward_weights: {reduction_rows: 2}}\n"
                                         "layers:\n"
                                         "  c2:\n"
                                         "    a: wave\n"
                                         "    forward: {reduction_rows: 0, a: whole}\n"
                                         "  c3: {backward_data: {scratchpad_a: stream}}\n")});
  const auto rows = [&](std::size_t layer, const char* operation) {
    return count_of(operation_of(report, layer, operation), "reduction_rows");
  };
  EXPECT_EQ(rows(0, "forward"), 6U);
  EXPECT_EQ(rows(0, "backward_weights"), 2U);
  EXPECT_EQ(rows(1, "forward"), 0U);
  EXPECT_EQ(rows(1, "backward_data"), 6U);
  EXPECT_EQ(rows(2, "backward_weights"), 2U);
  const auto side_a = [&](std::size_t layer, const char* operation) {
    return operation_of(report, layer, operation).at("memory").at("mapping").at("a");
  };
  EXPECT_EQ(side_a(0, "forward").at("residency"), "round");
  EXPECT_EQ(side_a(1, "forward").at("residency"), "whole");
  EXPECT_EQ(side_a(1, "backward_data").at("residency"), "wave");
  EXPECT_EQ(side_a(2, "backward_data").at("scratchpad"), "stream");
  // Each as if its keys had been set for all.
  const json alone = report_of({"memory=modelled", "mapping.a=wave", "mapping.reduction_rows=6"});
  EXPECT_EQ(operation_of(report, 1, "backward_data").at("cycles"),
            operation_of(alone, 1, "backward_data").at("cycles"));
}

TEST_F(RunMapping, AFileMeansTheSameAtPinLevel) {
  const std::string file =
      setting("layers: {c3: {reduction_rows: 4, forward: {reduction_rows: 7}}}");
  const auto run = [&](const std::string& level) {
    Arguments arguments = report_arguments(epoch, {file, "tiles=4", "memory=ideal"}, level);
    arguments.insert(arguments.end(), {"--layer", "c3", "--layer", "c1"});
    return run_program(arguments).json();
  };
  const json pin = run("pin");
  const json fast = run("fast");
  for (std::size_t layer = 0; layer < 2; ++layer) {
    for (const auto& [name, operation] : fast.at("layers").at(layer).at("operations").items()) {
      SCOPED_TRACE(name);
      const json& other = operation_of(pin, layer, name.c_str());
      for (const char* key : {"steps", "dense_steps", "cycles", "passes", "reduction_rows",
                              "ledger", "macs", "zeros", "mismatches", "verified"}) {
        EXPECT_EQ(operation.at(key), other.at(key)) << key;
      }
      EXPECT_EQ(other.at("dense_mismatches"), 0);
    }
  }
  EXPECT_EQ(count_of(operation_of(pin, 1, "forward"), "reduction_rows"), 7U);
}

TEST_F(RunMapping, AFileStandsBesideTheConfiguration) {
  write("default: {reduction_rows: 3}\n");
  const fs::path config = folder_ / "config.yaml";
  std::ofstream(config) << "mapping: {file: mapping.yaml}\n";
  Arguments arguments = report_arguments(epoch, {}, "fast");
  arguments.insert(arguments.end(), {"--config", config.string()});
  const json report = run_program(arguments).json();
  EXPECT_EQ(count_of(operation_of(report, 0, "forward"), "reduction_rows"), 3U);
}

TEST_F(RunMapping, AnEmptyFileChangesNothing) {
  EXPECT_EQ(report_of({setting("")}).at("totals"), report_of({}).at("totals"));
}

TEST_F(RunMapping, BadFilesAreRefused) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> bad = {
      {"layers: {c9: {b: window}}", {"no layer 'c9'", "allowed: c1, c2, c3"}},
      {"layers: {c1: {c: window}}",
       {"layer c1: unknown word 'c'",
        "allowed: b, a, scratchpad_b, scratchpad_a, reduction_rows, "
        "forward, backward_data, backward_weights"}},
      {"layers: {c1: {b: whole}}", {"layer c1: mapping.b is 'whole'", "auto, window, wave"}},
      {"layers: {c1: {forward: {reduction_rows: -1}}}", {"layer c1, forward: ", "0 to 2147483647"}},
      {"layers: {c1: {forward: {forward: {}}}}", {"layer c1, forward: unknown word 'forward'"}},
      {"layers: {c1: {forward: 5}}", {"layer c1, forward must hold words and values"}},
      {"layers: {c1: {b: [window]}}", {"layer c1: mapping.b is ''"}},
      {"layers: {c1: {file: other}}", {"unknown word 'file'"}},
      {"layers: 4", {"layers must hold words and values"}},
      {"layer: {}", {"unknown word 'layer'", "allowed: default, layers"}},
      {"default: {b: window, b: wave}", {"default: b twice"}},
      {"default: {forward: {b: window, b: wave}}", {"default, forward: b twice"}},
      {"layers: {c1: {}, c1: {}}", {"layer c1 is given twice"}},
      {"default: {}\ndefault: {}", {"default is given twice"}},
      {"[1, 2]", {"the file must hold words and values"}},
      {"default: {b: window", {"line "}},
  };
  for (const auto& [text, named] : bad) {
    SCOPED_TRACE(text);
    const std::string complaint = refusal({setting(text)});
    EXPECT_THAT(complaint, HasSubstr("mapping file " + folder_.string()));
    for (const std::string& word : named) EXPECT_THAT(complaint, HasSubstr(word));
  }
  EXPECT_THAT(refusal({"mapping.file=" + (folder_ / "none.yaml").string()}),
              HasSubstr("cannot be read"));
}

TEST_F(RunMapping, AFileOfANetworkGoesForSomeOfItsLayers) {
  const std::string file = setting("layers: {c1: {forward: {reduction_rows: 2}}}");
  for (const char* level : {"fast", "pin"}) {
    SCOPED_TRACE(level);
    // Exact sums are in nobody's way either where nothing is blocked.
    const ProgramRun run = run_program({"run", epoch, "--layer", "f2", "--op", "forward", "--level",
                                        level, "--set", file, "--set", "accumulate=exact"});
    EXPECT_EQ(run.exit_code, 0) << run.err;
  }
}

TEST_F(RunMapping, MisfitsAreRefusedAtBothLevelsAlikeAndLeaveNothing) {
  const fs::path report = folder_ / "r.json";
  std::string words;
  for (const char* level : {"fast", "pin"}) {
    SCOPED_TRACE(level);
    const ProgramRun run =
        run_program({"run", epoch, "--layer", "f1", "--op", "forward", "--level", level, "--set",
                     "mapping.scratchpad_a=hold", "--set", "tiles=1", "--json", report.string()});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err, HasSubstr("layer f1, forward: mapping.scratchpad_a is hold"));
    if (!words.empty()) {
      EXPECT_EQ(run.err, words);
    }
    words = run.err;
    EXPECT_TRUE(fs::is_empty(folder_));
  }
}

TEST_F(RunMapping, BlocksAreRefusedWhereTheyCannotBe) {
  EXPECT_THAT(refusal({"mapping.reduction_rows=7", "accumulate=exact"}),
              HasSubstr("mapping.reduction_rows is 7; allowed with accumulate exact: 0"));
  EXPECT_THAT(
      refusal({setting("layers: {c3: {forward: {reduction_rows: 9}}}"), "accumulate=exact"}),
      HasSubstr("mapping.reduction_rows is 9; allowed with accumulate exact: 0"));
  EXPECT_THAT(refusal({"mapping.reduction_rows=7", "accumulate=exact", "memory=ideal"}, "pin"),
              HasSubstr("mapping.reduction_rows is 7; allowed with accumulate exact: 0"));
  EXPECT_THAT(refusal({"mapping.reduction_rows=x"}), HasSubstr("0 to 2147483647"));
  // A file that asks for no blocks stands in nobody's way.
  const Arguments settings = {setting("default: {reduction_rows: 00}"), "accumulate=exact"};
  EXPECT_EQ(run_program(report_arguments(epoch, settings, "fast")).exit_code, 0);
}

}  // namespace
}  // namespace tensordash
