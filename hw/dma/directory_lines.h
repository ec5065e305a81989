#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "hw/dma/dma_limits.h"

namespace tensordash {

/// The directory lines that were read and whose entries are still needed. Lines are counted in the
/// order in which they are asked for; a group uses the last one of its side among those before it.
class DirectoryLines {
 public:
  static constexpr std::uint32_t entries = directory_line_entries;

  void clear();

  /// A line is asked for. Returns its number.
  std::uint32_t ask(unsigned side);
  /// It came: `entries` little-endian entries at `bytes`.
  void came(std::uint32_t number, const std::uint8_t* bytes);

  /// Lines before this number have all come.
  std::uint32_t complete() const { return complete_; }

  /// The entry of a group that stands behind `needs` lines, all of which have come. Lines before
  /// its own are forgotten. Throws std::logic_error when there is none.
  std::uint16_t entry(unsigned side, std::uint32_t group, std::uint32_t needs);

 private:
  struct Line {
    std::uint32_t number = 0;
    std::array<std::uint16_t, entries> values{};
  };

  std::array<std::deque<Line>, 2> lines_;
  std::vector<bool> came_;
  std::uint32_t complete_ = 0;
};

}  // namespace tensordash
