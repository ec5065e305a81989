#include "platform/pin/sram_addresses.h"

#include <fmt/format.h>

#include <stdexcept>

namespace tensordash {

SramAddresses::SramAddresses(Side side, unsigned tile, const SideOperand& operand,
                             const PortionPlan& portions, const MemoryParameters& parameters)
    : side_(side),
      tile_(tile),
      operand_(operand),
      portions_(portions),
      banks_(parameters.sram_banks),
      bank_rows_(parameters.bank_rows()) {
  unsigned base = 0;
  for (std::uint32_t portion = 0; portion < portions.count(side); ++portion) {
    bases_.push_back(base);
    base = (base + portions.charge(side, portion, tile)) % bank_rows_;
  }
}

std::vector<SramAddresses::Place> SramAddresses::places(std::uint32_t portion) const {
  std::vector<Place> places;
  std::vector<unsigned> filled(banks_, 0);
  const unsigned charge = portions_.charge(side_, portion, tile_);
  for (const SramRow& row : portions_.rows_of(side_, portion, tile_)) {
    const unsigned bank = operand_.bank(row, banks_);
    if (filled[bank] == charge) {
      throw std::logic_error(fmt::format("more than {} rows of a portion in a bank", charge));
    }
    places.push_back({row, {true, bank, (bases_[portion] + filled[bank]++) % bank_rows_}});
  }
  return places;
}

const SramAddresses::Rows& SramAddresses::rows_of(std::uint32_t portion) {
  const auto [entry, fresh] = known_.try_emplace(portion);
  if (fresh) {
    for (const Place& place : places(portion)) {
      entry->second.emplace(std::pair(place.row.owner, place.row.place), place.address);
    }
  }
  return entry->second;
}

RowRequest SramAddresses::find(std::uint32_t first, std::uint32_t last, const SramRow& row) {
  for (std::uint32_t portion = first; portion <= last; ++portion) {
    const Rows& rows = rows_of(portion);
    const auto found = rows.find({row.owner, row.place});
    if (found != rows.end()) return found->second;
  }
  throw std::logic_error(fmt::format("row {} of {} is in none of the portions {} to {}", row.place,
                                     row.owner, first, last));
}

void SramAddresses::forget(std::uint32_t before) {
  known_.erase(known_.begin(), known_.lower_bound(before));
}

}  // namespace tensordash
