#include "tests/platform/pin/scripted_tile.h"

namespace tensordash {

ScriptedTile::ScriptedTile(const MemoryCase& the_case)
    : case_(the_case),
      depth_(the_case.depth),
      passes_(the_case.plan.pass_count()),
      next_pass_(the_case.tile) {}

bool ScriptedTile::move(const FillStatus& offered) {
  const unsigned rows = entering(offered);
  const bool turns = would_turn(offered);
  const bool ends = has_pass_ && turns;
  if (has_pass_) {
    ++steps_;
    position_ += leaving();
    ++step_;
  }
  if (!turns) {
    entered_ += rows;
    return ends;
  }
  has_pass_ = rows > 0;
  position_ = step_ = 0;
  entered_ = rows;
  if (has_pass_) {
    pass_ = next_pass_;
    advances_ = case_.advances(pass_);
    next_pass_ += case_.tiles;
  }
  return ends;
}

}  // namespace tensordash
