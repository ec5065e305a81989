#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "models/trace/trace.h"

namespace tensordash {

/// Writes a folder in the format tensordash-trace/1, a layer at a time. trace.json comes last and
/// whole, so that nothing unfinished can be taken for a trace. Unless finish() was reached, the
/// destructor removes all that was written and every folder that was made.
class TraceWriter {
 public:
  /// Makes the folder, and those above it. Throws TraceError naming it: it exists and is not empty,
  /// is no folder, or cannot be made or written.
  explicit TraceWriter(std::filesystem::path folder);
  ~TraceWriter();
  TraceWriter(const TraceWriter&) = delete;
  TraceWriter& operator=(const TraceWriter&) = delete;

  /// Writes the tensors to NAME/A.npy, NAME/W.npy and NAME/GO.npy. The name must be one that a
  /// trace may have, and new. Throws std::system_error naming the file: disk full, for example.
  void add(const TraceLayer& layer);

  /// Writes trace.json, with the members of `extra` besides the format's own. Throws
  /// std::system_error naming the file.
  void finish(const std::string& model, std::int64_t epoch,
              const nlohmann::ordered_json& extra = nlohmann::ordered_json::object());

 private:
  void make(const std::filesystem::path& folder);
  void write(const std::filesystem::path& file, const Tensor& tensor);
  void remove_made();

  std::filesystem::path folder_;
  std::vector<std::filesystem::path> made_;  ///< folders and files, in the order of their making
  nlohmann::ordered_json layers_ = nlohmann::ordered_json::array();
  bool finished_ = false;
};

}  // namespace tensordash
