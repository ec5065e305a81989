#pragma once

#include <CLI/App.hpp>
#include <optional>
#include <string>
#include <vector>

#include "platform/cli/synthetic_options.h"
#include "platform/soc_run/soc_request.h"

namespace tensordash {

/// The options of `tensordash soc` as typed.
struct SocOptions {
  std::string trace;
  std::vector<std::string> layers, operations, settings;
  std::string transport = "lt", level = "fast", dmi = "off", wait = "irq";
  std::uint64_t quantum_ns = 1000;
  std::string config, json, outputs;
  std::optional<std::string> verify;
  SyntheticOptions synthetic;
  bool plain = false, quiet = false;

  /// Declares the options on a subcommand, with help and examples.
  void declare(CLI::App& soc);

  /// Throws RequestError or ConfigError.
  SocRequest request() const;

  /// Runs, prints and writes. Returns whether all that was verified is right.
  bool run() const;
};

}  // namespace tensordash
