#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/models/golden/naive_flow.h"

namespace tensordash::golden_testing {

/// A layer of a bundled trace with PyTorch's float64 results beside it.
struct ReferenceLayer {
  Layer layer;
  std::vector<double> outputs, activation_gradients, weight_gradients;

  const std::vector<double>& result(Operation operation) const;
};

/// Reads a trace of the traces folder, for example "shapes-cnn/epoch0".
/// Throws std::runtime_error naming the file that cannot be read.
std::vector<ReferenceLayer> read_reference_trace(const std::string& trace);

/// Parses a JSON file of the traces folder.
nlohmann::json read_trace_json(const std::string& file);

}  // namespace tensordash::golden_testing
