#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/models/trace/temporary_folder.h"
#include "tests/platform/program.h"
#include "tests/platform/small_trace.h"

namespace tensordash {
namespace {

namespace fs = std::filesystem;

class Study : public TemporaryFolderTest {
 protected:
  /// The lines of the CSV file that a study wrote, cut at commas outside quotes.
  std::vector<std::vector<std::string>> csv_of(std::vector<std::string> arguments) {
    const fs::path file = folder_ / "study.csv";
    arguments.insert(arguments.begin(), "study");
    arguments.insert(arguments.end(), {"--csv", file.string()});
    const ProgramRun run = run_program(arguments);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    std::ifstream in(file);
    std::vector<std::vector<std::string>> lines;
    for (std::string line; std::getline(in, line);) {
      lines.emplace_back(1);
      bool quoted = false;
      for (const char c : line) {
        if (c == '"') {
          quoted = !quoted;
        } else if (c == ',' && !quoted) {
          lines.back().emplace_back();
        } else {
          lines.back().back() += c;
        }
      }
    }
    return lines;
  }

  static nlohmann::json totals(const std::vector<std::string>& settings) {
    std::vector<std::string> arguments = report_arguments(epoch(), settings, "fast");
    arguments.insert(arguments.end(), {"--layer", "c4"});
    return run_program(arguments).json().at("totals").at("all");
  }

  static fs::path epoch() { return fs::path(TENSORDASH_TRACES) / "shapes-cnn/epoch0"; }
};

TEST_F(Study, MemoryRunsEveryConfigurationAsARunWould) {
  const auto lines = csv_of({"memory", epoch().string(), "--layer", "c4"});
  ASSERT_EQ(lines.size(), 13U);
  for (std::size_t line = 1; line < lines.size(); ++line) {
    SCOPED_TRACE(lines[line][0]);
    std::vector<std::string> settings;
    std::istringstream words(lines[line][1]);
    for (std::string word; words >> word;) settings.push_back(word);
    const nlohmann::json all = totals(settings);
    EXPECT_EQ(std::stoull(lines[line][2]), all.at("cycles").get<std::uint64_t>());
    EXPECT_EQ(std::stoull(lines[line][3]), all.at("dense_cycles").get<std::uint64_t>());
    EXPECT_EQ(std::stoull(lines[line][4]),
              all.at("steps").get<std::uint64_t>() + all.at("fill_cycles").get<std::uint64_t>());
  }
}

TEST_F(Study, MemoryNamesConfigurationsThatCannotBe) {
  // Rows of 256 bytes: two in a bank of 512 bytes, six in a scratchpad, of which nine are needed.
  const ProgramRun run =
      run_program({"study", "memory", (fs::path(TENSORDASH_TRACES) / "edge-cases").string(),
                   "--layer", "linear_odd", "--set", "pe.lanes=64", "--set", "staging.depth=8"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, testing::HasSubstr("scratchpad banks of 512 bytes: scratchpad.banks and"));
  EXPECT_THAT(run.out, testing::ContainsRegex("scratchpad banks of 512 bytes +cannot be +- "));
  EXPECT_THAT(run.out, testing::ContainsRegex("no zero compression +[a-z]+ "));
}

TEST_F(Study, FootprintCountsTheTensors) {
  const auto layers = small_layers();
  write_trace(folder_ / "trace", layers);
  const auto lines = csv_of({"footprint", (folder_ / "trace").string()});
  ASSERT_EQ(lines.size(), 7U);
  EXPECT_EQ(lines[1][1], "activations");
  const auto& activations = layers[0].tensors.activations;
  EXPECT_EQ(std::stoull(lines[1][2]), activations.size());
  const auto zeros =
      static_cast<std::uint64_t>(std::count(activations.begin(), activations.end(), 0.0F));
  EXPECT_EQ(std::stoull(lines[1][3]), zeros);
  // Four lines of one group each, of 16 rows of 64 bytes.
  EXPECT_EQ(std::stoull(lines[1][4]), 4U * 1024);
  EXPECT_EQ(std::stoull(lines[1][10]), 4U * 16);
  // A mask for 32 values, and the values; each group in whole accesses of 32 bytes, and pointers.
  EXPECT_LE(4 * (activations.size() - zeros) + 4 * 32, std::stoull(lines[1][5]));
  EXPECT_GE(4 * (activations.size() - zeros) + 4 * 32 + 4 * 32 + 32, std::stoull(lines[1][5]));
}

TEST_F(Study, FootprintTakesTheTensorsOfAnOperation) {
  write_trace(folder_ / "trace", small_layers());
  const std::string trace = (folder_ / "trace").string();
  const auto tensors = [&](const std::vector<std::string>& operations) {
    std::vector<std::string> words{"footprint", trace, "--layer", "f"};
    for (const std::string& operation : operations) {
      words.insert(words.end(), {"--op", operation});
    }
    std::string names;
    for (const auto& line : csv_of(words)) names += line[1] + " ";
    return names;
  };
  EXPECT_EQ(tensors({}), "tensor activations weights gradients ");
  EXPECT_EQ(tensors({"forward"}), "tensor activations weights ");
  EXPECT_EQ(tensors({"backward_data"}), "tensor weights gradients ");
  EXPECT_EQ(tensors({"backward_weights"}), "tensor activations gradients ");
  EXPECT_EQ(tensors({"forward", "backward_data"}), "tensor activations weights gradients ");
}

/// The table then steps aside, as it does for JSON.
TEST_F(Study, FiguresGoToStandardOutput) {
  write_trace(folder_ / "trace", small_layers());
  const std::string trace = (folder_ / "trace").string();
  for (const char* name : {"footprint", "memory"}) {
    const ProgramRun shown = run_program({"study", name, trace, "--layer", "f", "--csv", "-"});
    EXPECT_EQ(shown.exit_code, 0) << shown.err;
    const ProgramRun filed = run_program(
        {"study", name, trace, "--layer", "f", "--csv", (folder_ / "figures.csv").string()});
    EXPECT_EQ(shown.out, file_bytes(folder_ / "figures.csv"));
    EXPECT_EQ(shown.err, filed.out);
    EXPECT_THAT(shown.err, testing::StartsWith(trace));
  }
}

TEST_F(Study, RefusesWhatItDoesNotKnow) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"study", "cache"},
        std::vector<std::string>{"study", "memory", "nonet"},
        std::vector<std::string>{"study", "footprint", epoch().string(), "--layer", "c9"},
        std::vector<std::string>{"study", "memory", epoch().string(), "--batch", "2"},
        std::vector<std::string>{"study", "footprint", epoch().string(), "--csv", "no/such/f.csv"},
        std::vector<std::string>{"study", "memory", "--op", "sideways"}}) {
    const ProgramRun run = run_program(words);
    EXPECT_EQ(run.exit_code, 2) << words[1];
    EXPECT_THAT(run.err,
                testing::AnyOf(testing::HasSubstr("allowed"), testing::HasSubstr("is a trace")));
    EXPECT_EQ(run.out, "");
  }
}

}  // namespace
}  // namespace tensordash
