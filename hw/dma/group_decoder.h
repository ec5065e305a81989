#pragma once

#include <cstdint>
#include <vector>

#include "hw/dma/load_program.h"
#include "hw/pe/lane_array.h"

namespace tensordash {

/// Bytes that the DRAM moves for a group: what its entry says, in whole bursts of `transfer_bytes`;
/// without a directory its whole slot. Throws CompressionError for an entry that cannot be.
std::uint32_t group_bytes(const LoadTensor& tensor, std::uint16_t entry, unsigned lanes,
                          unsigned transfer_bytes);

/// The blocks of a group from the bytes that came for it, as many as hold values. Throws
/// CompressionError for bytes that cannot be a group with this entry, and for padding that is not
/// +0.
std::vector<LaneRow> decode_blocks(const LoadTensor& tensor, const LoadItem& item,
                                   std::uint16_t entry, unsigned lanes,
                                   const std::vector<std::uint8_t>& bytes);

}  // namespace tensordash
