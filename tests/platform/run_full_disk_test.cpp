#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/models/trace/temporary_folder.h"
#include "tests/platform/program.h"
#include "tests/platform/small_trace.h"

namespace tensordash {
namespace {

/// Files may grow to a few bytes only, as if the disk were full.
class RunFullDisk : public TemporaryFolderTest {
 protected:
  void SetUp() override {
    TemporaryFolderTest::SetUp();
    write_trace(folder_ / "trace", small_layers());
    before_ = everything_in(folder_);
  }

  void expect_nothing_left(const std::vector<std::string>& arguments, rlim_t bytes,
                           const std::string& named) {
    std::vector<std::string> all{"run", "trace", "--quiet"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const ProgramRun run = run_program(all, {folder_, bytes, {}});
    EXPECT_THAT(run.exit_code, testing::AnyOf(2, 3));
    EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
    EXPECT_THAT(run.err, testing::HasSubstr(named));
    EXPECT_EQ(everything_in(folder_), before_);
  }

  std::vector<std::string> before_;
};

TEST_F(RunFullDisk, LeavesNoHalfReport) {
  expect_nothing_left({"--json", "report.json"}, 1000, "report.json");
}

TEST_F(RunFullDisk, LeavesNoHalfOutput) {
  expect_nothing_left({"--json", "report.json", "--outputs", "out"}, 100, ".npy");
}

TEST_F(RunFullDisk, LeavesNoEarlierOutputOfTheRunThatFailed) {
  // O of c (448 bytes with its header) still fits, the larger GW does not.
  expect_nothing_left({"--outputs", "out"}, 500, "GW.npy");
}

TEST_F(RunFullDisk, LeavesNoHalfWaves) {
  expect_nothing_left({"--level", "pin", "--set", "memory=ideal", "--vcd", "waves.vcd"}, 5000,
                      "waves.vcd");
}

TEST_F(RunFullDisk, OnStandardOutputIsAFailure) {
  const ProgramRun run =
      run_program({"run", "trace", "--quiet", "--json", "-"}, {folder_, {}, "/dev/full"});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_THAT(run.err, testing::HasSubstr("standard output"));
}

}  // namespace
}  // namespace tensordash
