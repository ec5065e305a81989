#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "tests/models/trace/temporary_folder.h"
#include "tests/platform/program.h"
#include "tests/platform/trace_files.h"

namespace tensordash::testing {

/// Runs of `tensordash soc` beside `tensordash run`, in a folder of their own.
class SocProgramTest : public TemporaryFolderTest {
 protected:
  using Words = std::vector<std::string>;

  static Words with(Words words, const Words& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  static std::string trace(const std::string& name) {
    return std::string(TENSORDASH_TRACES) + "/" + name;
  }

  ProgramRun run(const Words& words) const { return run_program(words, {folder_, {}, {}}); }

  /// The report of `tensordash soc WORDS`, which is expected to be right.
  nlohmann::json report(const Words& words) const {
    const ProgramRun ran = run(with(with({"soc"}, words), {"--quiet", "--json", "-"}));
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    return ran.exit_code == 0 ? ran.json() : nlohmann::json();
  }

  /// Every file below a folder, by name.
  std::map<std::string, std::string> contents(const std::string& name) const {
    std::map<std::string, std::string> files;
    for (const auto& item : std::filesystem::recursive_directory_iterator(folder_ / name)) {
      if (!item.is_regular_file()) continue;
      files[item.path().lexically_relative(folder_ / name).string()] = read_file(item.path());
    }
    return files;
  }
};

}  // namespace tensordash::testing
