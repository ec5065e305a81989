// The scheduled form bit by bit.

#include <fmt/format.h>

#include <stdexcept>

#include "hw/compression/scheduled_form.h"
#include "hw/numeric/fp32.h"

namespace tensordash {
namespace {

// Smallest number of bits that tells `codes` codes apart.
unsigned bits_for(std::size_t codes) {
  unsigned bits = 0;
  while ((std::size_t{1} << bits) < codes) ++bits;
  return bits;
}

class BitWriter {
 public:
  void write(std::uint32_t field, unsigned bits) {
    for (unsigned bit = 0; bit < bits; ++bit, ++written_) {
      if (written_ % 8 == 0) bytes_.push_back(0);
      bytes_.back() |= static_cast<std::uint8_t>(((field >> bit) & 1U) << (written_ % 8));
    }
  }
  std::vector<std::uint8_t> bytes() && { return std::move(bytes_); }

 private:
  std::vector<std::uint8_t> bytes_;
  std::size_t written_ = 0;
};

class BitReader {
 public:
  explicit BitReader(const std::vector<std::uint8_t>& bytes) : bytes_(bytes) {}

  std::size_t left() const { return bytes_.size() * 8 - read_; }
  /// To be called with at most left() bits.
  std::uint32_t read(unsigned bits) {
    std::uint32_t field = 0;
    for (unsigned bit = 0; bit < bits; ++bit, ++read_) {
      field |= ((std::uint32_t{bytes_[read_ / 8]} >> (read_ % 8)) & 1U) << bit;
    }
    return field;
  }

 private:
  const std::vector<std::uint8_t>& bytes_;
  std::size_t read_ = 0;
};

// Lower bits of an fp32 value that are not stored: bf16 is its upper half.
unsigned dropped_bits(const ScheduledFormat& format) {
  return format.value_bits == 16 ? 16 : 0;
}

ScheduledRow read_row(BitReader& reader, const Connectivity& table, const ScheduledFormat& format) {
  ScheduledRow row{LaneRow(format.lanes), LaneSelects(format.lanes), 0};
  for (unsigned lane = 0; lane < format.lanes; ++lane) {
    const std::uint32_t bits = reader.read(format.value_bits) << dropped_bits(format);
    if (bits == 0x80000000U) throw CompressionError(fmt::format("lane {} holds -0", lane));
    row.values[lane] = fp32_value(bits);
  }
  for (unsigned lane = 0; lane < format.lanes; ++lane) {
    const std::uint32_t select = reader.read(format.select_bits);
    const bool idle = fp32_bits(row.values[lane]) == 0;
    const std::size_t allowed = idle ? 1 : table.options().size();
    if (select >= allowed) {
      throw CompressionError(fmt::format("lane {} has select {} with value {}; allowed: 0 to {}",
                                         lane, select, row.values[lane], allowed - 1));
    }
    row.selects[lane] = idle ? idle_select : static_cast<std::uint8_t>(select);
  }
  row.advance = reader.read(format.advance_bits) + 1;
  return row;
}

}  // namespace

ScheduledFormat::ScheduledFormat(const Connectivity& table, unsigned value_bytes)
    : lanes(table.lanes()),
      value_bits(8 * value_bytes),
      select_bits(bits_for(table.options().size())),
      advance_bits(bits_for(table.depth())) {
  if (value_bytes != 4 && value_bytes != 2) {
    throw std::invalid_argument(
        fmt::format("values of {} bytes; the scheduled form takes 4 or 2", value_bytes));
  }
}

std::vector<std::uint8_t> encode_block(const ScheduledBlock& block, const ScheduledFormat& format) {
  BitWriter writer;
  for (const ScheduledRow& row : block.rows) {
    for (unsigned lane = 0; lane < format.lanes; ++lane) {
      const std::uint32_t bits = fp32_bits(row.values[lane]);
      const unsigned dropped = dropped_bits(format);
      if ((bits >> dropped) << dropped != bits) {
        throw std::invalid_argument(fmt::format("value {} of lane {} does not fit {} bits",
                                                row.values[lane], lane, format.value_bits));
      }
      writer.write(bits >> dropped, format.value_bits);
    }
    for (unsigned lane = 0; lane < format.lanes; ++lane) {
      const std::uint8_t select = row.selects[lane];
      writer.write(select == idle_select ? 0 : select, format.select_bits);
    }
    writer.write(row.advance - 1, format.advance_bits);
  }
  return std::move(writer).bytes();
}

ScheduledBlock decode_block(const std::vector<std::uint8_t>& bytes, std::size_t dense_rows,
                            const Connectivity& table, const ScheduledFormat& format) {
  BitReader reader(bytes);
  ScheduledBlock block;
  block.dense_rows = dense_rows;
  for (std::size_t done = 0; done < dense_rows; done += block.rows.back().advance) {
    if (reader.left() < format.row_bits()) {
      throw CompressionError(
          fmt::format("the bytes end within scheduled row {}, after {} of {} "
                      "dense rows",
                      block.rows.size(), done, dense_rows));
    }
    const ScheduledRow row = read_row(reader, table, format);
    if (row.advance > table.depth() || row.advance > dense_rows - done) {
      throw CompressionError(
          fmt::format("scheduled row {} advances by {}, {} of {} dense rows done",
                      block.rows.size(), row.advance, done, dense_rows));
    }
    block.rows.push_back(row);
  }
  if (reader.left() >= 8) {
    throw CompressionError(
        fmt::format("{} bytes behind the last scheduled row", reader.left() / 8));
  }
  if (reader.read(static_cast<unsigned>(reader.left())) != 0) {
    throw CompressionError("bits behind the last scheduled row are not zero");
  }
  return block;
}

}  // namespace tensordash
