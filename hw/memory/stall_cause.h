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

/// "scratchpad", "sram", "bank_conflict", "transposer", "credit" or "dram".
constexpr const char* name_of(StallCause cause) {
  constexpr const char* names[stall_causes] = {"scratchpad", "sram",   "bank_conflict",
                                               "transposer", "credit", "dram"};
  return names[static_cast<std::size_t>(cause)];
}

}  // namespace tensordash
