#include "platform/run/output_folder.h"

#include <fmt/format.h>
#include <unistd.h>

#include "models/trace/npy.h"
#include "platform/run/run_request.h"

namespace tensordash {
namespace {

std::vector<std::int64_t> output_shape(const LayerShape& shape, Operation operation) {
  switch (operation) {
    case Operation::forward:
      if (shape.linear) return {shape.N, shape.M};
      return {shape.N, shape.M, shape.P, shape.Q};
    case Operation::backward_data:
      if (shape.linear) return {shape.N, shape.C};
      return {shape.N, shape.C, shape.H, shape.W};
    case Operation::backward_weights:
      break;
  }
  if (shape.linear) return {shape.M, shape.C};
  return {shape.M, shape.channels_per_group(), shape.R, shape.S};
}

}  // namespace

OutputFolder::OutputFolder(std::filesystem::path folder, const std::vector<std::string>& layers)
    : folder_(std::move(folder)) {
  try {
    make(folder_);
    for (const std::string& layer : layers) make(folder_ / layer);
  } catch (const RequestError&) {
    remove_made();
    throw;
  }
}

void OutputFolder::make(const std::filesystem::path& folder) {
  std::error_code error;
  const std::filesystem::path parent = folder.parent_path();
  if (!parent.empty() && !std::filesystem::exists(parent, error)) make(parent);
  error.clear();
  if (std::filesystem::create_directory(folder, error)) made_.push_back(folder);
  if (error || !std::filesystem::is_directory(folder) || access(folder.c_str(), W_OK | X_OK) != 0) {
    throw RequestError(fmt::format("output folder {} cannot be written{}", folder.string(),
                                   error ? ": " + error.message() : ""));
  }
}

void OutputFolder::remove_made() {
  // Innermost first; a folder that holds something else stays.
  std::error_code ignored;
  for (auto folder = made_.rbegin(); folder != made_.rend(); ++folder) {
    std::filesystem::remove(*folder, ignored);
  }
}

OutputFolder::~OutputFolder() {
  if (kept_) return;
  std::error_code ignored;
  for (const Pending& file : pending_) std::filesystem::remove(file.partial, ignored);
  remove_made();
}

void OutputFolder::write(const std::string& layer, const LayerShape& shape, Operation operation,
                         std::vector<float> values) {
  const std::filesystem::path final =
      folder_ / layer / fmt::format("{}.npy", output_name_of(operation));
  std::filesystem::path partial = final;
  partial += ".partial";
  write_npy(partial, {output_shape(shape, operation), std::move(values)});
  pending_.push_back({partial, final});
}

void OutputFolder::keep() {
  for (const Pending& file : pending_) std::filesystem::rename(file.partial, file.final);
  kept_ = true;
}

}  // namespace tensordash
