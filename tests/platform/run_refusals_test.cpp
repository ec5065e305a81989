#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>

#include "tests/models/trace/npy_bytes.h"
#include "tests/models/trace/temporary_folder.h"
#include "tests/platform/program.h"
#include "tests/platform/small_trace.h"

namespace tensordash {
namespace {

namespace fs = std::filesystem;
using Arguments = std::vector<std::string>;

/// A run that must be refused: what is done to the good trace before, what is asked for, and what
/// the message must name.
struct Refusal {
  std::string name;
  std::function<void(const fs::path& folder)> spoil;
  Arguments arguments;
  std::vector<std::string> named;
};

void PrintTo(const Refusal& refusal, std::ostream* out) {
  *out << refusal.name;
}

void write_bytes(const fs::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

/// Changes a tensor of layer c.
std::function<void(const fs::path&)> with_value(const char* tensor, std::size_t at, float value) {
  return [=](const fs::path& folder) {
    const fs::path file = folder / "trace/c" / tensor;
    NpyArray<float> array = load_float32(file);
    array.values.at(at) = value;
    write_bytes(file, float32_npy(array.shape, array.values));
  };
}

std::function<void(const fs::path&)> with_file(const char* name, const std::string& bytes) {
  return [=](const fs::path& folder) { write_bytes(folder / name, bytes); };
}

void leave(const fs::path& /*folder*/) {}

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();

std::vector<Refusal> bad_traces() {
  const std::string weights(std::size_t{5} * 3 * 3 * 3 * 8, '\0');
  return {
      {"missing_folder",
       [](const fs::path& folder) { fs::remove_all(folder / "trace"); },
       {},
       {"trace"}},
      {"folder_without_listing",
       [](const fs::path& folder) { fs::remove(folder / "trace/trace.json"); },
       {},
       {"trace", "trace.json"}},
      {"listing_that_is_no_json",
       with_file("trace/trace.json", "{\"format\""),
       {},
       {"trace.json", "not JSON"}},
      {"missing_tensor",
       [](const fs::path& folder) { fs::remove(folder / "trace/c/W.npy"); },
       {},
       {"'c'", "W.npy"}},
      {"truncated_tensor",
       [](const fs::path& folder) {
         const fs::path file = folder / "trace/f/GO.npy";
         fs::resize_file(file, fs::file_size(file) - 1);
       },
       {},
       {"'f'", "GO.npy"}},
      {"float64",
       with_file("trace/c/W.npy", npy_bytes(npy_dictionary("'<f8'", "(5, 3, 3, 3)"), weights)),
       {},
       {"'c'", "W.npy", "<f8"}},
      {"fortran_order",
       with_file("trace/c/W.npy", npy_bytes(npy_dictionary("'<f4'", "(5, 3, 3, 3)", "True"),
                                            weights.substr(weights.size() / 2))),
       {},
       {"'c'", "W.npy", "Fortran"}},
      {"weights_that_do_not_fit",
       with_file("trace/c/W.npy", float32_npy({5, 2, 3, 3}, std::vector<float>(90))),
       {},
       {"'c'", "[5,2,3,3]", "W.npy"}},
      {"gradients_that_do_not_fit",
       with_file("trace/c/GO.npy", float32_npy({1, 5, 4, 3}, std::vector<float>(60))),
       {},
       {"'c'", "GO.npy", "[1,5,4,3]", "[1,5,4,4]"}},
      // [0,2,1,3] of [1,3,4,4].
      {"nan",
       with_value("A.npy", 39, not_a_number),
       {},
       {"'c'", "activations", "NaN", "[0,2,1,3]"}},
      // [4,0,2,1] of [5,3,3,3].
      {"infinity",
       with_value("W.npy", 115, -infinity),
       {},
       {"'c'", "weights", "infinity", "[4,0,2,1]"}},
      {"nan_in_a_tensor_that_the_operation_does_not_read",
       with_value("GO.npy", 0, not_a_number),
       {"--op", "forward"},
       {"'c'", "gradients", "NaN", "[0,0,0,0]"}},
      // The first layer has run by then.
      {"nan_in_a_later_layer",
       [](const fs::path& folder) {
         write_bytes(folder / "trace/f/W.npy",
                     float32_npy({4, 20}, std::vector<float>(80, not_a_number)));
       },
       {},
       {"'f'", "weights", "NaN", "[0,0]"}},
      // Finite in fp32; the nearest bf16 is infinite.
      {"infinity_after_rounding",
       with_value("GO.npy", 79, std::numeric_limits<float>::max()),
       {"--set", "dtype=bf16"},
       {"'c'", "gradients", "infinity", "[0,4,3,3]", "bf16"}},
  };
}

std::vector<Refusal> bad_requests() {
  return {
      {"unknown_key", leave, {"--set", "tile.row=4"}, {"tile.row", "tile.rows", "memory"}},
      {"wrong_type", leave, {"--set", "tile.rows=four"}, {"tile.rows", "four", "1 to 64"}},
      {"no_rows", leave, {"--set", "tile.rows=0"}, {"tile.rows", "1 to 64"}},
      {"no_assignment", leave, {"--set", "tile.rows"}, {"tile.rows", "key=value"}},
      {"too_many_pes",
       leave,
       {"--set", "tiles=1024", "--set", "tile.rows=64", "--set", "tile.columns=64"},
       {"tiles", "tile.rows", "tile.columns"}},
      {"missing_configuration", leave, {"--config", "nowhere.yaml"}, {"nowhere.yaml"}},
      {"bad_configuration",
       with_file("machine.yaml", "tiles: 4\nsync: [\n"),
       {"--config", "machine.yaml"},
       {"machine.yaml", "line"}},
      {"unknown_key_in_configuration",
       with_file("machine.yaml", "tile: {hight: 4}\n"),
       {"--config", "machine.yaml"},
       {"machine.yaml", "tile.hight", "tile.rows"}},
      {"unknown_table", leave, {"--set", "connectivity=torus"}, {"connectivity", "torus", "paper"}},
      {"unknown_layer", leave, {"--layer", "c9"}, {"'c9'", "c, f"}},
      {"unknown_operation",
       leave,
       {"--op", "sideways"},
       {"'sideways'", "forward, backward_data, backward_weights"}},
      {"unknown_level", leave, {"--level", "gate"}, {"gate", "fast, pin"}},
      {"unknown_verification", leave, {"--verify", "some"}, {"--verify", "'some'", "sample:N"}},
      {"empty_verification", leave, {"--verify", ""}, {"--verify", "sample:N"}},
      {"empty_sample", leave, {"--verify", "sample:0"}, {"--verify", "at least 1"}},
      {"waves_without_signals", leave, {"--level", "fast"}, {"--vcd", "fast", "allowed: pin"}},
      {"resumed_outputs", leave, {"--resume"}, {"--resume", "--outputs"}},
      {"unknown_option", leave, {"--bogus"}, {"--bogus"}},
      {"empty_window", leave, {"--vcd-window", "7:7"}, {"7:7"}},
      {"backward_window", leave, {"--vcd-window", "9:3"}, {"9:3"}},
      {"window_without_colon", leave, {"--vcd-window", "9"}, {"--vcd-window", "'9'"}},
      {"window_of_words", leave, {"--vcd-window", "now:then"}, {"--vcd-window", "now"}},
      {"unknown_scope", leave, {"--vcd-scope", "array.tile_99"}, {"array.tile_99", "tile_0"}},
      {"file_in_place_of_the_outputs",
       with_file("taken", "mine"),
       {"--outputs", "taken"},
       {"taken"}},
      {"file_in_place_of_their_parent",
       with_file("taken", "mine"),
       {"--outputs", "taken/out"},
       {"taken/out"}},
      {"outputs_in_no_real_folder", leave, {"--outputs", "/proc/tensordash"}, {"/proc/tensordash"}},
      {"report_in_a_missing_folder",
       leave,
       {"--json", "nowhere/report.json"},
       {"nowhere/report.json"}},
      {"report_in_place_of_a_folder", leave, {"--json", "trace"}, {"trace"}},
      {"waves_in_a_missing_folder", leave, {"--vcd", "nowhere/waves.vcd"}, {"nowhere/waves.vcd"}},
      {"waves_of_another_kind", leave, {"--vcd", "waves.fst"}, {"waves.fst", ".vcd"}},
  };
}

class RunRefusals : public TemporaryFolderTest, public testing::WithParamInterface<Refusal> {
 protected:
  /// A full run with every kind of output, unless the refused arguments name them.
  static Arguments whole_run(const Arguments& arguments) {
    Arguments all{"run", "trace", "--set", "memory=ideal"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    for (const auto& [option, value] :
         {std::pair("--level", "pin"), std::pair("--json", "report.json"),
          std::pair("--outputs", "out"), std::pair("--vcd", "waves.vcd")}) {
      if (std::find(all.begin(), all.end(), option) != all.end()) continue;
      all.insert(all.end(), {option, value});
    }
    return all;
  }
};

TEST_P(RunRefusals, AreOneLineThatNamesTheThingAndLeaveNothingBehind) {
  write_trace(folder_ / "trace", small_layers());
  GetParam().spoil(folder_);
  const std::vector<std::string> before = everything_in(folder_);
  const ProgramRun run = run_program(whole_run(GetParam().arguments), {folder_, {}, {}});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_EQ(run.out, "");
  EXPECT_EQ(run.err.rfind("tensordash: ", 0), 0U) << run.err;
  EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
  EXPECT_EQ(run.err.empty() ? '?' : run.err.back(), '\n');
  for (const std::string& word : GetParam().named) EXPECT_THAT(run.err, testing::HasSubstr(word));
  EXPECT_EQ(everything_in(folder_), before);
}

std::string name_of_refusal(const testing::TestParamInfo<Refusal>& refusal) {
  return refusal.param.name;
}

INSTANTIATE_TEST_SUITE_P(Traces, RunRefusals, testing::ValuesIn(bad_traces()), name_of_refusal);
INSTANTIATE_TEST_SUITE_P(Requests, RunRefusals, testing::ValuesIn(bad_requests()), name_of_refusal);

// The same run with nothing wrong about it: what is refused above is not refused for another
// reason, and leaves what it should.
TEST_F(RunRefusals, AreNotMadeOfAGoodRun) {
  write_trace(folder_ / "trace", small_layers());
  const ProgramRun run = run_program(whole_run({}), {folder_, {}, {}});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.err, "");
  for (const char* file : {"report.json", "waves.vcd", "out/c/O.npy", "out/c/GA.npy",
                           "out/c/GW.npy", "out/f/O.npy", "out/f/GA.npy", "out/f/GW.npy"}) {
    EXPECT_TRUE(fs::is_regular_file(folder_ / file)) << file;
  }
}

TEST_F(RunRefusals, LeaveAnEarlierReportAsItWas) {
  write_trace(folder_ / "trace", small_layers());
  write_file("report.json", "earlier");
  write_file("out/notes", "mine");
  const ProgramRun run =
      run_program(whole_run({"--vcd-scope", "array.nothing"}), {folder_, {}, {}});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_EQ(read_file(folder_ / "report.json"), "earlier");
  EXPECT_THAT(everything_in(folder_ / "out"), testing::ElementsAre("notes"));
}

// Only the end of a run tells that a wave window lies behind it. What the run did is not thrown
// away.
TEST_F(RunRefusals, KeepTheReportWhenOnlyTheWaveWindowWasWrong) {
  write_trace(folder_ / "trace", small_layers());
  const ProgramRun run = run_program(whole_run({"--vcd-window", "1000000:"}), {folder_, {}, {}});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, testing::HasSubstr("1000000"));
  EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
  EXPECT_TRUE(fs::is_regular_file(folder_ / "report.json"));
  EXPECT_TRUE(fs::is_regular_file(folder_ / "out/c/O.npy"));
  EXPECT_FALSE(fs::exists(folder_ / "waves.vcd"));
}

// A failing run must not take what an earlier one left.
TEST_F(RunRefusals, LeaveEarlierOutputsAndWavesAsTheyWere) {
  write_trace(folder_ / "trace", small_layers());
  ASSERT_EQ(run_program(whole_run({}), {folder_, {}, {}}).exit_code, 0);
  const std::string outputs = read_file(folder_ / "out/c/O.npy");
  write_file("waves.vcd", "earlier");
  write_file("taken", "mine");
  // The report's path is looked at after the dump was opened.
  const ProgramRun run =
      run_program({"run", "trace", "--level", "pin", "--set", "memory=ideal", "--vcd", "waves.vcd",
                   "--outputs", "out", "--json", "taken/report.json"},
                  {folder_, {}, {}});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, testing::HasSubstr("taken/report.json"));
  EXPECT_EQ(read_file(folder_ / "out/c/O.npy"), outputs);
  EXPECT_EQ(read_file(folder_ / "waves.vcd"), "earlier");
}

TEST_F(RunRefusals, LeaveOnlyTheJournalOfWhatWasDoneBefore) {
  write_trace(folder_ / "trace", small_layers());
  write_bytes(folder_ / "trace/f/W.npy",
              float32_npy({4, 20}, std::vector<float>(80, not_a_number)));
  const std::vector<std::string> before = everything_in(folder_);
  const ProgramRun run =
      run_program({"run", "trace", "--json", "report.json", "--resume"}, {folder_, {}, {}});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, testing::HasSubstr("NaN"));
  std::vector<std::string> expected = before;
  expected.insert(std::lower_bound(expected.begin(), expected.end(), "report.json.journal"),
                  "report.json.journal");
  EXPECT_EQ(everything_in(folder_), expected);
}

