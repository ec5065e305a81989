#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "hw/pe/connectivity.h"
#include "hw/pe/lane_array.h"

namespace tensordash {

/// How the values of a tensor lie in memory.
enum class MemoryForm {
  dense,      ///< every value
  zero_mask,  ///< a 32-bit mask for 32 values, and the values that are not zero
  scheduled,  ///< scheduled rows: values, selects, advances
};

/// Where the pieces of a tensor lie, and so what can be reached without reading what lies before.
enum class Placement {
  whole,     ///< one piece from the first to the last row: read in that order only
  pointers,  ///< groups one behind the other, a pointer to the start of each (paper, section 3.6.2)
  slots,     ///< groups at their dense places, in slots for the worst case: only accesses are saved
};

/// How a tensor is cut and accessed.
struct FootprintParameters {
  unsigned value_bytes = 4;       ///< 4 (fp32) or 2 (bf16)
  std::size_t group_rows = 16;    ///< rows of a group: 16x16 values with 16 lanes (section 3.4)
  unsigned pointer_bits = 32;     ///< of a pointer to the start of a group
  std::size_t access_bytes = 32;  ///< read by one access; pieces start at multiples of it
};

/// What a tensor takes in memory, and what reading all of it once takes.
struct Footprint {
  std::uint64_t value_bits = 0;    ///< values that are stored
  std::uint64_t side_bits = 0;     ///< masks, or selects and advances
  std::uint64_t pointer_bits = 0;  ///< pointers to the starts of groups
  std::uint64_t bytes = 0;         ///< reserved in memory, gaps behind pieces and pointers included
  std::uint64_t accesses = 0;      ///< of access_bytes each, for pieces and pointers
  /// Accesses of a memory as wide as a row of the form, pointers left out: rows (scratchpads
  /// widened for the selects, section 3.6.1). 0 in the zero-mask form, which has no rows.
  std::uint64_t row_accesses = 0;
};

/// The footprint of a tensor given as rows of lanes; the last group may be shorter than the others.
/// A group's slot is its worst case: in the zero-mask form all values and the masks, in the
/// scheduled form a scheduled row for each dense one. The forms carry their own ends, so a slot
/// needs no length beside it.
/// Throws std::invalid_argument: a row with another lane count than the table's; value_bytes other
/// than 4 or 2; group_rows or access_bytes of 0.
Footprint footprint(const std::vector<LaneRow>& rows, MemoryForm form, Placement placement,
                    const Connectivity& table, const FootprintParameters& parameters = {});

}  // namespace tensordash
