// Faults from the command line: one line, status 3, and nothing that looks like a result.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/models/trace/temporary_folder.h"
#include "tests/platform/program.h"
#include "tests/platform/small_trace.h"

namespace tensordash {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

class RunFault : public TemporaryFolderTest {
 protected:
  void SetUp() override {
    TemporaryFolderTest::SetUp();
    write_trace(folder_ / "trace", small_layers());
  }

  ProgramRun run(std::vector<std::string> words) {
    words.insert(words.begin(), {"run", (folder_ / "trace").string(), "--set", "memory=modelled"});
    return run_program(words);
  }

  void expect_fault(const ProgramRun& run, const std::string& line) {
    EXPECT_EQ(run.exit_code, 3);
    EXPECT_EQ(run.out, "");
    EXPECT_THAT(run.err, StartsWith("tensordash: " + line));
    EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1);
  }

  void expect_refused(const ProgramRun& run, const std::string& words) {
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_EQ(run.out, "");
    EXPECT_THAT(run.err, HasSubstr(words));
    EXPECT_THAT(run.err, HasSubstr("--fault"));
    EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1);
  }
};

TEST_F(RunFault, EndsWithOneLineAndWithoutFiles) {
  const fs::path json = folder_ / "r.json";
  const fs::path out = folder_ / "out";
  // The last operation of the first layer: others have ended before.
  for (const char* verify : {"all", "none", "sample:1"}) {
    SCOPED_TRACE(verify);
    expect_fault(run({"--verify", verify, "--fault", "flip:c:backward_weights:gradients:0",
                      "--json", json.string()}),
                 "layer c, backward_weights: gradients, group 0, address 0x");
    expect_fault(run({"--verify", verify, "--fault", "error:f:forward:outputs:0", "--outputs",
                      out.string(), "--json", json.string()}),
                 "layer f, forward: outputs, group 0, address 0x");
    EXPECT_FALSE(fs::exists(json));
    EXPECT_FALSE(fs::exists(json.string() + ".journal"));
    EXPECT_FALSE(fs::exists(out));
  }
  const ProgramRun whole = run({"--json", json.string(), "--outputs", out.string(), "--quiet"});
  EXPECT_EQ(whole.exit_code, 0) << whole.err;
}

TEST_F(RunFault, LeavesAnEarlierReportAsItWas) {
  const fs::path json = folder_ / "r.json";
  std::ofstream(json) << "earlier";
  expect_fault(run({"--fault", "error:c:forward:weights:directory+1", "--json", json.string()}),
               "layer c, forward: weights, directory of groups 0 to 8, address 0x");
  EXPECT_EQ(file_bytes(json), "earlier");
}

TEST_F(RunFault, TheFirstOfSeveralEndsTheRun) {
  expect_fault(run({"--fault", "flip:f:forward:weights:0", "--fault", "flip:c:forward:weights:0"}),
               "layer c, forward: weights, group 0");
}

TEST_F(RunFault, IsRefusedWhereTheRunHasNoSuchThing) {
  expect_refused(
      run({"--fault", "flip:c:forward:weights:0", "--fault", "flip:c:forward:weights:0"}),
      "twice; allowed: once");
  expect_refused(run({"--fault", "flip:z:forward:weights:0"}), "allowed: c, f");
  expect_refused(run({"--fault", "flip:c:forward:weights:0", "--layer", "f"}), "allowed: f");
  expect_refused(run({"--fault", "flip:c:backward_data:weights:0", "--op", "forward"}),
                 "no backward_data of layer c; allowed: forward");
  expect_refused(run({"--fault", "flip:c:forward:weights:9216"}), "data+0 to data+9215");
  expect_refused(run({"--fault", "flip:c:forward:weights:4608", "--set", "dtype=bf16"}),
                 "data+0 to data+4607");
  expect_refused(run({"--fault", "error:c:forward:outputs:9216", "--set", "dtype=bf16"}),
                 "data+0 to data+4095 (4 groups of 1024 bytes)");
  expect_refused(run({"--fault", "flip:c:forward:weights:directory+18"}),
                 "directory+0 to directory+17");
  expect_refused(
      run({"--fault", "flip:c:forward:weights:directory+1", "--set", "zero_compression=off"}),
      "without a directory");
  expect_refused(run({"--fault", "error:c:forward:outputs:directory+1"}), "without a directory");
  expect_refused(run({"--fault", "flip:c:forward:activations:1000"}), "nothing looks at this byte");
  expect_refused(run({"--fault", "flip:c:forward:weights:0", "--set", "memory=ideal"}),
                 "allowed: --set memory=modelled");
  expect_refused(run({"--fault", "flip:c:forward:weights:0", "--json",
                      (folder_ / "r.json").string(), "--resume"}),
                 "--resume");
  expect_refused(run({"--fault", "flip"}), "allowed: KIND:LAYER");
}

/// The hardware meets what the fast level says it will, in the same words.
TEST_F(RunFault, EndsBothLevelsWithTheSameLine) {
  for (const char* fault :
       {"error:c:forward:weights:0", "error:c:forward:weights:directory+1",
        "error:c:forward:outputs:64", "error:c:backward_weights:activations:0",
        "flip:c:forward:activations:4.3", "flip:c:forward:activations:0",
        "flip:c:forward:weights:70.7", "flip:c:forward:weights:directory+1.2"}) {
    SCOPED_TRACE(fault);
    const ProgramRun fast = run({"--layer", "c", "--fault", fault});
    const ProgramRun pin = run({"--layer", "c", "--fault", fault, "--level", "pin"});
    expect_fault(pin, "layer c, ");
    EXPECT_EQ(pin.err, fast.err);
  }
}

TEST_F(RunFault, OfUnreadBytesIsRefusedAtBothLevels) {
  const std::vector<std::string> words = {
      "--layer", "c", "--fault", "flip:c:forward:activations:1000", "--op", "forward"};
  const ProgramRun fast = run(words);
  std::vector<std::string> at_pins = words;
  at_pins.insert(at_pins.end(), {"--level", "pin"});
  const ProgramRun pin = run(at_pins);
  expect_refused(pin, "nothing looks at this byte");
  EXPECT_EQ(pin.err, fast.err);
}

}  // namespace
}  // namespace tensordash
