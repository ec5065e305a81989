#include <gtest/gtest.h>

#include <cctype>

#include "tests/models/trace/temporary_folder.h"
#include "tests/platform/program.h"
#include "tests/platform/trace_files.h"

namespace tensordash {
namespace {

namespace fs = std::filesystem;

/// Exact accumulation: no schedule, tile shape or side can change a bit of the outputs.
class RunFreedom : public TemporaryFolderTest,
                   public testing::WithParamInterface<std::vector<std::string>> {
 protected:
  /// Path of the folder with the outputs of a run.
  fs::path run(const std::string& name, const std::vector<std::string>& settings,
               const std::string& level = "pin") {
    const fs::path outputs = folder_ / name;
    std::vector<std::string> arguments =
        report_arguments(fs::path(TENSORDASH_TRACES) / "shapes-cnn/epoch0", settings, level);
    arguments.insert(arguments.end(), {"--set", "accumulate=exact", "--outputs", outputs});
    // Every kind of layer; the largest, c2, has the same shape as c3 but for its size.
    for (const char* layer : {"c1", "c3", "c4", "f1", "f2"}) {
      arguments.insert(arguments.end(), {"--layer", layer});
    }
    const ProgramRun run = run_program(arguments);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    return outputs;
  }
};

TEST_P(RunFreedom, LeavesTheOutputFilesByteForByte) {
  const fs::path expected = run("expected", {});
  const std::vector<std::string> names = everything_in(expected);
  ASSERT_EQ(names.size(), 5U * (1 + 3));  // a folder and three tensors a layer
  for (const std::string level : {"pin", "fast"}) {
    SCOPED_TRACE(level);
    const fs::path found = run(level, GetParam(), level);
    ASSERT_EQ(everything_in(found), names);
    for (const std::string& name : names) {
      if (fs::is_directory(expected / name)) continue;
      EXPECT_TRUE(file_bytes(found / name) == file_bytes(expected / name)) << name;
    }
  }
}

using Settings = std::vector<std::string>;
const Settings machines[] = {{"tile.rows=1", "tile.columns=1"},
                             {"tile.rows=1", "tile.columns=1", "staging.depth=2"},
                             {"staging.depth=2"},
                             {"tile.rows=16", "tiles=4"},
                             {"tile.rows=16", "tiles=4", "staging.depth=2"},
                             {"sparsity=none"},
                             {"sparsity=two_sided"},
                             {"sync=elastic"},
                             {"connectivity=dnnsim"},
                             {"pe.lanes=8"},
                             {"dilation_zeros=removed"}};

std::string name_of_machine(const testing::TestParamInfo<Settings>& machine) {
  std::string name;
  for (const std::string& setting : machine.param) {
    for (const char c : setting) {
      if (std::isalnum(static_cast<unsigned char>(c)) != 0) name += c;
    }
    name += '_';
  }
  name.pop_back();
  return name;
}

INSTANTIATE_TEST_SUITE_P(Machines, RunFreedom, testing::ValuesIn(machines), name_of_machine);

}  // namespace
}  // namespace tensordash
