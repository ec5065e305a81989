#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace tensordash {

/// Where the lane-cycles of an operation went: every lane of every PE of every tile, in every cycle
/// until the operation ends, is counted in exactly one place, the first that applies in the order
/// below. All figures are lane-cycles.
struct CycleLedger {
  std::uint64_t fill = 0;  ///< pipeline fill and drain, once an operation

  // The tile waits for memory, or all tiles are done and results are still written back; by cause
  // (models/memory/README.md). All 0 with ideal memory.
  std::uint64_t stall_scratchpad = 0, stall_sram = 0, stall_bank_conflict = 0;
  std::uint64_t stall_transposer = 0, stall_credit = 0, stall_dram = 0;

  std::uint64_t out_of_passes = 0;   ///< the tile has no pass left, others do
  std::uint64_t missing_row = 0;     ///< tile rows beyond the last side-B stream
  std::uint64_t missing_column = 0;  ///< tile columns beyond the last side-A stream

  // A pair was taken. Structural: one of its values is spatial padding, a dilation zero or lane
  // padding, on either side; else by which of the two values of the tensors is zero.
  std::uint64_t effectual = 0;
  std::uint64_t zero_a = 0, zero_b = 0, zero_both = 0;
  std::uint64_t structural = 0;

  /// Idle while the tile waits for a slower scheduler: the lane's own scheduler could have drained
  /// more rows than left the tile's windows in this step (lockstep), or has drained its last row
  /// while another of its tile has not (elastic).
  std::uint64_t waiting = 0;
  /// Idle at the end of a pass: the window holds fewer rows than it is deep, and no candidate is
  /// left in it.
  std::uint64_t tail = 0;
  /// Idle although a place that the lane can reach held a candidate: it went to another lane.
  std::uint64_t priority = 0;
  /// Idle because no place that the lane can reach held a candidate.
  std::uint64_t connectivity = 0;

  std::uint64_t total() const;
  CycleLedger& operator+=(const CycleLedger& other);
  bool operator==(const CycleLedger& other) const;
  bool operator!=(const CycleLedger& other) const { return !(*this == other); }
};

/// One category as reports show it.
struct LedgerCategory {
  std::string_view name;  ///< key in JSON
  std::string_view help;  ///< a few words for a table
  std::uint64_t CycleLedger::*count;
};

/// All categories, in the order in which they are decided.
const std::array<LedgerCategory, 19>& ledger_categories();

}  // namespace tensordash
