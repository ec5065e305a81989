#include "hw/compression/zero_compression.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace tensordash {
namespace {

constexpr std::size_t mask_bytes = sizeof(std::uint32_t);

void check_value_bytes(unsigned value_bytes) {
  if (value_bytes != 4 && value_bytes != 2) {
    throw std::invalid_argument(
        fmt::format("values of {} bytes; zero compression takes 4 or 2", value_bytes));
  }
}

std::size_t divided_up(std::size_t dividend, std::size_t divisor) {
  return (dividend + divisor - 1) / divisor;
}

std::size_t rounded_up(std::size_t bytes, std::size_t multiple) {
  return divided_up(bytes, multiple) * multiple;
}

template <typename Value>
bool is_kept(const std::uint8_t* raw, std::size_t index) {
  Value value;
  std::memcpy(&value, raw + index * sizeof value, sizeof value);
  return value != 0;
}

template <typename Value>
std::size_t kept_values(const std::uint8_t* raw, std::size_t count) {
  std::size_t kept = 0;
  for (std::size_t index = 0; index < count; ++index) kept += is_kept<Value>(raw, index) ? 1 : 0;
  return kept;
}

std::size_t kept_values(const void* raw, std::size_t count, unsigned value_bytes) {
  const auto* bytes = static_cast<const std::uint8_t*>(raw);
  return value_bytes == 4 ? kept_values<std::uint32_t>(bytes, count)
                          : kept_values<std::uint16_t>(bytes, count);
}

bool kept_at(const std::uint8_t* bytes, std::size_t index) {
  // The masks are little-endian words, so bit `index` of them all is bit index % 8 of a byte.
  return ((bytes[index / 8] >> (index % 8)) & 1U) != 0;
}

std::size_t all_mask_bytes(std::size_t count) {
  return divided_up(count, values_per_mask) * mask_bytes;
}

}  // namespace

std::size_t compressed_bytes(const void* raw, std::size_t count, unsigned value_bytes) {
  check_value_bytes(value_bytes);
  return all_mask_bytes(count) + kept_values(raw, count, value_bytes) * value_bytes;
}

void compress(const void* raw, std::size_t count, unsigned value_bytes,
              std::vector<std::uint8_t>& out) {
  std::vector<std::uint8_t> packed(compressed_bytes(raw, count, value_bytes));
  const auto* values = static_cast<const std::uint8_t*>(raw);
  std::uint8_t* next = packed.data() + all_mask_bytes(count);
  for (std::size_t index = 0; index < count; ++index) {
    const bool kept = value_bytes == 4 ? is_kept<std::uint32_t>(values, index)
                                       : is_kept<std::uint16_t>(values, index);
    if (!kept) continue;
    packed[index / 8] |= static_cast<std::uint8_t>(1U << (index % 8));
    next = std::copy_n(values + index * value_bytes, value_bytes, next);
  }
  out.swap(packed);
}

std::size_t announced_bytes(const std::uint8_t* bytes, std::size_t size, std::size_t count,
                            unsigned value_bytes) {
  check_value_bytes(value_bytes);
  const std::size_t masks = all_mask_bytes(count);
  if (size < masks) {
    throw CompressionError(
        fmt::format("{} bytes; the masks of {} values alone take {}", size, count, masks));
  }
  std::size_t kept = 0;
  for (std::size_t index = 0; index < masks * 8; ++index) {
    if (!kept_at(bytes, index)) continue;
    if (index >= count) {
      throw CompressionError(
          fmt::format("the masks keep value {}, but there are only {}", index, count));
    }
    ++kept;
  }
  return masks + kept * value_bytes;
}

