#pragma once

#include <cstdint>

namespace tensordash {

/// The bfloat16 pattern nearest to `value`, ties to even. Subnormals are kept, what lies beyond the
/// largest finite bfloat16 by half a unit or more becomes infinity, any NaN becomes 0x7fc0.
std::uint16_t bf16_bits(float value);

/// The value of a bfloat16 pattern, exact in fp32; any NaN pattern gives the canonical NaN.
float bf16_value(std::uint16_t bits);

/// `value` rounded as by bf16_bits() and returned as fp32.
float bf16_round(float value);

}  // namespace tensordash
