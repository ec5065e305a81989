#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstring>

#include "tests/models/trace/temporary_folder.h"
#include "tests/platform/program.h"
#include "tests/platform/small_trace.h"

namespace tensordash {
namespace {

using nlohmann::json;
using Settings = std::vector<std::string>;

/// Traces with NaN and infinities of both signs in every tensor.
class RunNonfinite : public TemporaryFolderTest, public testing::WithParamInterface<Settings> {
 protected:
  void SetUp() override {
    TemporaryFolderTest::SetUp();
    std::vector<NamedLayer> layers = small_layers();
    for (NamedLayer& layer : layers) {
      spoil(layer.tensors.activations);
      spoil(layer.tensors.weights);
      spoil(layer.tensors.output_gradients);
    }
    write_trace(folder_ / "trace", layers);
  }

  static void spoil(std::vector<float>& values) {
    const float infinity = std::numeric_limits<float>::infinity();
    values.at(1) = infinity;
    values.at(values.size() / 2) = -infinity;
    values.at(values.size() - 1) = std::numeric_limits<float>::quiet_NaN();
  }
};

TEST_P(RunNonfinite, RunsAndVerifiesWhenAllowed) {
  std::vector<std::string> arguments = report_arguments(folder_ / "trace", GetParam());
  arguments.insert(arguments.end(),
                   {"--set", "nonfinite=allow", "--outputs", (folder_ / "out").string()});
  const ProgramRun run = run_program(arguments);
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const json report = run.json();
  for (const json& layer : report.at("layers")) {
    ASSERT_EQ(layer.at("operations").size(), 3U);
    for (const json& operation : layer.at("operations")) {
      EXPECT_EQ(operation.at("verified"), true);
      EXPECT_EQ(operation.at("verify").at("checked"), operation.at("verify").at("outputs"));
    }
  }
  for (const char* file : {"c/O", "c/GA", "c/GW", "f/O", "f/GA", "f/GW"}) {
    unsigned nans = 0;
    for (const float value : load_float32(folder_ / "out" / (std::string(file) + ".npy")).values) {
      if (!std::isnan(value)) continue;
      ++nans;
      std::uint32_t bits = 0;
      std::memcpy(&bits, &value, sizeof bits);
      EXPECT_EQ(bits, 0x7fc00000U) << file;
    }
    EXPECT_GT(nans, 0U) << file;
  }
}

std::vector<Settings> modes() {
  std::vector<Settings> all;
  for (const char* sparsity : {"none", "one_sided", "two_sided"}) {
    for (const char* accumulate : {"fp32", "exact"}) {
      for (const char* dtype : {"fp32", "bf16"}) {
        all.push_back({std::string("sparsity=") + sparsity, std::string("accumulate=") + accumulate,
                       std::string("dtype=") + dtype});
      }
    }
  }
  return all;
}

std::string name_of_mode(const testing::TestParamInfo<Settings>& mode) {
  std::string name;
  for (const std::string& setting : mode.param) {
    name += (name.empty() ? "" : "_") + setting.substr(setting.find('=') + 1);
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Modes, RunNonfinite, testing::ValuesIn(modes()), name_of_mode);

}  // namespace
}  // namespace tensordash
