#pragma once

#include <cstdint>

#include "hw/dram/command.h"

namespace tensordash {

/// Depth of a queue over time: it starts empty at clock 0.
class QueueDepth {
 public:
  /// The queue holds `depth` entries from `clock` on; clocks never decrease.
  void changed(DramClock clock, unsigned depth) {
    entry_clocks_ += depth_ * (clock - since_);
    since_ = clock;
    depth_ = depth;
    if (depth > max_) max_ = depth;
  }

  unsigned max() const { return max_; }

  /// Mean over the clocks before `until`, which is at or after the last change.
  double mean(DramClock until) const {
    if (until == 0) return 0.0;
    return static_cast<double>(entry_clocks_ + depth_ * (until - since_)) /
           static_cast<double>(until);
  }

  /// Clock of the last change; 0 before any.
  DramClock last_change() const { return since_; }

 private:
  std::uint64_t entry_clocks_ = 0;
  std::uint64_t depth_ = 0;
  DramClock since_ = 0;
  unsigned max_ = 0;
};

}  // namespace tensordash
