#include "hw/compression/footprint.h"

#include <algorithm>
#include <stdexcept>

#include "hw/compression/group_rows.h"
#include "hw/compression/scheduled_form.h"
#include "hw/compression/zero_compression.h"

namespace tensordash {
namespace {

std::uint64_t divided_up(std::uint64_t dividend, std::uint64_t divisor) {
  return (dividend + divisor - 1) / divisor;
}

// One contiguous piece of memory.
struct Piece {
  std::uint64_t value_bits = 0;
  std::uint64_t side_bits = 0;
  std::uint64_t rows = 0;
  std::uint64_t worst_bits = 0;  // of any piece with as many dense rows
};

Piece dense_piece(const std::vector<LaneRow>& rows, const ScheduledFormat& format) {
  const std::uint64_t bits = std::uint64_t{rows.size()} * format.lanes * format.value_bits;
  return {bits, 0, rows.size(), bits};
}

Piece zero_mask_piece(const std::vector<LaneRow>& rows, const ScheduledFormat& format) {
  const std::size_t count = rows.size() * format.lanes;
  const unsigned value_bytes = format.value_bits / 8;
  const std::vector<std::uint8_t> raw = values_of_rows(rows, value_bytes);
  const std::uint64_t mask_bits = divided_up(count, values_per_mask) * 8 * sizeof(std::uint32_t);
  const std::uint64_t bits = 8 * std::uint64_t{compressed_bytes(raw.data(), count, value_bytes)};
  return {bits - mask_bits, mask_bits, 0, mask_bits + 8 * std::uint64_t{raw.size()}};
}

Piece scheduled_piece(const std::vector<LaneRow>& rows, const Connectivity& table,
                      const ScheduledFormat& format) {
  const std::uint64_t scheduled = schedule_block(rows, table).rows.size();
  const std::uint64_t value_bits = std::uint64_t{format.lanes} * format.value_bits;
  return {scheduled * value_bits, scheduled * (format.row_bits() - value_bits), scheduled,
          std::uint64_t{rows.size()} * format.row_bits()};
}

Piece piece_of(const std::vector<LaneRow>& rows, MemoryForm form, const Connectivity& table,
               const ScheduledFormat& format) {
  switch (form) {
    case MemoryForm::dense:
      return dense_piece(rows, format);
    case MemoryForm::zero_mask:
      return zero_mask_piece(rows, format);
    case MemoryForm::scheduled:
      return scheduled_piece(rows, table, format);
  }
  throw std::invalid_argument("a form of memory that does not exist");
}

}  // namespace

Footprint footprint(const std::vector<LaneRow>& rows, MemoryForm form, Placement placement,
                    const Connectivity& table, const FootprintParameters& parameters) {
  const ScheduledFormat format(table, parameters.value_bytes);
  if (parameters.group_rows == 0 || parameters.access_bytes == 0) {
    throw std::invalid_argument("groups of no rows, or accesses of no bytes");
  }
  const bool lanes_agree = std::all_of(
      rows.begin(), rows.end(), [&](const LaneRow& row) { return row.lanes() == table.lanes(); });
  if (!lanes_agree) throw std::invalid_argument("a row with another lane count than the table's");
  const std::uint64_t access_bits = 8 * std::uint64_t{parameters.access_bytes};
  const std::size_t piece_rows =
      placement == Placement::whole ? std::max<std::size_t>(rows.size(), 1) : parameters.group_rows;
  Footprint sum;
  for (std::size_t first = 0; first < rows.size(); first += piece_rows) {
    const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end = begin + static_cast<std::ptrdiff_t>(std::min(piece_rows, rows.size() - first));
    const Piece piece = piece_of(std::vector<LaneRow>(begin, end), form, table, format);
    const std::uint64_t accesses = divided_up(piece.value_bits + piece.side_bits, access_bits);
    const std::uint64_t reserved =
        placement == Placement::slots ? divided_up(piece.worst_bits, access_bits) : accesses;
    sum.value_bits += piece.value_bits;
    sum.side_bits += piece.side_bits;
    sum.accesses += accesses;
    sum.row_accesses += piece.rows;
    sum.bytes += reserved * parameters.access_bytes;
    if (placement == Placement::pointers) sum.pointer_bits += parameters.pointer_bits;
  }
  const std::uint64_t pointer_accesses = divided_up(sum.pointer_bits, access_bits);
  sum.accesses += pointer_accesses;
  sum.bytes += pointer_accesses * parameters.access_bytes;
  return sum;
}

}  // namespace tensordash
