#pragma once

#include <CLI/App.hpp>
#include <optional>
#include <string>
#include <vector>

#include "platform/player/play.h"

namespace tensordash {

/// The options of `tensordash play` as typed.
struct PlayOptions {
  std::string script, config, dumps;
  std::string transport;  ///< empty: what the level needs
  std::string level = "fast", memory = "automatic";
  std::vector<std::string> settings;
  bool verbose = false, quiet = false;

  /// Declares the options on a subcommand, with help and examples.
  void declare(CLI::App& play);

  /// Throws RequestError or ConfigError.
  PlayRequest request() const;

  /// Plays, prints, and returns what failed. Throws also what play() throws.
  std::optional<PlayFailure> play() const;
};

}  // namespace tensordash
