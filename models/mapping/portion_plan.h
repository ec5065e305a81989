#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "models/mapping/memory_parameters.h"
#include "models/mapping/side_operand.h"

namespace tensordash {

/// How a side's operand stays in the SRAMs of the tiles; see models/mapping/README.md.
enum class Residency : std::uint8_t {
  whole,   ///< loaded once, kept to the end of the segment
  window,  ///< loaded once, row group by row group, dropped when no later one needs it
  round,   ///< loaded anew for every row group
  wave,    ///< loaded anew for every pass of each tile, in chunks of stream rows
};

/// A run of DRAM groups that is loaded into the tiles that need it, and dropped by each of them, as
/// a whole: what the buffets of the SRAMs count.
struct Portion {
  Side side = Side::b;
  std::uint32_t number = 0;      ///< among those of its side
  std::uint32_t groups = 0;      ///< list of DRAM groups (PortionPlan::groups())
  std::uint32_t chunk = 0;       ///< wave: which chunk of the pass
  std::uint64_t first_pass = 0;  ///< the first pass that needs it
};

/// Portions of its side that a pass needs.
struct PortionNeed {
  std::uint32_t first = 0, last = 0;
  std::uint32_t chunk_rows = 0;  ///< wave: stream row k needs portion first + k / chunk_rows
};

/// What a segment keeps of a side.
struct SegmentResidency {
  Residency mode = Residency::whole;
  std::uint32_t base = 0;                  ///< number of the first portion
  std::uint32_t portions = 0;              ///< of the segment
  std::uint32_t a_round = 0;               ///< round: portions a row group
  std::uint32_t chunks = 0;                ///< wave
  std::uint32_t chunk_rows = 0;            ///< wave: stream rows
  unsigned channels_a_portion = 0;         ///< of portions by channel
  std::vector<std::uint32_t> first, last;  ///< [row or column group], from `base`
};

/// Which parts of the operands are loaded when, and to which tiles (paper, section 3.4). Loads
/// happen in the one order of `order()`: by the pass that needs them first. What it guarantees: the
/// portions that a pass needs fit into each SRAM, so that loads and tiles never wait for each other
/// for ever.
class PortionPlan {
 public:
  /// Throws MappingError when an SRAM is too small for even one pass.
  PortionPlan(const StreamPlan& plan, const SideOperand& b, const SideOperand& a,
              const MemoryParameters& parameters, unsigned tiles);

  /// All portions as they are loaded.
  const std::vector<Portion>& order() const { return order_; }
  /// Portions of a side.
  std::uint32_t count(Side side) const {
    return static_cast<std::uint32_t>(sides_[static_cast<std::size_t>(side)].portions.size());
  }
  /// DRAM groups of list `groups`, in the order in which they are read.
  const std::vector<std::uint32_t>& groups(std::uint32_t list) const { return lists_[list]; }
  /// Addresses a bank that a portion takes in the SRAM of a tile; 0: the tile does not get it.
  std::uint32_t charge(Side side, std::uint32_t portion, unsigned tile) const {
    return sides_[static_cast<std::size_t>(side)].charges[std::size_t{portion} * tiles_ + tile];
  }
  /// SRAM rows of a portion that a tile keeps.
  std::uint32_t rows(Side side, std::uint32_t portion, unsigned tile) const {
    return sides_[static_cast<std::size_t>(side)].rows[std::size_t{portion} * tiles_ + tile];
  }
  const SegmentResidency& residency(Side side, std::size_t segment) const {
    return sides_[static_cast<std::size_t>(side)].segments[segment];
  }
  /// What pass (row group, column group) of a segment needs.
  PortionNeed need(Side side, std::size_t segment, std::int64_t row_group,
                   std::int64_t column_group) const;

 private:
  struct SidePlan {
    std::vector<Portion> portions;
    std::vector<std::uint32_t> charges;  ///< [portion][tile]
    std::vector<std::uint32_t> rows;     ///< [portion][tile]
    std::vector<SegmentResidency> segments;
  };

  class Builder;

  const StreamPlan& plan_;
  unsigned tiles_;
  std::array<SidePlan, 2> sides_;
  std::vector<std::vector<std::uint32_t>> lists_;
  std::vector<Portion> order_;
};

}  // namespace tensordash
