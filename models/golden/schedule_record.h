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

/// What the tiles were seen to do in all passes of one row group, which share the row schedules of
/// one-sided sparsity and of the dense baseline.
struct RowGroupRecord {
  std::uint64_t first_pass = 0;                 ///< id of the pass of its first column group
  std::int64_t column_groups = 0;               ///< how many passes follow each other
  std::vector<std::vector<StreamPlace>> slots;  ///< as in PassRecord, one scheduler a row

  /// [row][j] over the rows that exist and all side-A streams j of the group or stride phase.
  std::vector<float> outputs;
};

}  // namespace tensordash
