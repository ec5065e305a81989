#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <thread>

#include "tests/models/trace/temporary_folder.h"
#include "tests/platform/program.h"
#include "tests/platform/trace_files.h"

namespace tensordash {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

/// A small operation, and one that takes the pin level long enough to be interrupted.
std::vector<NamedLayer> layers() {
  NamedLayer small{"small", {}};
  small.tensors.shape = linear_shape({1, 16}, {4, 16});
  NamedLayer large{"large", {}};
  large.tensors.shape = linear_shape({64, 1024}, {256, 1024});
  std::vector<NamedLayer> both{small, large};
  for (NamedLayer& layer : both) {
    const LayerShape& shape = layer.tensors.shape;
    layer.tensors.activations.assign(static_cast<std::size_t>(shape.activation_count()), 1.0F);
    layer.tensors.weights.assign(static_cast<std::size_t>(shape.weight_count()), 2.0F);
  }
  return both;
}

class RunInterrupt : public TemporaryFolderTest {
 protected:
  void SetUp() override {
    TemporaryFolderTest::SetUp();
    write_trace(folder_ / "trace", layers());
    before_ = everything_in(folder_);
  }

  /// Waits for `ready`, a minute at most.
  static void wait_until(const std::function<bool()>& ready) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!ready() && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  /// Runs with `arguments` and sends `signal` once `ready` is true.
  ProgramRun interrupted(const std::vector<std::string>& arguments, int signal,
                         const std::function<bool()>& ready) {
    std::vector<std::string> all{"run",   "trace",   "--level", "pin",
                                 "--set", "tiles=1", "--set",   "memory=ideal"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return run_program(all, {folder_, {}, {}, [&](pid_t program) {
                               wait_until(ready);
                               ::kill(program, signal);
                             }});
  }

  bool has_lines(const fs::path& file, std::ptrdiff_t count) const {
    const std::string bytes = read_file(folder_ / file);
    return std::count(bytes.begin(), bytes.end(), '\n') >= count;
  }

  std::vector<std::string> new_files() const {
    std::vector<std::string> added;
    for (const std::string& path : everything_in(folder_)) {
      if (std::find(before_.begin(), before_.end(), path) == before_.end()) added.push_back(path);
    }
    return added;
  }

  std::vector<std::string> before_;
};

TEST_F(RunInterrupt, LeavesTheJournalAndNothingElse) {
  const ProgramRun run = interrupted({"--json", "report.json"}, SIGINT,
                                     [&] { return has_lines("report.json.journal", 2); });
  EXPECT_EQ(run.exit_code, 130) << run.err;
  EXPECT_EQ(run.out, "");
  EXPECT_THAT(run.err, HasSubstr("tensordash: interrupted after 1 of 2 operations"));
  EXPECT_THAT(run.err, HasSubstr("--resume"));
  EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
  EXPECT_THAT(new_files(), ElementsAre("report.json.journal"));
}

TEST_F(RunInterrupt, WithOutputsAndWavesLeavesNothing) {
  const ProgramRun run =
      interrupted({"--json", "report.json", "--outputs", "out", "--vcd", "waves.vcd"}, SIGTERM,
                  [&] { return fs::exists(folder_ / "out/small/O.npy.partial"); });
  EXPECT_EQ(run.exit_code, 143) << run.err;
  EXPECT_THAT(run.err, HasSubstr("nothing was written"));
  EXPECT_THAT(new_files(), testing::IsEmpty());
}

// The clock that the report gives for each operation goes on as well.
TEST_F(RunInterrupt, ResumesToTheVerySameReport) {
  const std::vector<std::string> words{"run",     "trace",   "--level",   "pin",
                                       "--set",   "tiles=1", "--set",     "memory=ideal",
                                       "--quiet", "--json",  "whole.json"};
  ASSERT_EQ(run_program(words, {folder_, {}, {}}).exit_code, 0);
  ASSERT_EQ(interrupted({"--quiet", "--json", "report.json"}, SIGKILL,
                        [&] { return has_lines("report.json.journal", 2); })
                .exit_code,
            -SIGKILL);
  ASSERT_TRUE(fs::exists(folder_ / "report.json.journal"));
  std::vector<std::string> again = words;
  again.back() = "report.json";
  again.emplace_back("--resume");
  const ProgramRun resumed = run_program(again, {folder_, {}, {}});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_EQ(read_file(folder_ / "report.json"), read_file(folder_ / "whole.json"));
  EXPECT_THAT(new_files(), ElementsAre("report.json", "whole.json"));
}

/// All cores at work on whole layers: the signal comes through them.
TEST_F(RunInterrupt, AtFastLevelResumesToTheVerySameReport) {
  const std::vector<std::string> words{"run",      "squeezenet1_1", "--batch", "1",
                                       "--verify", "sample:20",     "--quiet", "--json"};
  const auto with = [&](const std::vector<std::string>& more) {
    std::vector<std::string> all = words;
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  ASSERT_EQ(run_program(with({"whole.json"}), {folder_, {}, {}}).exit_code, 0);
  const ProgramRun stopped = run_program(
      with({"report.json"}), {folder_, {}, {}, [&](pid_t program) {
                                while (!has_lines("report.json.journal", 3)) {
                                  std::this_thread::sleep_for(std::chrono::milliseconds(1));
                                }
                                ::kill(program, SIGINT);
                              }});
  ASSERT_EQ(stopped.exit_code, 130) << stopped.err;
  EXPECT_THAT(new_files(), ElementsAre("report.json.journal", "whole.json"));
  const ProgramRun resumed = run_program(with({"report.json", "--resume"}), {folder_, {}, {}});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_EQ(read_file(folder_ / "report.json"), read_file(folder_ / "whole.json"));
}

TEST_F(RunInterrupt, OfGenerateLeavesNothing) {
  const ProgramRun run = run_program({"generate", "squeezenet1_1", "made", "--batch", "16"},
                                     {folder_, {}, {}, [&](pid_t program) {
                                        while (!fs::exists(folder_ / "made/conv1")) {
                                          std::this_thread::sleep_for(std::chrono::milliseconds(1));
                                        }
                                        ::kill(program, SIGINT);
                                      }});
  EXPECT_EQ(run.exit_code, 130) << run.err;
  EXPECT_THAT(run.err, HasSubstr("interrupted"));
  EXPECT_THAT(new_files(), testing::IsEmpty());
}

}  // namespace
}  // namespace tensordash
