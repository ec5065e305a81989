#pragma once

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "models/layer/layer_shape.h"
#include "models/trace/tensor.h"

namespace tensordash {

/// A trace that cannot be used; what() is one line that names the file or key and what is allowed.
class TraceError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One layer as trace.json lists it: names and files, no tensor read yet.
struct TraceEntry {
  std::string name;
  bool linear = false;
  std::filesystem::path activations, weights;  ///< absolute, or relative to the working directory
  std::optional<std::filesystem::path> output_gradients;  ///< none: inference, forward only
  Axes stride{1, 1}, padding{0, 0}, dilation{1, 1};
  std::int64_t groups = 1;
};

/// One layer with its tensors; shapes checked against each other.
struct TraceLayer {
  std::string name;
  LayerShape shape;
  Tensor activations, weights;
  std::optional<Tensor> output_gradients;
};

/// A folder in the format tensordash-trace/1: `trace.json` and one .npy a tensor.
class Trace {
 public:
  /// Reads and checks trace.json in `folder` (or `folder` may name the trace.json itself).
  /// Throws TraceError: missing, not JSON, another format, a missing key, an unknown key of a
  /// layer, a wrong type or value, two layers of one name, a layer name that could not be a
  /// folder's name, a tensor outside the folder. Unknown keys beside "layers" are the recorder's
  /// own.
  explicit Trace(const std::filesystem::path& folder);

  const std::filesystem::path& folder() const { return folder_; }
  const std::string& model() const { return model_; }
  std::int64_t epoch() const { return epoch_; }
  const std::vector<TraceEntry>& entries() const { return entries_; }

  /// The shape of one layer, from the headers and sizes of its files alone, all of them checked as
  /// read() does. Throws what read() throws.
  LayerShape shape(const TraceEntry& entry) const;

  /// Reads the tensors of one layer. Throws TraceError, naming layer, file and what does not fit.
  TraceLayer read(const TraceEntry& entry) const;

 private:
  std::filesystem::path folder_;
  std::string model_;
  std::int64_t epoch_ = 0;
  std::vector<TraceEntry> entries_;
};

}  // namespace tensordash
