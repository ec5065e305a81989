#pragma once

#include <cstdint>
#include <vector>

namespace tensordash {

/// Where a multiplier lane's pair stood in its stream, row * lanes + lane, or `idle_slot`.
using StreamPlace = std::int32_t;
inline constexpr StreamPlace idle_slot = -1;

/// What a tile was seen to do in one pass: written by a monitor at the pins, replayed by the
/// golden.
struct PassRecord {
  std::uint64_t pass = 0;         ///< pass id, counted over the whole operation
  unsigned tile = 0;              ///< the tile that ran it
  unsigned schedulers_a_row = 1;  ///< 1: a row shares its scheduler; else one a column (two-sided)

  /// slots[row * schedulers_a_row + column][step * lanes + lane]: what the lane took in that step.
  /// Every step drains at least one stream row; clocks in which the schedulers wait are not steps.
  /// Steps after a scheduler's last pair may be left out.
  std::vector<std::vector<StreamPlace>> slots;

  /// The accumulators at the end of the pass, [row * columns + column], missing rows and columns
  /// included.
  std::vector<float> outputs;
};

}  // namespace tensordash
