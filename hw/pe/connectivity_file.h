#pragma once

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <vector>

#include "hw/pe/connectivity.h"

namespace tensordash {

/// A connectivity table as a file gives it, not yet checked against a PE.
///
/// YAML: `lanes` (a whole number), `options` (a list of [step, offset], highest priority first)
/// and, if wanted, `levels` (a list of lists of lanes, first to decide first).
struct ConnectivityFile {
  unsigned lanes = 0;
  std::vector<Movement> options;
  std::optional<Connectivity::Levels> levels;
};

/// Reads such a file. Throws std::invalid_argument naming the file and the key: missing or
/// unreadable file, not YAML, unknown or missing key, wrong type.
ConnectivityFile read_connectivity_file(const std::filesystem::path& file);

}  // namespace tensordash
