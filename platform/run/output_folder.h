#pragma once

#include <filesystem>
#include <vector>

#include "models/layer/layer_shape.h"
#include "models/layer/operation.h"

namespace tensordash {

/// Where a run leaves O.npy, GA.npy and GW.npy, in one folder a layer. Files written by a run that
/// does not reach keep() are removed again.
class OutputFolder {
 public:
  /// Makes the folder. Throws RequestError (platform/run/run_request.h) naming it when it cannot be
  /// written.
  explicit OutputFolder(std::filesystem::path folder);
  ~OutputFolder();
  OutputFolder(const OutputFolder&) = delete;
  OutputFolder& operator=(const OutputFolder&) = delete;

  /// Writes one operation's outputs, in C order. Throws std::system_error naming the file.
  void write(const std::string& layer, const LayerShape& shape, Operation operation,
             std::vector<float> values);
  void keep() { kept_ = true; }

 private:
  std::filesystem::path folder_;
  std::vector<std::filesystem::path> written_;  ///< files and folders, in the order of making
  bool kept_ = false;
};

}  // namespace tensordash
