#pragma once

#include <CLI/App.hpp>
#include <optional>
#include <string>
#include <vector>

#include "platform/dram/dram_bench.h"

namespace tensordash {

/// The options of `tensordash dram` as typed.
struct DramOptions {
  std::string pattern, trace, config, json, commands, vcd;
  std::string transport = "at";
  std::vector<std::string> settings;
  PatternShape shape;  ///< but for the bytes of a request
  std::optional<unsigned> bytes;
  unsigned channel = 0;
  bool quiet = false, explain = false, no_monitor = false;

  /// Declares the options on a subcommand, with help and examples.
  void declare(CLI::App& dram);

  /// Throws RequestError, ConfigError or DramError for what the user can mend.
  DramBenchRequest request() const;

  /// Runs, prints and writes. Returns whether the monitor found nothing and no request failed.
  bool run() const;
};

}  // namespace tensordash