void decompress(const std::uint8_t* bytes, std::size_t size, std::size_t count,
                unsigned value_bytes, std::vector<std::uint8_t>& out) {
  const std::size_t announced = announced_bytes(bytes, size, count, value_bytes);
  if (size != announced) {
    throw CompressionError(fmt::format("{} bytes, but the masks announce {}", size, announced));
  }
  std::vector<std::uint8_t> values(count * value_bytes);
  const std::uint8_t* next = bytes + all_mask_bytes(count);
  for (std::size_t index = 0; index < count; ++index) {
    if (!kept_at(bytes, index)) continue;
    if (std::all_of(next, next + value_bytes, [](std::uint8_t byte) { return byte == 0; })) {
      throw CompressionError(fmt::format("value {} is kept, but is zero", index));
    }
    std::copy_n(next, value_bytes,
                values.begin() + static_cast<std::ptrdiff_t>(index * value_bytes));
    next += value_bytes;
  }
  out.swap(values);
}

std::size_t slot_bytes(std::size_t count, unsigned value_bytes) {
  check_value_bytes(value_bytes);
  return rounded_up(count * value_bytes, slot_alignment);
}

std::size_t raw_units(std::size_t count, unsigned value_bytes) {
  check_value_bytes(value_bytes);
  return divided_up(count * value_bytes, unit_bytes);
}

std::uint16_t entry_of(const void* raw, std::size_t count, unsigned value_bytes) {
  const std::size_t packed = divided_up(compressed_bytes(raw, count, value_bytes), unit_bytes);
  const std::size_t unpacked = raw_units(count, value_bytes);
  if (unpacked >= raw_entry) {
    throw std::invalid_argument(
        fmt::format("a group of {} units; a directory entry allows {}", unpacked, raw_entry - 1));
  }
  return packed < unpacked ? static_cast<std::uint16_t>(packed) : raw_entry;
}

std::uint16_t entry(const StoredGroup& group) {
  return group.compressed ? static_cast<std::uint16_t>(group.units()) : raw_entry;
}

std::size_t stored_units(std::uint16_t entry, std::size_t count, unsigned value_bytes) {
  const std::size_t unpacked = raw_units(count, value_bytes);
  if (entry == raw_entry) return unpacked;
  if (entry == 0 || entry >= unpacked) {
    throw CompressionError(
        fmt::format("directory entry {} for a group of {} units; allowed: 1 to {}, or {} for raw",
                    entry, unpacked, unpacked == 0 ? 0 : unpacked - 1, raw_entry));
  }
  return entry;
}

StoredGroup encode_group(const void* raw, std::size_t count, unsigned value_bytes) {
  StoredGroup group;
  group.compressed = entry_of(raw, count, value_bytes) != raw_entry;
  if (group.compressed) {
    compress(raw, count, value_bytes, group.bytes);
  } else {
    const auto* bytes = static_cast<const std::uint8_t*>(raw);
    group.bytes.assign(bytes, bytes + count * value_bytes);
  }
  group.bytes.resize(rounded_up(group.bytes.size(), unit_bytes));
  return group;
}

void decode_group(const std::uint8_t* bytes, std::size_t size, std::uint16_t entry,
                  std::size_t count, unsigned value_bytes, std::vector<std::uint8_t>& out) {
  const bool raw = entry == raw_entry;
  const std::size_t expected = stored_units(entry, count, value_bytes) * unit_bytes;
  if (size != expected) {
    throw CompressionError(fmt::format("{} bytes, but the directory says {}", size, expected));
  }
  const std::size_t used =
      raw ? count * value_bytes : announced_bytes(bytes, size, count, value_bytes);
  if (used > size || size - used >= unit_bytes) {
    throw CompressionError(fmt::format(
        "the masks announce {} bytes, but the directory says {} units", used, size / unit_bytes));
  }
  if (std::any_of(bytes + used, bytes + size, [](std::uint8_t byte) { return byte != 0; })) {
    throw CompressionError("the bytes behind a group's data are not zero");
  }
  if (raw) {
    out.assign(bytes, bytes + used);
  } else {
    decompress(bytes, used, count, value_bytes, out);
  }
}

}  // namespace tensordash
