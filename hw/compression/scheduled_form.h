#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "hw/compression/compression_error.h"
#include "hw/pe/connectivity.h"
#include "hw/pe/lane_array.h"

namespace tensordash {

/// A row of a tensor in scheduled form (paper, section 3.6): what the lanes of a PE would multiply
/// in one step if this tensor alone were scheduled. An idle lane holds +0 and idle_select.
struct ScheduledRow {
  LaneRow values;        ///< v of each lane
  LaneSelects selects;   ///< idx of each lane: the MS of the front-end scheduler
  unsigned advance = 0;  ///< dense rows done with after this row (AS), 1 to the table's depth

  bool operator==(const ScheduledRow& other) const {
    return advance == other.advance && selects == other.selects && values == other.values;
  }
  bool operator!=(const ScheduledRow& other) const { return !(*this == other); }
};

/// Dense rows that were scheduled together: no value moves into or out of the block. The advances
/// of its rows add up to `dense_rows`.
struct ScheduledBlock {
  std::size_t dense_rows = 0;
  std::vector<ScheduledRow> rows;
};

/// Bit `lane` is set for a value that the scheduler takes: neither +0 nor -0.
std::uint64_t nonzero_lanes(const LaneRow& row);

/// Schedules a block of dense rows, one-sided, as the front end does (paper, section 3.2): a window
/// of the table's depth, every value taken once, AS rows on a step. Both zeros are zero.
/// Throws std::invalid_argument for a row whose lane count is not the table's.
ScheduledBlock schedule_block(const std::vector<LaneRow>& rows, const Connectivity& table);

/// The dense rows of a block, with +0 wherever no value is stored: what schedule_block() got, but
/// for the sign of zeros.
/// Throws CompressionError: an advance of 0 or beyond the depth; advances that do not add up to
/// dense_rows; a select that is no option, or that leads beyond the block or to a place that is
/// taken; a zero value that is not idle or an idle lane with another value than +0.
/// Throws std::invalid_argument for a lane count that is not the table's.
std::vector<LaneRow> expand(const ScheduledBlock& block, const Connectivity& table);

/// Bits of a scheduled row in memory.
struct ScheduledFormat {
  unsigned lanes = 0;
  unsigned value_bits = 0;    ///< of a lane: 32 (fp32) or 16 (bf16)
  unsigned select_bits = 0;   ///< of a lane: ceil(log2(options)), an idle lane is known by its zero
  unsigned advance_bits = 0;  ///< of a row: ceil(log2(depth)), for AS - 1

  /// The format for a table. Throws std::invalid_argument unless value_bytes is 4 or 2.
  ScheduledFormat(const Connectivity& table, unsigned value_bytes);

  std::size_t row_bits() const {
    return std::size_t{lanes} * (value_bits + select_bits) + advance_bits;
  }
  std::size_t bits(const ScheduledBlock& block) const { return block.rows.size() * row_bits(); }
};

/// The block as bytes: its rows one after the other without gaps, in a row the values of the lanes,
/// their selects and AS - 1, every field from its lowest bit, bits of a byte from the lowest; the
/// last byte is filled up with zeros. The number of dense rows is not stored.
/// Throws std::invalid_argument for a value with more bits than `format` keeps.
std::vector<std::uint8_t> encode_block(const ScheduledBlock& block, const ScheduledFormat& format);

/// The block of `dense_rows` dense rows in these bytes, ready for expand().
/// Throws CompressionError: fewer or more bytes than its rows take; an advance or a select that the
/// table does not have; a select other than 0 beside a zero value; -0; advances that pass
/// `dense_rows`; bits behind the last row that are not zero.
ScheduledBlock decode_block(const std::vector<std::uint8_t>& bytes, std::size_t dense_rows,
                            const Connectivity& table, const ScheduledFormat& format);

}  // namespace tensordash
