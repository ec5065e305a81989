#pragma once

#include "models/layer/operation.h"
#include "tests/models/trace/temporary_folder.h"
#include "tests/platform/program.h"

namespace tensordash {

/// Runs traces and compares the tensors that come out with PyTorch's float64 results.
class RunValues : public TemporaryFolderTest {
 protected:
  void run(const std::filesystem::path& trace, const std::vector<std::string>& settings) {
    std::vector<std::string> arguments = report_arguments(trace, settings);
    arguments.insert(arguments.end(), {"--outputs", (folder_ / "out").string()});
    const ProgramRun run = run_program(arguments);
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const nlohmann::json report = run.json();
    for (const nlohmann::json& layer : report.at("layers")) {
      for (const nlohmann::json& operation : layer.at("operations")) {
        EXPECT_EQ(operation.at("verified"), true);
        EXPECT_EQ(operation.at("verify").at("checked"), operation.at("verify").at("outputs"));
      }
    }
  }

  std::filesystem::path output(const std::string& layer, Operation operation) const {
    return folder_ / "out" / layer / (std::string(output_name_of(operation)) + ".npy");
  }
};

/// PyTorch's result beside the tensors of a layer.
inline std::filesystem::path reference(const std::filesystem::path& trace, const std::string& layer,
                                       Operation operation) {
  return trace / layer / ("ref_" + std::string(output_name_of(operation)) + ".npy");
}

}  // namespace tensordash
