#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "models/mapping/portion_draft.h"

namespace tensordash {

/// Portions of its side that a pass needs.
struct PortionNeed {
  std::uint32_t first = 0, last = 0;
  std::uint32_t chunk_rows = 0;  ///< wave: stream row k needs portion first + k / chunk_rows
};

/// Which parts of the operands are loaded when, and to which tiles (paper, section 3.4). Loads
/// happen in the one order of `order()`: by the pass that needs them first. What it guarantees: the
/// portions that a pass needs fit into each SRAM, so that loads and tiles never wait for each other
/// for ever.
class PortionPlan {
 public:
  /// Throws MappingError when an SRAM is too small for even one pass, or for the mapping that is
  /// wanted.
  /// `plan` and the operands must outlive the portions.
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
    // What has no groups is never loaded, and so takes no room.
    return empty(side, portion) ? 0 : share(side, portion, tile).charge;
  }
  /// SRAM rows of a portion that a tile keeps.
  std::uint32_t rows(Side side, std::uint32_t portion, unsigned tile) const {
    return share(side, portion, tile).rows;
  }
  /// Which rows those are, in the order of owner and place.
  std::vector<SramRow> rows_of(Side side, std::uint32_t portion, unsigned tile) const;
  const SegmentResidency& residency(Side side, std::size_t segment) const {
    return sides_[static_cast<std::size_t>(side)].segments[segment];
  }
  /// What pass (row group, column group) of a segment needs.
  PortionNeed need(Side side, std::size_t segment, std::int64_t row_group,
                   std::int64_t column_group) const;

 private:
  bool empty(Side side, std::uint32_t portion) const {
    return lists_[sides_[static_cast<std::size_t>(side)].portions[portion].groups].empty();
  }
  const PortionShare& share(Side side, std::uint32_t portion, unsigned tile) const {
    return sides_[static_cast<std::size_t>(side)].shares[std::size_t{portion} * tiles_ + tile];
  }
  PortionDraft draft(Side side, std::size_t segment, const MemoryParameters& parameters);
  void finish(PortionDraft draft);
  bool add_kept(std::size_t segment, const MemoryParameters& parameters);
  void add_waves(std::size_t segment, const MemoryParameters& parameters);

  const StreamPlan& plan_;
  std::array<const SideOperand*, 2> operands_;
  unsigned tiles_;
  std::array<SidePortions, 2> sides_;
  GroupLists lists_;
  std::vector<Portion> order_;
};

}  // namespace tensordash
