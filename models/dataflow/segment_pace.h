#pragma once

#include <cstdint>
#include <vector>

namespace tensordash {

/// How the windows of a segment's passes move: rows that leave in each step. Every pass of a row
/// group moves alike where schedulers look at side B alone.
struct SegmentPace {
  std::vector<std::uint8_t> advance;  ///< [step], row group after row group, or pass after pass
  std::vector<std::uint64_t> first;   ///< [row group] or [pass]: its first step in `advance`
  bool by_pass = false;
};

}  // namespace tensordash
