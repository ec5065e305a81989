#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace tensordash {

/// Where the operand of a side lies in DRAM, and how it lands.
struct LoadTensor {
  std::uint64_t data_base = 0;       ///< address of the slot of group 0
  std::uint64_t directory_base = 0;  ///< address of the entry of group 0
  std::uint32_t slot_bytes = 0;      ///< from one slot to the next
  unsigned value_bytes = 4;          ///< fp32, or 2: bf16
  bool directory = false;            ///< else every slot is read whole, and is raw
  bool transposed = false;           ///< its groups land as columns of a transposer
};

/// One thing to read.
struct LoadItem {
  bool line = false;          ///< a directory line; else a group
  unsigned side = 0;          ///< 0: B, 1: A
  std::uint32_t group = 0;    ///< or the number of the line
  std::uint32_t portion = 0;  ///< group: number in the order of all portions
  std::uint32_t needs = 0;    ///< group: lines that must have come before it is read
  unsigned blocks = 0;        ///< group: that hold values, from the first
  unsigned channels = 0;      ///< group: values of a block that are no padding, from the first
};

/// A portion: groups that are loaded, and let go, as a whole.
struct LoadPortion {
  unsigned side = 0;
  std::uint32_t number = 0;  ///< among those of its side
  std::uint32_t groups = 0;  ///< items of it
};

/// Where a tile keeps a row.
struct RowTarget {
  unsigned tile = 0;
  unsigned address = 0;  ///< in the bank

  bool operator==(const RowTarget& other) const {
    return tile == other.tile && address == other.address;
  }
};

/// A row that a group lands as, a block or a column of a transposer, and who wants it.
struct RowPlace {
  unsigned bank = 0;  ///< of every tile's SRAM, wanted or not
  std::vector<RowTarget> targets;
};

/// What a load engine does in an operation: what to read in which order, which portions the tiles
/// must have room for, and where each row goes.
class LoadProgram {
 public:
  LoadProgram() = default;
  virtual ~LoadProgram() = default;
  LoadProgram(const LoadProgram&) = delete;
  LoadProgram& operator=(const LoadProgram&) = delete;

  virtual const LoadTensor& tensor(unsigned side) const = 0;

  /// What to read next, until pop(); null when that was all. A group's line comes before it, and
  /// groups in the order of their portions.
  virtual const LoadItem* front() const = 0;
  virtual void pop() = 0;

  /// Portions of both sides, in the one order in which they are loaded; one may have no groups.
  virtual std::uint32_t portions() const = 0;
  virtual LoadPortion portion(std::uint32_t at) const = 0;
  /// Addresses a bank that portion `number` of a side takes in the SRAM of a tile.
  virtual std::uint32_t charge(unsigned side, std::uint32_t number, unsigned tile) const = 0;

  /// The rows that a group lands as, in order. Asked once an item, in their order.
  virtual std::vector<RowPlace> rows(const LoadItem& item) = 0;
};

}  // namespace tensordash
