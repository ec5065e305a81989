#include "hw/dma/group_decoder.h"

#include <fmt/format.h>

#include <cstring>

#include "hw/compression/zero_compression.h"

namespace tensordash {
namespace {

/// The value as fp32 bits: bf16 is the upper half.
std::uint32_t value_bits(const std::uint8_t* raw, unsigned value_bytes) {
  std::uint32_t bits = 0;
  for (unsigned byte = 0; byte < value_bytes; ++byte) {
    bits |= std::uint32_t{raw[byte]} << 8 * (4 - value_bytes + byte);
  }
  return bits;
}

}  // namespace

std::uint32_t group_bytes(const LoadTensor& tensor, std::uint16_t entry, unsigned lanes,
                          unsigned transfer_bytes) {
  if (!tensor.directory) return tensor.slot_bytes;
  const auto used = static_cast<std::uint32_t>(
      stored_units(entry, std::size_t{lanes} * lanes, tensor.value_bytes) * unit_bytes);
  return (used + transfer_bytes - 1) / transfer_bytes * transfer_bytes;
}

std::vector<LaneRow> decode_blocks(const LoadTensor& tensor, const LoadItem& item,
                                   std::uint16_t entry, unsigned lanes,
                                   const std::vector<std::uint8_t>& bytes) {
  const std::size_t values = std::size_t{lanes} * lanes;
  const std::size_t used = stored_units(entry, values, tensor.value_bytes) * unit_bytes;
  if (used > bytes.size()) {
    throw CompressionError(fmt::format("{} bytes came of the group's {}", bytes.size(), used));
  }
  std::vector<std::uint8_t> raw;
  decode_group(bytes.data(), used, entry, values, tensor.value_bytes, raw);
  std::vector<LaneRow> blocks;
  for (unsigned x = 0; x < lanes; ++x) {
    LaneRow block(lanes);
    for (unsigned y = 0; y < lanes; ++y) {
      const std::size_t at = std::size_t{x} * lanes + y;
      const std::uint32_t bits =
          value_bits(raw.data() + at * tensor.value_bytes, tensor.value_bytes);
      if (bits != 0 && (x >= item.blocks || y >= item.channels)) {
        throw CompressionError("padding is not zero");
      }
      std::memcpy(&block[y], &bits, sizeof bits);
    }
    if (x < item.blocks) blocks.push_back(block);
  }
  return blocks;
}

}  // namespace tensordash
