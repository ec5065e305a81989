#include "hw/numeric/bf16.h"

#include "hw/numeric/fp32.h"

namespace tensordash {

std::uint16_t bf16_bits(float value) {
  const std::uint32_t bits = fp32_bits(canonical(value));
  // Just under half a unit, or just half when the kept part is odd. The carry out of the
  // significand is what the exponent needs, up to and including infinity.
  const std::uint32_t kept_is_odd = (bits >> 16) & 1u;
  return static_cast<std::uint16_t>((bits + 0x7fffu + kept_is_odd) >> 16);
}

float bf16_value(std::uint16_t bits) {
  return canonical(fp32_value(static_cast<std::uint32_t>(bits) << 16));
}

float bf16_round(float value) {
  return bf16_value(bf16_bits(value));
}

}  // namespace tensordash
