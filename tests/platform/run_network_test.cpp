#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/trace/temporary_folder.h"
#include "tests/platform/program.h"
#include "tests/platform/trace_files.h"

namespace tensordash {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const std::vector<std::string> small = {"--layer", "classes", "--batch", "3", "--seed", "5"};

std::vector<std::string> with(std::vector<std::string> words,
                              const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

class RunNetwork : public TemporaryFolderTest {
 protected:
  ProgramRun run(const std::vector<std::string>& words) const {
    return run_program(words, {folder_, {}, {}});
  }
  json report(const std::vector<std::string>& words) const {
    const ProgramRun ran = run(with(words, {"--quiet", "--json", "-"}));
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    return ran.json();
  }
};

TEST_F(RunNetwork, SaysThatItsValuesAreSynthetic) {
  const ProgramRun table = run(with({"run", "snli"}, small));
  EXPECT_EQ(table.exit_code, 0) << table.err;
  EXPECT_THAT(table.out, HasSubstr("synthetic values: batch 3, sparsity preset of snli"));
  const json found = report(with({"run", "snli"}, small));
  EXPECT_THAT(found.at("synthetic").get<std::string>(), HasSubstr("seed 5"));
  EXPECT_EQ(found.at("level"), "fast");
  EXPECT_EQ(found.at("layers").size(), 1U);
  EXPECT_EQ(found.at("layers")[0].at("operations").size(), 3U);
  EXPECT_EQ(found.at("totals").at("all").at("verified"), true);
}

TEST_F(RunNetwork, GivesWhatARunOfTheGeneratedTraceGives) {
  const std::vector<std::string> zeros = {"--sparsity", "activations=0.4,gradients=0.7",
                                          "--cluster", "0.3"};
  ASSERT_EQ(run(with(with({"generate", "snli", "trace"}, small), zeros)).exit_code, 0);
  const json streamed = report(with(with({"run", "snli"}, small), zeros));
  const json traced = report({"run", "trace"});
  EXPECT_EQ(streamed.at("layers"), traced.at("layers"));
  EXPECT_EQ(streamed.at("totals"), traced.at("totals"));
  // A level of the model sees no difference either.
  const json pins = report(
      with(with(with({"run", "snli"}, small), zeros), {"--level", "pin", "--set", "memory=ideal"}));
  EXPECT_EQ(pins.at("totals").at("all").at("steps"), streamed.at("totals").at("all").at("steps"));
}

TEST_F(RunNetwork, ValuesFollowTheSeedAndTheSparsity) {
  const auto effectual = [&](const std::vector<std::string>& more) {
    return report(with({"run", "snli", "--layer", "classes", "--batch", "16"}, more))
        .at("totals")
        .at("all")
        .at("macs")
        .at("effectual")
        .get<std::uint64_t>();
  };
  EXPECT_EQ(effectual({"--seed", "1"}), effectual({"--seed", "1"}));
  EXPECT_NE(effectual({"--seed", "1"}), effectual({"--seed", "2"}));
  EXPECT_LT(effectual({"--sparsity", "0.9"}), effectual({"--sparsity", "0.1"}));
}

TEST_F(RunNetwork, VerifiesASampleOfALargeOperation) {
  const json found =
      report({"run", "alexnet", "--layer", "conv1", "--op", "forward", "--batch", "3"});
  const json& operation = found.at("layers")[0].at("operations").at("forward");
  ASSERT_GT(operation.at("macs").at("total"), 1 << 28);
  EXPECT_EQ(operation.at("verified"), true);
  EXPECT_EQ(operation.at("verify").at("mode"), "sample:1024");
  EXPECT_EQ(operation.at("verify").at("checked"), 1024);
  EXPECT_EQ(operation.at("verify").at("outputs"), 3 * 96 * 55 * 55);
  EXPECT_TRUE(operation.at("dense_mismatches").is_null());
}

TEST_F(RunNetwork, VerifiesWhatIsAskedFor) {
  const auto all = [&](const std::string& verify) {
    return report(with({"run", "snli", "--verify", verify}, small)).at("totals").at("all");
  };
  const json sample = all("sample:7");
  EXPECT_EQ(sample.at("verified"), true);
  EXPECT_EQ(sample.at("verify").at("checked"), 3 * 7);
  const json none = all("none");
  EXPECT_TRUE(none.at("verified").is_null());
  EXPECT_EQ(none.at("verify").at("checked"), 0);
  const json whole = all("all");
  EXPECT_EQ(whole.at("verify").at("checked"), whole.at("verify").at("outputs"));
  EXPECT_EQ(whole.at("steps"), none.at("steps"));
}

TEST_F(RunNetwork, WritesOutputsThatAreVerifiedOrNot) {
  for (const std::string verify : {"all", "sample:3", "none"}) {
    const ProgramRun ran =
        run(with({"run", "snli", "--quiet", "--verify", verify, "--outputs", verify}, small));
    ASSERT_EQ(ran.exit_code, 0) << ran.err;
    for (const char* output : {"O.npy", "GA.npy", "GW.npy"}) {
      EXPECT_EQ(file_bytes(folder_ / verify / "classes" / output),
                file_bytes(folder_ / "all" / "classes" / output))
          << verify << ' ' << output;
    }
  }
}

TEST_F(RunNetwork, RefusesWhatIsNeitherTraceNorNetwork) {
  const ProgramRun unknown = run({"run", "resnet51"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("no trace at 'resnet51', and no network of that name"));
  EXPECT_THAT(unknown.err, HasSubstr("resnet50"));
  const ProgramRun batch =
      run({"run", std::string(TENSORDASH_TRACES) + "/edge-cases", "--batch", "2"});
  EXPECT_EQ(batch.exit_code, 2);
  EXPECT_THAT(batch.err, HasSubstr("are for networks"));
  const ProgramRun layer = run({"run", "snli", "--layer", "nothing"});
  EXPECT_EQ(layer.exit_code, 2);
  EXPECT_THAT(layer.err, HasSubstr("no layer 'nothing'"));
}

}  // namespace
}  // namespace tensordash
