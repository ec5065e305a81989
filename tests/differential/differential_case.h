#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/layer/operation.h"
#include "models/trace/trace.h"
#include "platform/config/config.h"

namespace tensordash::differential {

/// A connectivity table of one's own.
struct CustomTable {
  std::vector<Movement> options;
  std::optional<Connectivity::Levels> levels;

  /// The table as a connectivity file.
  std::string yaml(unsigned lanes) const;
};

/// A layer, what to run of it, and a machine.
struct DifferentialCase {
  std::uint64_t seed = 0;  ///< that the case was made from
  TraceLayer layer;
  std::vector<Operation> operations;  ///< in their usual order, at least one
  Config config;                      ///< its connectivity counts where there is no `table`
  std::optional<CustomTable> table;   ///< for PEs of pe.lanes lanes
};

/// Whether any value that the machine would get is NaN or infinite.
bool has_nonfinite(const DifferentialCase& the_case);

/// The configuration as command-line words, defaults left out; the table is called `table_file`.
std::string set_words(const DifferentialCase& the_case, const std::string& table_file);

/// Seed, layer, operations and machine, a line each.
std::string text_of(const DifferentialCase& the_case);

}  // namespace tensordash::differential
