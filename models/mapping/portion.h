#pragma once

#include <cstdint>
#include <vector>

#include "models/mapping/memory_parameters.h"
#include "models/mapping/side_operand.h"

namespace tensordash {

/// What a portion holds.
struct PortionContent {
  enum class Kind : std::uint8_t {
    line,        ///< windows: all positions of line `from`
    row_group,   ///< windows: all that row group `from` reads
    channels,    ///< channels (or filters) `from` to `from + count - 1`, all of their rows
    stream_rows  ///< stream rows `from` to `from + count - 1` of the passes of wave `round`
  };
  Kind kind = Kind::line;
  std::uint32_t segment = 0;
  std::int64_t from = 0, count = 0;
  /// channels: the row group of a round, whose passes use it, or -1 for all of them.
  std::int64_t round = -1;
  bool used_only = true;  ///< channels: a tile gets those that its passes use, else all
};

/// A run of DRAM groups that is loaded into the tiles that need it, and dropped by each of them, as
/// a whole: what the buffets of the SRAMs count.
struct Portion {
  Side side = Side::b;
  std::uint32_t number = 0;      ///< among those of its side
  std::uint32_t groups = 0;      ///< list of DRAM groups (PortionPlan::groups())
  std::int64_t first_row = 0;    ///< wave: the stream row of its pass that it begins with
  std::uint64_t first_pass = 0;  ///< the first pass that needs it
  PortionContent content;
};

/// What a segment keeps of a side.
struct SegmentResidency {
  Residency mode = Residency::whole;
  std::uint32_t base = 0;                  ///< number of the first portion
  std::uint32_t portions = 0;              ///< of the segment
  std::uint32_t a_round = 0;               ///< round: portions a row group
  std::uint32_t chunks = 0;                ///< wave
  std::uint32_t chunk_rows = 0;            ///< wave: stream rows
  unsigned channels_a_portion = 0;         ///< of portions by channel
  std::vector<std::uint32_t> first, last;  ///< [row or column group], from `base`
};

}  // namespace tensordash
