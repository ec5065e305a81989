#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "hw/memory/stall_cause.h"
#include "models/mapping/side_operand.h"
#include "models/memory/edge.h"

namespace tensordash {

/// When the portions of both sides came, and what held them up.
class LandingLog {
 public:
  LandingLog(std::uint32_t portions_b, std::uint32_t portions_a, std::array<bool, 2> transposed)
      : transposed_(transposed) {
    portions_[0].resize(portions_b);
    portions_[1].resize(portions_a);
  }

  /// The edge at which the portion's last row is written into the SRAMs, or never: not known yet.
  Edge landed(Side side, std::uint32_t portion) const { return at(side, portion).landed; }

  /// Its last request was issued at `issued`, its last data came at `data`, its last row is written
  /// at `landed`.
  void land(Side side, std::uint32_t portion, Edge issued, Edge data, Edge landed) {
    portions_[static_cast<std::size_t>(side)][portion] = {issued, data, landed};
  }

  /// Loads wait for room from this edge on.
  void blocked(Edge from) { blocked_.push_back({from, never}); }
  /// They do not any more from this edge on.
  void unblocked(Edge until) { blocked_.back().until = until; }

  struct Reason {
    StallCause cause;
    Edge until;  ///< it holds for the edges before this one
  };
  /// Why a portion that has landed was not there at `edge`, before it landed.
  Reason reason(Side side, std::uint32_t portion, Edge edge) const;

 private:
  struct Landing {
    Edge issued = never, data = never, landed = never;
  };
  struct Interval {
    Edge from, until;
  };

  const Landing& at(Side side, std::uint32_t portion) const {
    return portions_[static_cast<std::size_t>(side)][portion];
  }

  std::array<bool, 2> transposed_;
  std::array<std::vector<Landing>, 2> portions_;
  std::vector<Interval> blocked_;
};

}  // namespace tensordash
