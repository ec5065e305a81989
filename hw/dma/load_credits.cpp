#include "hw/dma/load_credits.h"

#include <stdexcept>

namespace tensordash {

LoadCredits::LoadCredits(unsigned tiles, std::uint32_t bank_rows)
    : tiles_(tiles), bank_rows_(bank_rows) {
  if (tiles == 0 || bank_rows == 0) {
    throw std::invalid_argument("loads for no tiles or no room; allowed: 1 or more");
  }
}

void LoadCredits::begin(const LoadProgram& program) {
  program_ = &program;
  granted_.fill(0);
  for (auto& side : used_) side.assign(tiles_, 0);
  for (auto& side : needed_) side.assign(tiles_, 0);
}

bool LoadCredits::can_grant(const LoadPortion& portion) const {
  const unsigned side = portion.side;
  if (portion.number < granted_[side]) return true;
  for (unsigned tile = 0; tile < tiles_; ++tile) {
    if (!needs(side, portion.number, tile)) continue;
    const std::uint32_t charge = program_->charge(side, portion.number, tile);
    if (charge != 0 && std::uint64_t{used_[side][tile]} + charge > bank_rows_) return false;
  }
  return true;
}

void LoadCredits::grant(const LoadPortion& portion) {
  const unsigned side = portion.side;
  if (portion.number < granted_[side]) return;
  granted_[side] = portion.number + 1;
  for (unsigned tile = 0; tile < tiles_; ++tile) {
    if (!needs(side, portion.number, tile)) continue;
    used_[side][tile] += program_->charge(side, portion.number, tile);
  }
}

void LoadCredits::release(unsigned side, unsigned tile, std::uint32_t needed) {
  std::uint32_t& first = needed_[side][tile];
  for (; first < needed; ++first) {
    if (first < granted_[side]) used_[side][tile] -= program_->charge(side, first, tile);
  }
}

}  // namespace tensordash
