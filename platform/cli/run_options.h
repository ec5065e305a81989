#pragma once

#include <CLI/App.hpp>
#include <optional>
#include <string>
#include <vector>

#include "platform/cli/synthetic_options.h"
#include "platform/run/run_request.h"

namespace tensordash {

/// The options of `tensordash run` as typed.
struct RunOptions {
  std::string trace;
  std::vector<std::string> layers, operations, settings, scopes, faults;
  std::string level = "fast";
  std::string config, json, outputs, vcd, window;
  std::optional<std::string> verify;
  SyntheticOptions synthetic;
  bool quiet = false, explain = false, resume = false;

  /// Declares the options on a subcommand, with help and examples.
  void declare(CLI::App& run);

  /// Checks what can be checked without reading the trace. Throws RequestError or ConfigError.
  RunRequest request() const;

 private:
  std::optional<WaveRequest> wave_request() const;
};

}  // namespace tensordash
