#pragma once

#include <cstdint>
#include <vector>

namespace tensordash {

/// How the windows of a segment's row groups move: rows that leave in each step. Every pass of a row
/// group moves alike where schedulers look at side B alone.
struct SegmentPace {
  std::vector<std::uint8_t> advance;  ///< [step], row group after row group
  std::vector<std::uint64_t> first;   ///< [row group]: the place of its first step in `advance`
};

}  // namespace tensordash
