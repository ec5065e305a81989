#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <ostream>
#include <systemc>

#include "platform/ip/accelerator_parameters.h"
#include "platform/player/player_core.h"

namespace tensordash {

/// A script to be played on an accelerator with an LPDDR4 memory and nothing else.
struct PlayRequest {
  std::filesystem::path script;
  AcceleratorParameters accelerator;  ///< the machine's dram.* keys are those of the memory
  PlayerParameters player;
};

/// How it went.
struct PlayResult {
  std::optional<PlayFailure> failure;
  std::size_t lines = 0;  ///< that were played
  sc_core::sc_time end;
};

/// Elaborates, simulates until the script ends, and takes everything down. Throws ScriptError,
/// ConfigError or DramError for what the user can mend, Interrupted.
PlayResult play(const PlayRequest& request);

}  // namespace tensordash
