#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "models/trace/trace.h"

namespace tensordash {

/// What a trace.json lists.
struct TraceListing {
  std::string model;
  std::int64_t epoch = 0;
  std::vector<TraceEntry> entries;
};

/// Reads and checks a trace.json. The tensors' paths in the result start with the folder of `file`.
/// Throws TraceError, naming the file, the layer or key, and what is allowed.
TraceListing read_trace_json(const std::filesystem::path& file);

}  // namespace tensordash
