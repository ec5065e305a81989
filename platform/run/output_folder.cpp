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

OutputFolder::OutputFolder(std::filesystem::path folder) : folder_(std::move(folder)) {
  const bool existed = std::filesystem::exists(folder_);
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error || !std::filesystem::is_directory(folder_) ||
      access(folder_.c_str(), W_OK | X_OK) != 0) {
    throw RequestError(fmt::format("output folder {} cannot be written{}", folder_.string(),
                                   error ? ": " + error.message() : ""));
  }
  if (!existed) written_.push_back(folder_);
}

OutputFolder::~OutputFolder() {
  if (kept_) return;
  // Backwards: files before their folders. A folder that holds something else stays.
  std::error_code ignored;
  for (auto path = written_.rbegin(); path != written_.rend(); ++path) {
    std::filesystem::remove(*path, ignored);
  }
}

void OutputFolder::write(const std::string& layer, const LayerShape& shape, Operation operation,
                         std::vector<float> values) {
  const std::filesystem::path folder = folder_ / layer;
  if (std::filesystem::create_directory(folder)) written_.push_back(folder);
  const std::filesystem::path file = folder / fmt::format("{}.npy", output_name_of(operation));
  write_npy(file, {output_shape(shape, operation), std::move(values)});
  written_.push_back(file);
}

}  // namespace tensordash
