#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "tests/models/trace/temporary_folder.h"
#include "tests/platform/program.h"
#include "tests/platform/trace_files.h"

namespace tensordash {
namespace {

namespace fs = std::filesystem;
using Arguments = std::vector<std::string>;
using ::testing::HasSubstr;

Arguments generate(const Arguments& more) {
  Arguments all{"generate"};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

/// A layer small enough for the pin level: 600 inputs, 3 outputs.
const Arguments small{"snli", "trace", "--layer", "classes", "--batch", "4"};

Arguments small_with(const Arguments& more) {
  Arguments all = generate(small);
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

double zeros_in(const fs::path& file) {
  const NpyArray<float> array = load_float32(file);
  return static_cast<double>(std::count(array.values.begin(), array.values.end(), 0.0F)) /
         static_cast<double>(array.values.size());
}

class Generate : public TemporaryFolderTest {
 protected:
  ProgramRun run(const Arguments& arguments) const {
    return run_program(arguments, {folder_, {}, {}});
  }
};

TEST_F(Generate, WritesATraceThatRunsAndVerifies) {
  const ProgramRun made = run(small_with({}));
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_EQ(made.err, "");
  EXPECT_EQ(made.out,
            "trace: 1 of 6 layers of SNLI, 0.0 MB; synthetic values: batch 4, sparsity preset "
            "of snli, cluster 0.25, seed 1\n");
  const ProgramRun ran = run(report_arguments("trace", {}));
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  const nlohmann::json report = ran.json();
  ASSERT_EQ(report.at("layers").size(), 1U);
  const nlohmann::json& operations = report["layers"][0]["operations"];
  EXPECT_EQ(operations.size(), 3U);
  for (const nlohmann::json& operation : operations) EXPECT_EQ(operation["verified"], true);
}

TEST_F(Generate, WritesAConvolutionThatRunsAndVerifies) {
  const ProgramRun made =
      run(generate({"squeezenet1_0", "trace", "--layer", "fire9.squeeze1x1", "--batch", "1"}));
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const ProgramRun ran = run({"run", "trace", "--quiet", "--json", "-", "--op", "forward"});
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_EQ(ran.json()["layers"][0]["operations"]["forward"]["macs"]["total"], 512 * 64 * 13 * 13);
}

TEST_F(Generate, WritesTheSameForOneSeedAndOtherValuesForAnother) {
  ASSERT_EQ(run(generate({"snli", "a", "--layer", "fc3", "--batch", "4"})).exit_code, 0);
  ASSERT_EQ(
      run(generate({"snli", "b", "--layer", "fc2", "--layer", "fc3", "--batch", "4"})).exit_code,
      0);
  ASSERT_EQ(run(generate({"snli", "c", "--layer", "fc3", "--batch", "4", "--seed", "2"})).exit_code,
            0);
  for (const char* tensor : {"fc3/A.npy", "fc3/W.npy", "fc3/GO.npy"}) {
    EXPECT_EQ(file_bytes(folder_ / "a" / tensor), file_bytes(folder_ / "b" / tensor));
    EXPECT_NE(file_bytes(folder_ / "a" / tensor), file_bytes(folder_ / "c" / tensor));
  }
}

TEST_F(Generate, TakesSparsityAsANumberOrByKind) {
  ASSERT_EQ(run(generate({"snli", "number", "--layer", "fc2", "--sparsity", "0.9"})).exit_code, 0);
  EXPECT_NEAR(zeros_in(folder_ / "number/fc2/A.npy"), 0.9, 0.02);
  EXPECT_EQ(zeros_in(folder_ / "number/fc2/W.npy"), 0);
  EXPECT_NEAR(zeros_in(folder_ / "number/fc2/GO.npy"), 0.9, 0.02);
  ASSERT_EQ(run(generate({"snli", "kinds", "--layer", "fc2", "--sparsity",
                          "weights=0.25,activations=1", "--cluster", "0"}))
                .exit_code,
            0);
  EXPECT_EQ(zeros_in(folder_ / "kinds/fc2/A.npy"), 1);
  EXPECT_NEAR(zeros_in(folder_ / "kinds/fc2/W.npy"), 0.25, 0.01);
  EXPECT_NEAR(zeros_in(folder_ / "kinds/fc2/GO.npy"), 0.5, 0.03);  // the preset's
}

TEST_F(Generate, WritesEveryLayerOfANetworkInOrder) {
  ASSERT_EQ(run(generate({"snli", "deep/er/trace", "--batch", "1"})).exit_code, 0);
  const nlohmann::json listing =
      nlohmann::json::parse(file_bytes(folder_ / "deep/er/trace/trace.json"));
  std::vector<std::string> names;
  for (const nlohmann::json& layer : listing.at("layers")) names.push_back(layer.at("name"));
  EXPECT_THAT(names, testing::ElementsAre("projection", "lstm", "fc1", "fc2", "fc3", "classes"));
}

TEST_F(Generate, TakesAnEmptyFolder) {
  fs::create_directory(folder_ / "trace");
  EXPECT_EQ(run(small_with({})).exit_code, 0);
  EXPECT_TRUE(fs::exists(folder_ / "trace/trace.json"));
}

struct BadGenerate {
  std::string name;
  Arguments arguments;
  std::vector<std::string> named;
};

void PrintTo(const BadGenerate& bad, std::ostream* out) {
  *out << bad.name;
}

class GenerateRefusals : public Generate, public testing::WithParamInterface<BadGenerate> {};

TEST_P(GenerateRefusals, AreOneLineThatNamesTheThingAndLeaveNothingBehind) {
  write_file("full/notes", "mine");
  write_file("file", "mine");
  const std::vector<std::string> before = everything_in(folder_);
  const ProgramRun refused = run(generate(GetParam().arguments));
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_EQ(refused.out, "");
  EXPECT_EQ(refused.err.rfind("tensordash: ", 0), 0U) << refused.err;
  EXPECT_EQ(std::count(refused.err.begin(), refused.err.end(), '\n'), 1) << refused.err;
  for (const std::string& word : GetParam().named) EXPECT_THAT(refused.err, HasSubstr(word));
  EXPECT_EQ(everything_in(folder_), before);
}

std::vector<BadGenerate> bad_generates() {
  const auto with = [](const std::string& option, const std::string& value) {
    return Arguments{"snli", "trace", "--layer", "classes", option, value};
  };
  return {
      {"no_network", {}, {"network"}},
      {"no_folder", {"snli"}, {"out"}},
      {"empty_folder_name", {"snli", ""}, {"OUT"}},
      {"unknown_network", {"lenet", "trace"}, {"'lenet'", "alexnet", "resnet50", "gcn"}},
      {"unknown_layer", with("--layer", "fc9"), {"'fc9'", "lstm", "fc3"}},
      {"folder_that_is_not_empty", {"snli", "full"}, {"full", "not empty"}},
      {"file_for_a_folder", {"snli", "file"}, {"file", "not a folder"}},
      {"file_above_the_folder", {"snli", "file/trace"}, {"file/trace"}},
      {"folder_that_cannot_be_made", {"snli", "/proc/tensordash"}, {"/proc/tensordash"}},
      {"no_samples", with("--batch", "0"), {"--batch", "'0'", "1 to 65536"}},
      {"negative_batch", with("--batch", "-3"), {"--batch", "1 to 65536"}},
      {"word_for_a_batch", with("--batch", "many"), {"--batch", "'many'", "1 to 65536"}},
      {"huge_batch", with("--batch", "99999999999999999999"), {"--batch", "1 to 65536"}},
      {"empty_batch", with("--batch", ""), {"--batch"}},
      {"sparsity_above_one", with("--sparsity", "1.5"), {"--sparsity", "'1.5'", "0 to 1"}},
      {"sparsity_that_is_no_number", with("--sparsity", "nan"), {"--sparsity", "'nan'", "preset"}},
      {"sparsity_of_an_unknown_kind",
       with("--sparsity", "biases=0.5"),
       {"--sparsity", "biases", "activations="}},
      {"sparsity_given_twice",
       with("--sparsity", "weights=0.5,weights=0.6"),
       {"--sparsity", "weights=0.5,weights=0.6"}},
      {"sparsity_with_a_trailing_comma",
       with("--sparsity", "weights=0.5,"),
       {"--sparsity", "weights=0.5,"}},
      {"sparsity_without_a_number", with("--sparsity", "weights="), {"--sparsity", "weights="}},
      {"cluster_above_one", with("--cluster", "2"), {"--cluster", "'2'", "0 to 1"}},
      {"word_for_a_cluster", with("--cluster", "some"), {"--cluster", "'some'", "0 to 1"}},
      {"negative_seed", with("--seed", "-1"), {"--seed", "'-1'", "0 to 18446744073709551615"}},
      {"fraction_for_a_seed", with("--seed", "1.5"), {"--seed", "'1.5'"}},
      {"unknown_option", with("--bogus", "1"), {"--bogus"}},
  };
}

INSTANTIATE_TEST_SUITE_P(All, GenerateRefusals, testing::ValuesIn(bad_generates()),
                         [](const testing::TestParamInfo<BadGenerate>& bad) {
                           return bad.param.name;
                         });

/// Files may grow to a few bytes only, as if the disk were full.
void expect_nothing_left(const fs::path& folder, rlim_t bytes, const std::string& named) {
  const std::vector<std::string> before = everything_in(folder);
  const ProgramRun failed = run_program(small_with({}), {folder, bytes, {}});
  EXPECT_EQ(failed.exit_code, 3);
  EXPECT_EQ(failed.out, "");
  EXPECT_EQ(std::count(failed.err.begin(), failed.err.end(), '\n'), 1) << failed.err;
  EXPECT_THAT(failed.err, HasSubstr(named));
  EXPECT_EQ(everything_in(folder), before);
}

TEST_F(Generate, LeavesNothingOnAFullDisk) {
  expect_nothing_left(folder_, 100, "classes/A.npy");
  expect_nothing_left(folder_, 9700, "trace/");  // the activations' 9728 bytes no longer fit
  fs::create_directory(folder_ / "trace");
  expect_nothing_left(folder_, 100, "classes/A.npy");  // the folder that was there stays
}

TEST(GenerateUsage, IsExplainedOnRequest) {
  const ProgramRun help = run_program({"generate", "--help"});
  EXPECT_EQ(help.exit_code, 0);
  for (const char* word : {"--batch", "--sparsity", "--cluster", "--seed", "--layer", "resnet50"}) {
    EXPECT_THAT(help.out, HasSubstr(word));
  }
}

}  // namespace
}  // namespace tensordash
