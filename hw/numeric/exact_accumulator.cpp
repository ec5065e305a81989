#include "hw/numeric/exact_accumulator.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <stdexcept>

#include "hw/numeric/fp32.h"

namespace tensordash {

namespace {

constexpr int fp32_fraction_bits = 23;
constexpr int fp32_largest_exponent = 127;
constexpr int fp32_smallest_normal_exponent = -126;
constexpr int fp32_lowest_bit_exponent = -149;
constexpr std::uint32_t fp32_significand_mask = (1u << (fp32_fraction_bits + 1)) - 1;
constexpr std::uint32_t fp32_infinity_bits = 0x7f800000u;
constexpr std::uint32_t fp32_sign_bit = 0x80000000u;

float signed_fp32(bool negative, std::uint32_t magnitude_bits) {
  return fp32_value(magnitude_bits | (negative ? fp32_sign_bit : 0u));
}

// The 24 bits that start at `position` of a number in 32-bit limbs.
std::uint32_t significand_at(const std::int64_t* limbs, unsigned position) {
  const std::int64_t* limb = limbs + position / 32;
  const auto low = static_cast<std::uint64_t>(limb[0]);
  const auto high = static_cast<std::uint64_t>(limb[1]);
  return static_cast<std::uint32_t>((low | high << 32) >> (position % 32)) & fp32_significand_mask;
}

bool bit_at(const std::int64_t* limbs, unsigned position) {
  return (limbs[position / 32] >> (position % 32) & 1) != 0;
}

bool any_bit_below(const std::int64_t* limbs, unsigned position) {
  const std::int64_t mask = (std::int64_t{1} << (position % 32)) - 1;
  return (limbs[position / 32] & mask) != 0 ||
         std::any_of(limbs, limbs + position / 32, [](std::int64_t limb) { return limb != 0; });
}

// Whether dropping the bits below `position` must round up to stay nearest, ties to even.
bool rounds_up(const std::int64_t* limbs, unsigned position) {
  return bit_at(limbs, position - 1) &&
         (bit_at(limbs, position) || any_bit_below(limbs, position - 1));
}

[[noreturn]] void refuse(double value) {
  char line[160];
  std::snprintf(line, sizeof line,
                "exact accumulator: %a is not a product of two fp32 values (at most 48 significant "
                "bits, magnitude from 2^-298 to below 2^256)",
                value);
  throw std::invalid_argument(line);
}

}  // namespace

void ExactAccumulator::propagate(Limbs& limbs) {
  std::int64_t carry_in = 0;
  for (unsigned i = 0; i + 1 < limb_count; ++i) {
    const std::int64_t total = limbs[i] + carry_in;
    limbs[i] = total & 0xffffffff;
    carry_in = total >> limb_bits;
  }
  limbs.back() += carry_in;
}

void ExactAccumulator::carry() {
  propagate(limbs_);
  additions_left_ = additions_per_carry;
}

void ExactAccumulator::add_special(double exact_product) {
  if (std::isnan(exact_product)) {
    special_ |= nan;
  } else if (std::isinf(exact_product)) {
    special_ |= exact_product > 0 ? positive_infinity : negative_infinity;
  } else if (exact_product != 0) {
    refuse(exact_product);
  }
}

float ExactAccumulator::round() const {
  if (special_ == nan) {
    return canonical_nan();
  }
  if (special_ != none) {
    return signed_fp32(special_ == negative_infinity, fp32_infinity_bits);
  }
  Limbs limbs = limbs_;
  propagate(limbs);
  const bool negative = limbs.back() < 0;
  if (negative) {
    std::transform(limbs.begin(), limbs.end(), limbs.begin(), std::negate<>());
    propagate(limbs);
  }
  return signed_fp32(negative, rounded_magnitude(limbs));
}

std::uint32_t ExactAccumulator::rounded_magnitude(const Limbs& limbs) {
  const auto top = std::find_if(limbs.rbegin(), limbs.rend(), [](auto limb) { return limb != 0; });
  if (top == limbs.rend()) {
    return 0;
  }
  const int top_limb = static_cast<int>(limbs.rend() - top) - 1;
  const int top_bit = 63 - __builtin_clzll(static_cast<std::uint64_t>(*top));
  const int exponent = static_cast<int>(limb_bits) * top_limb + top_bit + lowest_limb_exponent;
  if (exponent > fp32_largest_exponent) {
    return fp32_infinity_bits;
  }
  // Subnormals have no bit below 2^-149: from there down the precision shrinks with the value.
  const int last_bit = std::max(exponent - fp32_fraction_bits, fp32_lowest_bit_exponent);
  const auto position = static_cast<unsigned>(last_bit - lowest_limb_exponent);
  // The leading one adds 1 to the exponent field, so the field starts one too small; a subnormal
  // has no leading one there and its field stays 0. A carry out of rounding lands in the field too.
  const auto field = static_cast<std::uint32_t>(std::max(exponent, fp32_smallest_normal_exponent) -
                                                fp32_smallest_normal_exponent);
  return (field << fp32_fraction_bits) + significand_at(limbs.data(), position) +
         (rounds_up(limbs.data(), position) ? 1u : 0u);
}

}  // namespace tensordash
