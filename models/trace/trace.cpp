#include "models/trace/trace.h"

#include <fmt/format.h>

#include <system_error>
#include <utility>

#include "models/layer/tensor_shape.h"
#include "models/trace/npy.h"
#include "models/trace/trace_json.h"

namespace tensordash {
namespace {

namespace fs = std::filesystem;

constexpr const char* listing_name = "trace.json";

/// The trace.json that `place` means: the file itself, or the one in that folder.
fs::path listing_in(const fs::path& place) {
  std::error_code error;
  const fs::file_status status = fs::status(place, error);
  if (status.type() == fs::file_type::not_found) {
    throw TraceError(fmt::format("{}: no such folder", place.string()));
  }
  const fs::path file = fs::is_directory(status) ? place / listing_name : place;
  if (file.filename() == listing_name && fs::is_regular_file(file, error)) return file;
  throw TraceError(fmt::format("{}: is not a trace; allowed: a folder with a {}, or that file",
                               place.string(), listing_name));
}

LayerShape shape_of(const TraceEntry& entry, const std::vector<std::int64_t>& activations,
                    const std::vector<std::int64_t>& weights) {
  try {
    return entry.linear ? linear_shape(activations, weights)
                        : conv2d_shape(activations, weights, entry.stride, entry.padding,
                                       entry.dilation, entry.groups);
  } catch (const std::invalid_argument& error) {
    throw TraceError(fmt::format("{} (activations {}, weights {})", error.what(),
                                 entry.activations.string(), entry.weights.string()));
  }
}

void require_output_gradients(const fs::path& file, const std::vector<std::int64_t>& gradients,
                              const LayerShape& shape) {
  const std::vector<std::int64_t> expected =
      shape.linear ? std::vector<std::int64_t>{shape.N, shape.M}
                   : std::vector<std::int64_t>{shape.N, shape.M, shape.P, shape.Q};
  if (gradients == expected) return;
  throw TraceError(fmt::format("output gradients {} have shape {}; expected {} = {}", file.string(),
                               shape_text(gradients), shape.linear ? "[N,M]" : "[N,M,P,Q]",
                               shape_text(expected)));
}

LayerShape read_shape(const TraceEntry& entry) {
  const LayerShape shape =
      shape_of(entry, read_npy_shape(entry.activations), read_npy_shape(entry.weights));
  if (entry.output_gradients) {
    require_output_gradients(*entry.output_gradients, read_npy_shape(*entry.output_gradients),
                             shape);
  }
  return shape;
}

TraceLayer read_layer(const TraceEntry& entry) {
  TraceLayer layer;
  layer.name = entry.name;
  layer.activations = read_npy(entry.activations);
  layer.weights = read_npy(entry.weights);
  layer.shape = shape_of(entry, layer.activations.shape, layer.weights.shape);
  if (entry.output_gradients) {
    layer.output_gradients = read_npy(*entry.output_gradients);
    require_output_gradients(*entry.output_gradients, layer.output_gradients->shape, layer.shape);
  }
  return layer;
}

/// What `read` says of an entry, with the layer's name before every complaint.
template <typename Read>
auto naming_layer(const TraceEntry& entry, Read read) {
  try {
    return read(entry);
  } catch (const TraceError& error) {
    throw TraceError(fmt::format("layer '{}': {}", entry.name, error.what()));
  }
}

}  // namespace

Trace::Trace(const fs::path& folder) {
  const fs::path file = listing_in(folder);
  TraceListing listing = read_trace_json(file);
  folder_ = file.has_parent_path() ? file.parent_path() : fs::path(".");
  model_ = std::move(listing.model);
  epoch_ = listing.epoch;
  entries_ = std::move(listing.entries);
}

LayerShape Trace::shape(const TraceEntry& entry) const {
  return naming_layer(entry, read_shape);
}

TraceLayer Trace::read(const TraceEntry& entry) const {
  return naming_layer(entry, read_layer);
}

}  // namespace tensordash
