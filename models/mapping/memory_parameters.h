#pragma once

#include <cstdint>
#include <optional>

namespace tensordash {

/// How a side's operand stays in the SRAMs of the tiles; see models/mapping/README.md.
enum class Residency : std::uint8_t {
  whole,   ///< loaded once, kept to the end of the segment
  window,  ///< loaded once, row group by row group, dropped when no later one needs it
  round,   ///< loaded anew for every row group
  wave,    ///< loaded anew for every pass of each tile, in chunks of stream rows
};

/// What the scratchpads of a side keep from pass to pass.
enum class ScratchpadUse : std::uint8_t {
  hold,    ///< all streams that the tile uses in the segment
  reuse,   ///< the streams of a pass while the next one uses the same
  stream,  ///< nothing: every pass fetches its streams anew
};

/// What a user wants of the mapping; nothing: the rule that moves least.
struct MappingChoice {
  std::optional<Residency> b, a;
  std::optional<ScratchpadUse> scratchpad_b, scratchpad_a;
};

/// Sizes and speeds of the memory between DRAM and staging buffers (paper, table 2). Every tile has
/// an SRAM a side (BM, AM) and one for results (CM), all alike, and scratchpads, one a tile row and
/// one a tile column.
struct MemoryParameters {
  unsigned lanes = 16;       ///< values of a row
  unsigned value_bytes = 4;  ///< of an operand; results always have 4
  unsigned sram_banks = 4;   ///< of each SRAM of a tile
  unsigned sram_bank_bytes = 262144;
  unsigned sram_rows_per_clock = 1;  ///< reads a bank and clock
  unsigned scratchpad_banks = 3;     ///< a row is read from each in a clock
  unsigned scratchpad_bank_bytes = 1024;
  unsigned transposers = 15;
  unsigned dma_outstanding = 64;        ///< requests in the DRAM at a time
  unsigned dma_requests_per_clock = 2;  ///< issued, at most
  unsigned dma_rows_per_clock = 4;      ///< (de)compressed: as many as an SRAM has banks
  bool zero_compression = true;         ///< of operands in DRAM
  MappingChoice mapping;

  /// Rows that an operand SRAM's bank holds.
  unsigned bank_rows() const { return sram_bank_bytes / (lanes * value_bytes); }
  /// Rows of results that a tile's CM holds.
  unsigned result_rows() const { return sram_banks * (sram_bank_bytes / (lanes * 4)); }
  /// Stream rows that a scratchpad holds.
  unsigned scratchpad_rows() const {
    return scratchpad_banks * (scratchpad_bank_bytes / (lanes * value_bytes));
  }
};

}  // namespace tensordash
