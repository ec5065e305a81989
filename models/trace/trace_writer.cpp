#include "models/trace/trace_writer.h"

#include <fmt/format.h>
#include <unistd.h>

#include <system_error>
#include <utility>

#include "models/trace/atomic_file.h"
#include "models/trace/npy.h"

namespace tensordash {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

/// Refuses what is there already, unless it is an empty folder.
void require_free(const fs::path& folder) {
  std::error_code error;
  const fs::file_status status = fs::status(folder, error);
  if (status.type() == fs::file_type::not_found) return;
  if (fs::is_directory(status) && fs::is_empty(folder, error) && !error) return;
  throw TraceError(fmt::format("{}: {}; allowed: a new folder, or an empty one", folder.string(),
                               error                      ? error.message()
                               : fs::is_directory(status) ? "is not empty"
                                                          : "is not a folder"));
}

ordered_json listing_of(const TraceLayer& layer) {
  const LayerShape& shape = layer.shape;
  ordered_json entry = {{"name", layer.name},
                        {"kind", shape.linear ? "linear" : "conv2d"},
                        {"activations", layer.name + "/A.npy"},
                        {"weights", layer.name + "/W.npy"}};
  if (layer.output_gradients) entry["output_gradients"] = layer.name + "/GO.npy";
  if (shape.linear) return entry;
  entry["stride"] = shape.stride;
  entry["padding"] = shape.padding;
  entry["dilation"] = shape.dilation;
  entry["groups"] = shape.groups;
  return entry;
}

}  // namespace

TraceWriter::TraceWriter(fs::path folder) : folder_(std::move(folder)) {
  require_free(folder_);
  try {
    make(folder_);
  } catch (const std::system_error& error) {
    remove_made();
    throw TraceError(
        fmt::format("{}: cannot be made: {}", folder_.string(), error.code().message()));
  }
  if (::access(folder_.c_str(), W_OK | X_OK) != 0) {
    remove_made();
    throw TraceError(fmt::format("{}: cannot be written to", folder_.string()));
  }
}

TraceWriter::~TraceWriter() {
  if (!finished_) remove_made();
}

void TraceWriter::make(const fs::path& folder) {
  std::error_code ignored;
  if (folder.empty() || fs::is_directory(folder, ignored)) return;
  make(folder.parent_path());
  if (fs::create_directory(folder)) made_.push_back(folder);
}

void TraceWriter::remove_made() {
  // Innermost first; a folder that holds something else stays.
  std::error_code ignored;
  for (auto path = made_.rbegin(); path != made_.rend(); ++path) fs::remove(*path, ignored);
}

void TraceWriter::write(const fs::path& file, const Tensor& tensor) {
  write_npy(file, tensor);
  made_.push_back(file);
}

void TraceWriter::add(const TraceLayer& layer) {
  const fs::path folder = folder_ / layer.name;
  make(folder);
  write(folder / "A.npy", layer.activations);
  write(folder / "W.npy", layer.weights);
  if (layer.output_gradients) write(folder / "GO.npy", *layer.output_gradients);
  layers_.push_back(listing_of(layer));
}

void TraceWriter::finish(const std::string& model, std::int64_t epoch, const ordered_json& extra) {
  ordered_json listing = {
      {"format", "tensordash-trace/1"}, {"model", model}, {"epoch", epoch}, {"dtype", "float32"}};
  listing.update(extra);
  listing["layers"] = layers_;
  const std::string text = listing.dump(2) + "\n";
  AtomicFile file(folder_ / "trace.json");
  file.write(text.data(), text.size());
  file.commit();
  finished_ = true;
}

}  // namespace tensordash
