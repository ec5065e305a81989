#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "hw/dram/parameters.h"

namespace tensordash {

/// Where a byte lies.
struct DramPlace {
  unsigned channel = 0, rank = 0, bank = 0, row = 0, column = 0;
  unsigned byte = 0;  ///< within the column

  bool operator==(const DramPlace& other) const {
    return channel == other.channel && rank == other.rank && bank == other.bank &&
           row == other.row && column == other.column && byte == other.byte;
  }
};

/// Splits addresses into channel, rank, bank, row, column and byte, bit by bit.
///
/// The mapping names fields from the top of the address down,
/// `rank|row|bank|column|channel|column:5`: `column:5` is five bits of the column, a field without
/// a number takes the bits that its other segments leave. A field may be named several times; what
/// comes first holds its higher bits. The byte within a column is always at the bottom. The lowest
/// columns of a burst must lie together just above it.
///
/// The hash, `bank0^row0^row3, channel1^row2`, flips a bit of a field by others; addresses stay one
/// to one, which is checked.
class AddressMap {
 public:
  AddressMap() = default;
  /// Throws DramError naming dram.mapping or dram.hash and what is wrong.
  explicit AddressMap(const DramConfiguration& configuration);

  /// Bytes that the map covers; a power of two.
  std::uint64_t size() const { return std::uint64_t{1} << bits_; }

  /// `address` is below size().
  DramPlace place(std::uint64_t address) const;

  /// The address of a place; the inverse of place().
  std::uint64_t address(const DramPlace& place) const;

 private:
  enum Field : std::size_t { channel, rank, bank, row, column, byte, field_count };

  /// Bits of an address that lie together and go to bits of one field that lie together.
  struct Segment {
    Field field;
    unsigned address_bit, field_bit, bits;
  };

  /// A bit of a field that is flipped when an odd number of the bits of `mask` are set in the
  /// address.
  struct Flip {
    Field field;
    unsigned field_bit;
    std::uint64_t mask;
  };

  void lay_out(const std::string& mapping, const std::array<unsigned, field_count>& widths);
  void add_hash(const std::string& hash, const std::array<unsigned, field_count>& widths);
  void invert();
  unsigned address_bit_of(Field field, unsigned field_bit) const;

  unsigned bits_ = 0;
  unsigned burst_bits_ = 0;  ///< address bits within a burst
  std::vector<Segment> segments_;
  std::vector<Flip> flips_;
  /// Address bits of each bit of the fields, after hashing: row i of the inverse matrix.
  std::vector<std::uint64_t> inverse_;
};

}  // namespace tensordash
