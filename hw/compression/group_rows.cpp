#include "hw/compression/group_rows.h"

#include <fmt/format.h>

#include <stdexcept>

#include "hw/numeric/fp32.h"

namespace tensordash {
namespace {

constexpr unsigned fp32_bytes = 4;

// Bits of an fp32 pattern that a value of this size leaves out.
unsigned dropped_bits(unsigned value_bytes) {
  if (value_bytes != 4 && value_bytes != 2) {
    throw std::invalid_argument(
        fmt::format("values of {} bytes; allowed: 4 (fp32) or 2 (bf16)", value_bytes));
  }
  return 8 * (fp32_bytes - value_bytes);
}

}  // namespace

std::vector<std::uint8_t> values_of_rows(const std::vector<LaneRow>& rows, unsigned value_bytes) {
  const unsigned dropped = dropped_bits(value_bytes);
  std::vector<std::uint8_t> bytes;
  for (const LaneRow& row : rows) {
    for (unsigned lane = 0; lane < row.lanes(); ++lane) {
      std::uint32_t bits = fp32_bits(row[lane]);
      if ((bits >> dropped) << dropped != bits) {
        throw std::invalid_argument(fmt::format("{} in lane {} is no bf16 value", row[lane], lane));
      }
      bits >>= dropped;
      for (unsigned byte = 0; byte < value_bytes; ++byte) {
        bytes.push_back(static_cast<std::uint8_t>(bits >> (8 * byte)));
      }
    }
  }
  return bytes;
}

std::vector<LaneRow> rows_of_values(const std::vector<std::uint8_t>& bytes, unsigned value_bytes,
                                    unsigned lanes) {
  const unsigned dropped = dropped_bits(value_bytes);
  if (lanes == 0 || lanes > max_lanes) {
    throw std::invalid_argument(
        fmt::format("rows of {} lanes; allowed: 1 to {}", lanes, max_lanes));
  }
  if (bytes.size() % value_bytes != 0) {
    throw std::invalid_argument(
        fmt::format("{} bytes are no whole values of {}", bytes.size(), value_bytes));
  }
  std::vector<LaneRow> rows;
  for (std::size_t value = 0; value < bytes.size() / value_bytes; ++value) {
    const auto lane = static_cast<unsigned>(value % lanes);
    if (lane == 0) rows.emplace_back(lanes);
    std::uint32_t bits = 0;
    for (unsigned byte = 0; byte < value_bytes; ++byte) {
      bits |= std::uint32_t{bytes[value * value_bytes + byte]} << (8 * byte);
    }
    rows.back()[lane] = fp32_value(bits << dropped);
  }
  return rows;
}

}  // namespace tensordash