TEST_F(RunRefusals, OfResumeNeedAReportFile) {
  write_trace(folder_ / "trace", small_layers());
  for (const Arguments& json : {Arguments{}, Arguments{"--json", "-"}}) {
    Arguments all{"run", "trace", "--resume"};
    all.insert(all.end(), json.begin(), json.end());
    const ProgramRun run = run_program(all, {folder_, {}, {}});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_EQ(run.out, "");
    EXPECT_THAT(run.err, testing::HasSubstr("--resume needs --json FILE"));
  }
}

TEST(RunUsage, IsRefusedWithoutACommandOrTrace) {
  for (const Arguments& arguments : {Arguments{}, Arguments{"run"}, Arguments{"walk"}}) {
    const ProgramRun run = run_program(arguments);
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_EQ(run.out, "");
    EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
  }
}

TEST(RunUsage, IsExplainedOnRequest) {
  const ProgramRun run = run_program({"run", "--help"});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_EQ(run.err, "");
  for (const char* word : {"--layer", "--op", "--level", "--config", "--set", "--json", "--outputs",
                           "--verify", "--resume", "--vcd", "tile.rows", "accumulate"}) {
    EXPECT_THAT(run.out, testing::HasSubstr(word));
  }
}

}  // namespace
}  // namespace tensordash
