#pragma once

#include <vector>

#include "hw/pe/signals.h"
#include "tests/platform/pin/memory_case.h"

namespace tensordash {

/// What a lockstep tile asks of its memory, with schedules given beforehand, or with those of a
/// real tile, which it then follows.
class ScriptedTile {
 public:
  explicit ScriptedTile(const MemoryCase& the_case);

  /// The real tile would leave room for so many rows.
  void follow(unsigned space) { leaving_ = held() + space - depth_; }

  /// Rows of room in the windows after the next step.
  unsigned space() const { return depth_ - (held() - leaving()); }
  unsigned leaving() const { return leaving_; }
  bool would_turn(const FillStatus& offered) const { return leaving() == held() && offered.starts; }
  /// Rows that the step takes from the write ports.
  unsigned entering(const FillStatus& offered) const {
    return offered.starts && !would_turn(offered) ? 0 : std::min<unsigned>(space(), offered.wanted);
  }
  bool stalls(const FillStatus& offered) const {
    return offered.lacks(space(), would_turn(offered));
  }

  /// The pass that the rows entering belong to, and the first of them.
  std::uint64_t pass_entering(const FillStatus& offered) const {
    return offered.starts ? next_pass_ : pass_;
  }
  std::uint64_t row_entering(const FillStatus& offered) const {
    return offered.starts ? 0 : entered_;
  }
  /// An edge without a stall. Returns whether the last step of a pass took place.
  bool move(const FillStatus& offered);

  bool done() const { return !has_pass_ && next_pass_ >= passes_; }
  std::uint64_t pass() const { return pass_; }
  std::uint64_t steps() const { return steps_; }
  bool has_pass() const { return has_pass_; }
  /// The schedules so far, in the form that the clocks are counted from.
  const std::vector<SegmentPace>& paces() const { return paces_; }

 private:
  void begin_pass();
  unsigned held() const { return static_cast<unsigned>(entered_ - position_); }

  const MemoryCase& case_;
  unsigned depth_;
  std::uint64_t passes_, next_pass_, pass_ = 0;
  bool has_pass_ = false;
  unsigned leaving_ = 0;  ///< rows, with the next step
  std::vector<unsigned> advances_;
  std::size_t step_ = 0;
  std::vector<SegmentPace> paces_;
  std::uint64_t position_ = 0, entered_ = 0, steps_ = 0;
};

}  // namespace tensordash
