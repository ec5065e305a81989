#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "hw/dma/load_program.h"

namespace tensordash {

/// Room in the SRAMs of the tiles, a side: the credits with which portions are loaded. A portion is
/// granted when every tile that wants it has room for all of it; a tile gives the room back when it
/// says that it needs the portion no more.
class LoadCredits {
 public:
  /// `bank_rows`: addresses of a bank.
  LoadCredits(unsigned tiles, std::uint32_t bank_rows);

  void begin(const LoadProgram& program);

  /// The portion was granted, or can be now.
  bool can_grant(const LoadPortion& portion) const;
  /// Takes the room, unless it was taken.
  void grant(const LoadPortion& portion);

  /// A tile needs portions of a side from `needed` on only, which never goes back. Those that were
  /// not granted yet will then not be charged to it.
  void release(unsigned side, unsigned tile, std::uint32_t needed);

  /// A tile has not let go of a portion.
  bool needs(unsigned side, std::uint32_t number, unsigned tile) const {
    return number >= needed_[side][tile];
  }

  /// Addresses a bank that are taken.
  std::uint32_t used(unsigned side, unsigned tile) const { return used_[side][tile]; }

 private:
  const unsigned tiles_;
  const std::uint32_t bank_rows_;
  const LoadProgram* program_ = nullptr;
  std::array<std::vector<std::uint32_t>, 2> used_, needed_;  ///< [side][tile]
  std::array<std::uint32_t, 2> granted_{};                   ///< [side] portions
};

}  // namespace tensordash
