#include "tests/platform/pin/scripted_tile.h"

namespace tensordash {

ScriptedTile::ScriptedTile(const MemoryCase& the_case)
    : case_(the_case),
      depth_(the_case.depth),
      passes_(the_case.plan.pass_count()),
      next_pass_(the_case.tile) {
  for (const Segment& segment : the_case.plan.segments()) {
    SegmentPace pace;
    pace.by_pass = true;
    pace.first.resize(segment.passes());
    paces_.push_back(std::move(pace));
  }
}

bool ScriptedTile::move(const FillStatus& offered) {
  const unsigned rows = entering(offered);
  const bool turns = would_turn(offered);
  const bool ends = has_pass_ && turns;
  if (has_pass_) {
    ++steps_;
    paces_[case_.segment_of(pass_)].advance.push_back(static_cast<std::uint8_t>(leaving()));
    position_ += leaving();
    ++step_;
  }
  if (turns) {
    has_pass_ = rows > 0;
    position_ = step_ = entered_ = 0;
    if (has_pass_) begin_pass();
  }
  entered_ += rows;
  leaving_ = has_pass_ ? advances_[std::min(step_, advances_.size() - 1)] : 0;
  return ends;
}

void ScriptedTile::begin_pass() {
  pass_ = next_pass_;
  next_pass_ += case_.tiles;
  advances_ = case_.advances(pass_);
  const std::size_t segment = case_.segment_of(pass_);
  SegmentPace& pace = paces_[segment];
  pace.first[pass_ - case_.plan.segments()[segment].first_pass] = pace.advance.size();
}

}  // namespace tensordash
