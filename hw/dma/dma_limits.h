#pragma once

#include <cstddef>
#include <cstdint>

#include "hw/compression/zero_compression.h"

namespace tensordash {

/// Bytes of a DRAM request of the DMA, at most; they do not cross a multiple of it. A line of a
/// directory is one request.
inline constexpr unsigned dma_request_bytes = 64;
/// Entries of a directory that one request brings.
inline constexpr std::uint32_t directory_line_entries = dma_request_bytes / entry_bytes;
/// Requests to write that wait for the port, beyond which no group of outputs is begun.
inline constexpr std::size_t dma_most_writes_waiting = 64;

}  // namespace tensordash
