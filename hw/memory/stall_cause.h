#pragma once

#include <cstddef>
#include <cstdint>

namespace tensordash {

/// Why a tile waits for memory (the causes of the cycle ledger).
enum class StallCause : std::uint8_t {
  scratchpad,     ///< no room in the scratchpads, or too few of their banks
  sram,           ///< a bundle of stream rows is on its way from the SRAM
  bank_conflict,  ///< a bundle takes longer because rows lie in the same bank
  transposer,     ///< operands wait for a transposer, or are in it
  credit,         ///< loads wait for room in an SRAM, or the result has no room in CM
  dram,           ///< operands are on their way from DRAM
};

inline constexpr std::size_t stall_causes = 6;

}  // namespace tensordash
