#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/models/trace/temporary_folder.h"
#include "tests/platform/program.h"
#include "tests/platform/small_trace.h"

namespace tensordash {
namespace {

using nlohmann::json;

/// A trace whose layer c has no output gradients; f has them unless a test takes them away.
class RunInference : public TemporaryFolderTest {
 protected:
  ProgramRun run(bool f_is_trained, const std::vector<std::string>& arguments = {}) {
    std::vector<NamedLayer> layers = small_layers();
    layers[0].tensors.output_gradients.clear();
    if (!f_is_trained) layers[1].tensors.output_gradients.clear();
    write_trace(folder_ / "trace", layers);
    std::vector<std::string> all = report_arguments(folder_ / "trace", {});
    all.insert(all.end(), arguments.begin(), arguments.end());
    return run_program(all);
  }
};

TEST_F(RunInference, RunsForwardOnly) {
  const ProgramRun inference = run(false, {"--outputs", (folder_ / "out").string()});
  ASSERT_EQ(inference.exit_code, 0) << inference.err;
  const json report = inference.json();
  ASSERT_EQ(report.at("layers").size(), 2U);
  for (const json& layer : report.at("layers")) {
    ASSERT_EQ(layer.at("operations").size(), 1U);
    EXPECT_EQ(layer.at("operations").at("forward").at("verified"), true);
  }
  EXPECT_EQ(report.at("totals").size(), 2U);  // forward and all
  EXPECT_EQ(report.at("totals").at("forward").at("steps"),
            report.at("totals").at("all").at("steps"));
  EXPECT_THAT(everything_in(folder_ / "out"), testing::ElementsAre("c", "c/O.npy", "f", "f/O.npy"));
}

TEST_F(RunInference, RunsMoreWhereALayerHasGradients) {
  const ProgramRun mixed = run(true);
  ASSERT_EQ(mixed.exit_code, 0) << mixed.err;
  const json report = mixed.json();
  EXPECT_EQ(report.at("layers")[0].at("operations").size(), 1U);
  EXPECT_EQ(report.at("layers")[1].at("operations").size(), 3U);
}

TEST_F(RunInference, RefusesBackwardOperationsAlone) {
  for (const char* operation : {"backward_data", "backward_weights"}) {
    const ProgramRun refused = run(false, {"--op", operation});
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_EQ(refused.out, "");
    EXPECT_THAT(refused.err, testing::AllOf(testing::HasSubstr("output_gradients"),
                                            testing::HasSubstr("forward")));
    EXPECT_EQ(std::count(refused.err.begin(), refused.err.end(), '\n'), 1);
  }
}

TEST_F(RunInference, RefusesBackwardOperationsOfAChosenLayerWithoutGradients) {
  const ProgramRun refused = run(true, {"--layer", "c", "--op", "backward_data"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, testing::HasSubstr("output_gradients"));
}

}  // namespace
}  // namespace tensordash
