#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "models/layout/byte_port.h"
#include "models/layout/tensor_layout.h"

namespace tensordash {

/// A tensor in memory: groups in the order of its layout, zero-compressed one by one. Each has a
/// *slot* with room for all its values, so that its address follows from its number; what
/// compression saves is transfers, not room (paper, section 3.6.2). A *directory* of 16-bit
/// little-endian entries says how many units of 32 bytes to read of each slot, or that the group is
/// stored raw (hw/compression/zero_compression.h). An image that is not compressed has no
/// directory: every group is raw and moves as a whole slot, 0 behind its values.
///
/// Value (x, y) of a group is its number x * L + y, L the lanes; padding is +0. A value takes four
/// bytes (fp32) or two (bf16: the upper half of an fp32 value that has been rounded).
struct TensorImage {
  TensorLayout layout;
  unsigned value_bytes = 4;
  std::uint64_t data_base = 0;       ///< address of the slot of group 0
  std::uint64_t directory_base = 0;  ///< address of the entry of group 0
  bool compressed = true;            ///< else no directory

  /// Places of a group, padding included.
  std::size_t group_values() const { return std::size_t{layout.lanes()} * layout.lanes(); }
  /// Bytes from one slot to the next: the raw group, rounded up to a multiple of 64.
  std::uint64_t slot_bytes() const;
  std::uint64_t data_bytes() const;
  std::uint64_t directory_bytes() const;
  std::uint64_t slot_address(std::int64_t group) const;
  std::uint64_t entry_address(std::int64_t group) const;
};

/// What is wrong with an image in memory, and where.
class ImageError : public std::runtime_error {
 public:
  ImageError(std::int64_t group, std::uint64_t address, const std::string& text);

  std::int64_t group() const { return group_; }
  /// Of the slot, or of the directory entry when that is what is wrong.
  std::uint64_t address() const { return address_; }

 private:
  std::int64_t group_;
  std::uint64_t address_;
};

/// Writes a tensor, `values` in C order, to memory: its directory and, of each slot, the units that
/// the directory announces, the rest of a slot left as it is; or whole slots. Throws
/// std::invalid_argument for a value that bf16 cannot hold, and whatever the port throws.
void store_tensor(const TensorImage& image, const float* values, BytePort& memory);

/// Reads a tensor back, as many values as its layout has, in C order. Throws ImageError for the
/// first group that store_tensor() cannot have written: an entry out of range, masks that do not
/// fit the entry, a kept value that is zero, padding or bytes behind the data that are not zero.
/// `values` then hold the groups before it. With `wanted`, [group], only those groups are read, and
/// of the directory only the lines of 64 bytes that have an entry of one; other values are left.
void load_tensor(const TensorImage& image, BytePort& memory, float* values,
                 const std::vector<bool>* wanted = nullptr);

/// The first of the `wanted` groups (null: of all) that two tensors of a layout do not have alike,
/// bit by bit; -1: none.
std::int64_t first_difference(const TensorLayout& layout, const float* one, const float* other,
                              const std::vector<bool>* wanted = nullptr);

/// What a tensor takes in memory.
struct ImageSizes {
  std::uint64_t groups = 0;
  std::uint64_t raw_groups = 0;                ///< stored raw
  std::uint64_t raw_bytes = 0;                 ///< of all groups without compression, with padding
  std::uint64_t compressed_payload_bytes = 0;  ///< masks and kept values of all groups, raw or not
  std::uint64_t stored_units = 0;              ///< units of 32 bytes that a transfer of all moves
};

/// The sizes of the image of a tensor, without storing it; on all cores. `group_units` receives
/// what to transfer for each group, in units of 32 bytes. Throws std::invalid_argument as
/// store_tensor() does.
ImageSizes image_sizes(const TensorLayout& layout, unsigned value_bytes, const float* values,
                       std::vector<std::uint16_t>* group_units = nullptr);

}  // namespace tensordash
