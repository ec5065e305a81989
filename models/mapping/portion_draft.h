#pragma once

#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "models/mapping/memory_parameters.h"
#include "models/mapping/portion.h"

namespace tensordash {

/// What a portion takes of a tile: addresses a bank, and rows.
struct PortionShare {
  std::uint32_t charge = 0, rows = 0;
};

using PortionShares = std::vector<PortionShare>;  ///< [tile]

/// The portions of one side so far.
struct SidePortions {
  std::vector<Portion> portions;
  std::vector<PortionShare> shares;  ///< [portion][tile]
  std::vector<SegmentResidency> segments;
};

/// Lists of DRAM groups that portions share.
using GroupLists = std::vector<std::vector<std::uint32_t>>;

/// The portions of one segment of one side, while they are laid down by the functions of
/// window_portions.h, channel_portions.h and wave_portions.h.
struct PortionDraft {
  PortionDraft(const SideOperand& read, Side of_side, const Segment& of_segment,
               std::uint32_t number, const MemoryParameters& parameters, unsigned tile_count,
               SidePortions& so_far, GroupLists& group_lists)
      : operand(read),
        side(of_side),
        segment(of_segment),
        segment_number(number),
        banks(parameters.sram_banks),
        bank_rows(parameters.bank_rows()),
        bundle_rows(parameters.sram_rows_per_clock),
        tiles(tile_count),
        to(so_far),
        lists(group_lists) {
    residency.base = static_cast<std::uint32_t>(so_far.portions.size());
  }

  /// Id of a pass, and the tile that runs it.
  std::uint64_t pass(std::int64_t row_group, std::int64_t column_group) const {
    return segment.first_pass +
           static_cast<std::uint64_t>(row_group * segment.column_groups + column_group);
  }
  unsigned tile(std::int64_t row_group, std::int64_t column_group) const {
    return segment.tile(pass(row_group, column_group) - segment.first_pass, tiles);
  }

  std::uint32_t add_list(std::vector<std::uint32_t> groups);
  void add(std::uint32_t list, std::uint64_t first_pass, std::int64_t first_row,
           PortionContent content, const PortionShares& shares);
  /// The same share for all tiles that run a pass of the segment.
  PortionShares everywhere(PortionShare share) const;
  /// Forgets needs that were tried. Returns false.
  bool give_up();

  const SideOperand& operand;
  const Side side;
  const Segment& segment;
  const std::uint32_t segment_number;
  const unsigned banks;
  const std::uint32_t bank_rows;
  const std::int64_t bundle_rows;  ///< stream rows that are fetched together
  const unsigned tiles;
  SegmentResidency residency;
  SidePortions& to;
  GroupLists& lists;
};

/// SRAM rows as a set, in order.
using RowSet = std::set<std::pair<std::int64_t, std::int64_t>>;

/// Rows of stream rows from..from+count-1 of a row or column group of the side.
RowSet rows_of_stream_rows(const SideOperand& operand, const Segment& segment, std::int64_t group,
                           std::int64_t from, std::int64_t count);

/// DRAM groups that hold the rows of stream rows from..from+count-1 of some row or column groups.
std::vector<std::uint32_t> groups_of_stream_rows(const SideOperand& operand, const Segment& segment,
                                                 const std::set<std::int64_t>& stream_groups,
                                                 std::int64_t from, std::int64_t count);

/// Channels of a row or column group, first and last.
std::int64_t first_channel(const SideOperand& operand, std::int64_t group);
std::int64_t last_channel(const SideOperand& operand, const Segment& segment, std::int64_t group);

}  // namespace tensordash
