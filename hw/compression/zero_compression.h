#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "hw/compression/compression_error.h"

namespace tensordash {

/// Values under one 32-bit mask (the CompressingDMA of Rhu et al., HPCA 2018; paper, section 4).
inline constexpr std::size_t values_per_mask = 32;
/// Sizes of stored groups are counted in units of this many bytes.
inline constexpr std::size_t unit_bytes = 32;
/// Groups start at multiples of this many bytes, in slots that hold them raw.
inline constexpr std::size_t slot_alignment = 64;
/// Bytes of a directory entry.
inline constexpr std::size_t entry_bytes = 2;
/// The directory entry of a group that is stored raw.
inline constexpr std::uint16_t raw_entry = 0xffff;

// Values are `value_bytes` = 4 (fp32) or 2 (bf16) bytes each; another size throws
// std::invalid_argument. `raw` points to `count` of them, at any alignment.

/// Bytes that compress() writes for these values.
std::size_t compressed_bytes(const void* raw, std::size_t count, unsigned value_bytes);

/// Replaces `out` by the compressed values: first all masks, one little-endian 32-bit word for each
/// started block of 32 values (bit i: value i of the block is kept), then the kept values in order,
/// byte for byte. A value is dropped only when all its bits are 0, so -0 survives.
void compress(const void* raw, std::size_t count, unsigned value_bytes,
              std::vector<std::uint8_t>& out);

/// Bytes that the masks at the start of `bytes` announce, masks included.
/// Throws CompressionError: fewer bytes than masks; a mask bit for a value beyond `count`.
std::size_t announced_bytes(const std::uint8_t* bytes, std::size_t size, std::size_t count,
                            unsigned value_bytes);

/// Replaces `out` by the `count` values (count * value_bytes bytes) that were compressed into the
/// `size` bytes at `bytes`. Throws CompressionError, `out` unchanged, as announced_bytes() does,
/// and for fewer or more bytes than the masks announce and for a kept value that is zero.
void decompress(const std::uint8_t* bytes, std::size_t size, std::size_t count,
                unsigned value_bytes, std::vector<std::uint8_t>& out);

/// A group of values as it lies in memory, in whole units; what is behind its data is zero.
struct StoredGroup {
  bool compressed = false;
  std::vector<std::uint8_t> bytes;

  std::size_t units() const { return bytes.size() / unit_bytes; }
};

/// Bytes between the starts of two groups: the raw size rounded up to slot_alignment.
std::size_t slot_bytes(std::size_t count, unsigned value_bytes);

/// Units of a group stored raw.
std::size_t raw_units(std::size_t count, unsigned value_bytes);

/// The directory entry of these values without storing them: the units of the compressed form, or
/// raw_entry when that is not smaller than the raw form, both in whole units.
/// Throws std::invalid_argument for a group of 65535 units or more.
std::uint16_t entry_of(const void* raw, std::size_t count, unsigned value_bytes);

/// The group's 16-bit entry in a directory: its units, or raw_entry.
std::uint16_t entry(const StoredGroup& group);

/// Units to read for a group with this entry.
/// Throws CompressionError for an entry that encode_group() cannot give for `count` values.
std::size_t stored_units(std::uint16_t entry, std::size_t count, unsigned value_bytes);

/// Stores a group in whichever form takes fewer units, raw if both take the same.
/// Throws std::invalid_argument as entry_of() does.
StoredGroup encode_group(const void* raw, std::size_t count, unsigned value_bytes);

/// Replaces `out` by the group's values. `size` is what stored_units() asks for, in bytes.
/// Throws CompressionError, `out` unchanged: another size, an impossible entry, whatever
/// decompress() refuses, bytes behind the data that are not zero.
void decode_group(const std::uint8_t* bytes, std::size_t size, std::uint16_t entry,
                  std::size_t count, unsigned value_bytes, std::vector<std::uint8_t>& out);

}  // namespace tensordash
