#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "models/layer/layer_shape.h"
#include "models/layer/operation.h"

namespace tensordash {

/// Where a run leaves O.npy, GA.npy and GW.npy, in one folder a layer. Files get these names, and
/// replace older ones, only in keep(); a run that does not reach it leaves the folder as it was.
class OutputFolder {
 public:
  /// Makes the folder and those of the layers. Throws RequestError (platform/run/run_request.h)
  /// naming the one that cannot be written.
  OutputFolder(std::filesystem::path folder, const std::vector<std::string>& layers);
  ~OutputFolder();
  OutputFolder(const OutputFolder&) = delete;
  OutputFolder& operator=(const OutputFolder&) = delete;

  /// Takes one operation's outputs, in C order. Throws std::system_error naming the file.
  void write(const std::string& layer, const LayerShape& shape, Operation operation,
             std::vector<float> values);
  /// Gives all files their names. Throws std::filesystem::filesystem_error.
  void keep();

 private:
  struct Pending {
    std::filesystem::path partial, final;
  };

  void remove_made();
  void make(const std::filesystem::path& folder);

  std::filesystem::path folder_;
  std::vector<std::filesystem::path> made_;  ///< folders, outermost first
  std::vector<Pending> pending_;
  bool kept_ = false;
};

}  // namespace tensordash
