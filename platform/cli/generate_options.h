#pragma once

#include <CLI/App.hpp>
#include <string>
#include <vector>

#include "platform/cli/synthetic_options.h"

namespace tensordash {

/// The options of `tensordash generate` as typed.
struct GenerateOptions {
  std::string network, folder;
  std::vector<std::string> layers;
  SyntheticOptions synthetic;

  /// Declares the options on a subcommand, with help and examples.
  void declare(CLI::App& generate);

  /// Writes the trace and says so in one line on standard output; on a terminal, standard error
  /// shows the layer that is being made. Throws RequestError or TraceError for what the user can
  /// mend, std::system_error when a file cannot be written.
  void generate() const;
};

}  // namespace tensordash
