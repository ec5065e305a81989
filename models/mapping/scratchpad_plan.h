#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "models/mapping/memory_parameters.h"
#include "models/mapping/side_operand.h"

namespace tensordash {

std::string_view name_of(Residency residency);
std::string_view name_of(ScratchpadUse use);

/// How the scratchpads of a side are used in a segment: as the mapping says, else `hold` where all
/// that a tile uses fits, else `reuse` where one pass's streams fit and follow each other, else
/// `stream`. Throws MappingError when what is wanted does not fit, or finds nothing to reuse.
ScratchpadUse scratchpad_use(const Segment& segment, Side side, const MemoryParameters& parameters,
                             unsigned tiles);

/// The passes of one tile in a segment, as one side's scratchpads see them.
class ScratchpadPlan {
 public:
  ScratchpadPlan(const Segment& segment, Side side, ScratchpadUse use, unsigned tiles,
                 unsigned tile);

  /// Passes of the tile in the segment.
  std::uint64_t passes() const { return passes_; }
  /// Id of its pass number `at`.
  std::uint64_t pass(std::uint64_t at) const { return first_ + at * tiles_; }
  std::int64_t row_group(std::uint64_t at) const {
    return static_cast<std::int64_t>(pass(at) - segment_.first_pass) / segment_.column_groups;
  }
  std::int64_t column_group(std::uint64_t at) const {
    return static_cast<std::int64_t>(pass(at) - segment_.first_pass) % segment_.column_groups;
  }
  /// The pass needs streams that the scratchpads do not hold yet.
  bool fetches(std::uint64_t at) const;
  /// The streams are not needed again, and stand in front of all others: their rows leave the
  /// scratchpads as they enter the staging buffers.
  bool last_use(std::uint64_t at) const;
  /// Rows of streams behind those of the pass that leave with its last row: they were used for the
  /// last time before, but rows leave a scratchpad only from its head.
  std::uint64_t left_over(std::uint64_t at) const;

 private:
  /// hold: passes that fetch, and so many of the last ones that read the scratchpads from the head.
  std::uint64_t held() const { return std::min(period_, passes_); }
  std::uint64_t last_round() const { return passes_ % held() == 0 ? held() : passes_ % held(); }
  std::int64_t stream_group(std::uint64_t at) const {
    return side_ == Side::b ? row_group(at) : column_group(at);
  }

  const Segment& segment_;
  Side side_;
  ScratchpadUse use_;
  unsigned tiles_;
  std::uint64_t first_ = 0, passes_ = 0;
  std::uint64_t period_ = 1;  ///< passes after which column groups come again
};

}  // namespace tensordash
