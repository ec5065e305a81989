#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "hw/pe/lane_array.h"

namespace tensordash {

/// The values of rows as they lie in memory: row after row, lane 0 first, little-endian; of 2-byte
/// values the upper half of the fp32 pattern (bf16).
/// Throws std::invalid_argument: a value_bytes other than 4 or 2; a value that is no bf16 value.
std::vector<std::uint8_t> values_of_rows(const std::vector<LaneRow>& rows, unsigned value_bytes);

/// The reverse: rows of `lanes` lanes from values of value_bytes bytes each; a last row that is not
/// full is filled up with +0.
/// Throws std::invalid_argument: a value_bytes other than 4 or 2; no or too many lanes; bytes that
/// are no whole values.
std::vector<LaneRow> rows_of_values(const std::vector<std::uint8_t>& bytes, unsigned value_bytes,
                                    unsigned lanes);

}  // namespace tensordash
