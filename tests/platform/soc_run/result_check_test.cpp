#include <gtest/gtest.h>

#include "platform/run/fast_runner.h"
#include "platform/run/output_sample.h"
#include "tests/platform/soc_run/soc_bench.h"

namespace tensordash::testing {
namespace {

/// Verifies right results and one that is wrong, on the row groups' way and on the passes'.
void expect_wrong_found(const std::vector<std::pair<const char*, const char*>>& settings,
                        const VerifyRequest& verify) {
  Config config;
  config.set("tiles", "2");
  config.set("memory", "ideal");
  for (const auto& [key, value] : settings) config.set(key, value);
  OperandSet layer =
      whole_number_layer(conv2d_shape({2, 40, 6, 5}, {9, 40, 3, 3}, {1, 1}, {1, 1}, {1, 1}, 1), 8);
  FastRunner runner(config, verify);
  runner.begin({layer.name, layer.shape, layer.activations, layer.weights, layer.output_gradients});
  for (const Operation operation : all_operations) {
    std::vector<float> results = expected(operation, layer);
    const std::size_t wrong = static_cast<std::size_t>(sample_outputs(results.size(), 5)[2]);
    for (const bool right : {true, false}) {
      if (!right) results[wrong] += 1;
      SocOperation judged;
      const OperationReport report = runner.check(operation, results, judged.different);
      judged.outputs = report.outputs;
      judged.verify = report.verify;
      judged.verdict = report.verdict;
      EXPECT_EQ(judged.different, right ? 0U : 1U) << name_of(operation);
      EXPECT_EQ(report.verdict->mismatches, right ? 0U : 1U) << name_of(operation);
      EXPECT_EQ(judged.verified(), right);
      judged.verdict->mismatches = 0;
      EXPECT_EQ(judged.verified(), right) << "the fast engine's word counts by itself";
    }
  }
}

const VerifyRequest all{VerifyRequest::Kind::all, 0};
const VerifyRequest five{VerifyRequest::Kind::sample, 5};

TEST(ResultCheck, FindsAWrongResultAmongAll) {
  expect_wrong_found({}, all);
}
TEST(ResultCheck, FindsAWrongResultOfASample) {
  expect_wrong_found({}, five);
}
TEST(ResultCheck, FindsAWrongResultOfTwoSidedSchedules) {
  expect_wrong_found({{"sparsity", "two_sided"}}, all);
}
TEST(ResultCheck, FindsAWrongResultBehindBlocks) {
  expect_wrong_found({{"mapping.reduction_rows", "3"}}, all);
}

}  // namespace
}  // namespace tensordash::testing
