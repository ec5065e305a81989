#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "tests/models/trace/temporary_folder.h"
#include "tests/platform/program.h"

namespace tensordash {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

using Words = std::vector<std::string>;

class DramProgram : public TemporaryFolderTest {
 protected:
  /// Runs `tensordash dram` on one channel of one rank, in the test's folder.
  ProgramRun run(const Words& words, const ProgramSettings& settings = {}) const {
    Words all{"dram", "--set", "dram.channels=1", "--set", "dram.ranks=1"};
    all.insert(all.end(), words.begin(), words.end());
    ProgramSettings here = settings;
    here.folder = folder_;
    return run_program(all, here);
  }

  void expect_refused(const Words& words, const Words& named, int exit_code = 2,
                      const ProgramSettings& settings = {}) const {
    const std::vector<std::string> before = listing();
    const ProgramRun refused = run(words, settings);
    EXPECT_EQ(refused.exit_code, exit_code) << refused.err;
    EXPECT_EQ(refused.out, "");
    EXPECT_EQ(std::count(refused.err.begin(), refused.err.end(), '\n'), 1) << refused.err;
    EXPECT_THAT(refused.err, testing::StartsWith("tensordash: "));
    for (const std::string& each : named) EXPECT_THAT(refused.err, HasSubstr(each));
    EXPECT_EQ(listing(), before);
  }
};

TEST_F(DramProgram, PrintsATable) {
  const ProgramRun table = run({"--pattern", "seq_read", "--requests", "2000"});
  EXPECT_EQ(table.exit_code, 0) << table.err;
  EXPECT_EQ(table.err, "");
  EXPECT_THAT(table.out, HasSubstr("2,000 requests of 64 B, pattern seq_read, 128 bursts"));
  EXPECT_THAT(table.out, HasSubstr("1 channel of 16 bits, 1 rank of 1 x16 device, 8 banks"));
  EXPECT_THAT(table.out, HasSubstr("GB/s of 6.400"));
  EXPECT_THAT(table.out, HasSubstr(" commands, 0 violations\n"));
  EXPECT_THAT(table.out, Not(HasSubstr("tFAW")));
}

TEST_F(DramProgram, ExplainsTheTimingRules) {
  const ProgramRun table = run({"--pattern", "rand_read", "--requests", "2000", "--explain"});
  EXPECT_EQ(table.exit_code, 0) << table.err;
  EXPECT_THAT(table.out, HasSubstr("tFAW"));
  EXPECT_THAT(table.out, HasSubstr("V*(I4R-I3N)*BL/2"));
}

TEST_F(DramProgram, ReportsAsJson) {
  const ProgramRun shown = run({"--pattern", "idle", "--requests", "30", "--json", "-"});
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  EXPECT_THAT(shown.err, HasSubstr("idle latency of a read of 32 B"));
  const nlohmann::json report = shown.json();
  EXPECT_EQ(report["workload"]["bytes_per_request"], 32);
  EXPECT_EQ(report["idle"],
            (nlohmann::json{{"hit_tck", 42}, {"closed_tck", 71}, {"conflict_tck", 98}}));
  EXPECT_EQ(report["organisation"]["channels"], 1);
  EXPECT_EQ(report["keys"]["dram.channels"], 1);
  const ProgramRun written =
      run({"--pattern", "idle", "--requests", "30", "--quiet", "--json", "report.json"});
  EXPECT_EQ(written.exit_code, 0) << written.err;
  EXPECT_EQ(written.out + written.err, "");
  EXPECT_EQ(read_file(folder_ / "report.json"), shown.out);
}

TEST_F(DramProgram, TakesTheBytesOfARequestAsSaid) {
  const auto bytes = [this](Words words) {
    words.insert(words.end(), {"--requests", "3", "--quiet", "--json", "-"});
    return run(words).json()["workload"]["bytes_per_request"].get<int>();
  };
  EXPECT_EQ(bytes({"--pattern", "idle"}), 32);
  EXPECT_EQ(bytes({"--pattern", "idle", "--bytes", "64"}), 64);
  EXPECT_EQ(bytes({"--pattern", "seq_read"}), 64);
  EXPECT_EQ(bytes({"--pattern", "seq_read", "--bytes", "4096"}), 4096);
}

TEST_F(DramProgram, WritesTheCommandBus) {
  write_file("requests.txt", "R 0x0 1000\nR 0x4000 2000 # another row\nW 0x4020 3000\n");
  const ProgramRun traced = run({"--trace", "requests.txt", "--bytes", "32", "--set",
                                 "dram.refresh=none", "--quiet", "--commands", "bus.csv"});
  EXPECT_EQ(traced.exit_code, 0) << traced.err;
  EXPECT_EQ(traced.out + traced.err, "");
  EXPECT_EQ(read_file(folder_ / "bus.csv"),
            "clock,command,rank,bank,row,column\n"
            "1000,ACT,0,0,0,-\n"
            "1029,RD,0,0,-,0\n"
            "2000,PRE,0,0,-,-\n"
            "2027,ACT,0,0,1,-\n"
            "2056,RD,0,0,-,0\n"
            "3000,WR,0,0,-,16\n");
  EXPECT_THAT(listing(), UnorderedElementsAre("requests.txt", "bus.csv"));
}

TEST_F(DramProgram, DumpsWaves) {
  const ProgramRun waves =
      run({"--pattern", "seq_read", "--requests", "20", "--quiet", "--vcd", "waves.vcd"});
  EXPECT_EQ(waves.exit_code, 0) << waves.err;
  EXPECT_THAT(listing(), ElementsAre("waves.vcd"));
  EXPECT_THAT(read_file(folder_ / "waves.vcd"), HasSubstr("$enddefinitions"));
}

TEST_F(DramProgram, ReadsConfigurationFilesUnderSettings) {
  write_file("memory.yaml", "dram: {page_policy: closed, queue: 32, write_high: 16}\n");
  const nlohmann::json report =
      run({"--pattern", "seq_read", "--requests", "3", "--quiet", "--json", "-", "--config",
           "memory.yaml", "--set", "dram.queue=64"})
          .json();
  EXPECT_EQ(report["keys"]["dram.page_policy"], "closed");
  EXPECT_EQ(report["keys"]["dram.queue"], 64);
  EXPECT_EQ(report["keys"]["dram.write_high"], 16);
}

TEST_F(DramProgram, ListsPatternsAndKeysInItsHelp) {
  const ProgramRun help = run_program({"dram", "--help"});
  EXPECT_EQ(help.exit_code, 0);
  for (const char* const word :
       {"idle", "seq_read", "seq_write", "stride_16k", "row4", "rand_read", "rand_write",
        "rand_mix", "mix21", "dram.mapping", "dram.in_flight", "64, idle 32", "Exit status"}) {
    EXPECT_THAT(help.out, HasSubstr(word));
  }
}

TEST_F(DramProgram, RefusesWhatItCannotRun) {
  expect_refused({}, {"--pattern", "--trace"});
  expect_refused({"--pattern", "seq"}, {"'seq'", "allowed: idle, seq_read", "mix21"});
  expect_refused({"--pattern", ""}, {"--pattern"});
  expect_refused({"--pattern", "idle", "--trace", "x"}, {"--trace", "--pattern"});
  expect_refused({"--pattern", "idle", "--requests", "0"}, {"--requests", "1"});
  expect_refused({"--pattern", "idle", "--bytes", "0"}, {"--bytes", "1 to 4096"});
  expect_refused({"--pattern", "idle", "--bytes", "4097"}, {"--bytes", "1 to 4096"});
  expect_refused({"--pattern", "idle", "--transport", "xt"}, {"--transport", "lt"});
  expect_refused({"--pattern", "idle", "--channel", "1"}, {"channel 1", "0 to 0"});
  expect_refused({"--pattern", "idle", "--set", "dram.row=4"}, {"dram.row", "dram.ranks"});
  expect_refused({"--pattern", "idle", "--set", "dram.width=24"}, {"dram.width is 24", "16"});
  expect_refused({"--pattern", "idle", "--vcd", "waves.txt"}, {"waves.txt", ".vcd"});
  expect_refused({"--pattern", "idle", "--transport", "lt", "--commands", "bus.csv"},
                 {"transport at"});
  expect_refused({"--trace", "missing.txt"}, {"missing.txt"});
  expect_refused({"--pattern", "idle", "--config", "missing.yaml"}, {"missing.yaml"});
}

TEST_F(DramProgram, RefusesFilesItCannotWriteBeforeTheFirstClock) {
  const Words many{"--pattern", "seq_read", "--requests", "1000000000000", "--quiet"};
  for (const char* const option : {"--json", "--commands", "--vcd"}) {
    Words words = many;
    words.insert(words.end(), {option, "nowhere/file.vcd"});
    expect_refused(words, {"nowhere/file.vcd"});
  }
  for (const char* const option : {"--json", "--commands"}) {
    Words words = many;
    words.insert(words.end(), {option, "/dev/full"});
    expect_refused(words, {"/dev/full", "ordinary file"});
  }
}

TEST_F(DramProgram, LeavesNoFileBehindABadTrace) {
  std::string lines;
  for (int line = 0; line < 5000; ++line) lines += "R 0x40\n";
  write_file("requests.txt", lines + "R 0x40 5 6\n");
  expect_refused({"--trace", "requests.txt", "--json", "report.json", "--commands", "bus.csv",
                  "--vcd", "waves.vcd"},
                 {"requests.txt", "line 5001", "'6'"});
}

TEST_F(DramProgram, LeavesNoHalfFileOnAFullDisk) {
  const std::vector<std::pair<std::string, std::string>> files = {
      {"--json", "report.json"}, {"--commands", "bus.csv"}, {"--vcd", "waves.vcd"}};
  ProgramSettings full;
  full.file_bytes = 2000;
  for (const auto& [option, file] : files) {
    // A command trace that fails under way, and one that fails when it is completed.
    for (const char* const requests : {"200", "20000"}) {
      expect_refused({"--pattern", "rand_read", "--requests", requests, "--quiet", option, file},
                     {file}, 3, full);
    }
  }
}

TEST_F(DramProgram, FailsWhenStandardOutputIsFull) {
  ProgramSettings full;
  full.standard_output = "/dev/full";
  const Words words{"--pattern", "idle", "--requests", "3"};
  expect_refused(words, {}, 3, full);
  expect_refused({"--pattern", "idle", "--requests", "3", "--quiet", "--json", "-"},
                 {"standard output"}, 3, full);
}

TEST_F(DramProgram, InterruptedLeavesNothing) {
  for (const int signal : {SIGINT, SIGTERM}) {
    ProgramSettings interrupted;
    interrupted.meanwhile = [&](pid_t program) {
      const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
      const fs::path dump = folder_ / "waves.partial.vcd";
      std::error_code ignored;
      // The dump has content once the simulation runs.
      while ((!fs::exists(dump) || fs::file_size(dump, ignored) == 0) &&
             std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
      ::kill(program, signal);
    };
    expect_refused({"--pattern", "seq_read", "--requests", "1000000000000", "--json", "report.json",
                    "--commands", "bus.csv", "--vcd", "waves.vcd"},
                   {"interrupted"}, 128 + signal, interrupted);
    EXPECT_THAT(listing(), IsEmpty());
  }
}

TEST_F(DramProgram, LooselyTimedNeedsNoMonitor) {
  const nlohmann::json report = run({"--pattern", "rand_mix", "--requests", "500", "--transport",
                                     "lt", "--quiet", "--json", "-"})
                                    .json();
  EXPECT_EQ(report["workload"]["transport"], "lt");
  EXPECT_EQ(report["workload"]["requests"], 500);
  EXPECT_TRUE(report["monitor"].is_null());
}

TEST_F(DramProgram, RunsWithoutTheMonitorToTheSameFigures) {
  const Words words{"--pattern", "rand_mix", "--requests", "2000", "--quiet", "--json", "-"};
  Words without = words;
  without.emplace_back("--no-monitor");
  nlohmann::json report = run(words).json();
  EXPECT_EQ(report["monitor"]["violations"], 0);
  report["monitor"] = nullptr;
  EXPECT_EQ(run(without).json(), report);
}

TEST_F(DramProgram, GivesTheSameBytesAgain) {
  const Words words{"--pattern",       "rand_mix", "--requests", "2000", "--set",
                    "dram.channels=4", "--quiet",  "--json",     "-"};
  const ProgramRun once = run(words);
  EXPECT_FALSE(once.out.empty());
  EXPECT_EQ(run(words).out, once.out);
}

}  // namespace
}  // namespace tensordash
