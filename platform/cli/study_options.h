#pragma once

#include <CLI/App.hpp>
#include <string>
#include <vector>

#include "platform/cli/synthetic_options.h"

namespace tensordash {

/// The options of `tensordash study` as typed.
struct StudyOptions {
  std::string name, source, config, csv;
  std::vector<std::string> layers, operations, settings;
  SyntheticOptions synthetic;

  /// Declares the options on a subcommand, with help and examples.
  void declare(CLI::App& study);

  /// Runs and prints the table, and writes the CSV file if one was asked for; on a terminal,
  /// standard error shows the configuration under way. Throws RequestError, ConfigError or
  /// TraceError for what the user can mend, std::system_error when the file cannot be written.
  void study() const;
};

}  // namespace tensordash
