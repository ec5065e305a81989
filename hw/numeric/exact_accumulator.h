#pragma once

#include <array>
#include <cstdint>
#include <cstring>

namespace tensordash {

/// Adds products of fp32 values without any rounding; round() rounds once, to fp32.
///
/// The sum is one wide fixed-point number that covers every product of two fp32 values, so neither
/// the order nor the grouping of the additions can change a bit of the result.
class ExactAccumulator {
 public:
  /// Every product of two fp32 values is a multiple of 2^-298 (the smallest subnormal squared) ...
  static constexpr int lowest_product_exponent = -298;
  /// ... and smaller in magnitude than 2^256.
  static constexpr int product_limit_exponent = 256;
  /// At least 2^60 products can be added after clear() before the sum could overflow.
  static constexpr int log2_additions = 60;
  /// Bits of state in a hardware version: a two's complement number (617 - 2 = 615 bits, one of
  /// them the sign) and two bits that remember which infinities came; both together mean NaN.
  static constexpr unsigned state_bits =
      product_limit_exponent - lowest_product_exponent + log2_additions + 1 + 2;

  /// Back to the empty sum, +0.
  void clear() { *this = ExactAccumulator(); }

  /// Adds the exact product of two fp32 values; infinities and NaN are remembered.
  /// Throws std::invalid_argument, the sum unchanged, for a finite number that cannot be such a
  /// product: more than 48 significant bits, or not zero and outside 2^-298 <= |x| < 2^256. Every
  /// other number is added exactly.
  void add(double exact_product);

  /// Adds a * b, unrounded: the 48 bits of the product fit a double.
  void add_product(float a, float b) { add(static_cast<double>(a) * static_cast<double>(b)); }

  /// The sum so far, rounded to fp32, nearest even. A sum of exactly zero is +0, one that rounds to
  /// zero keeps its sign, overflow gives an infinity. A NaN or both infinities among the products
  /// give the canonical NaN, else an infinity gives itself. More products may be added afterwards.
  float round() const;

 private:
  // Limb i weighs 2^(32 i + lowest_limb_exponent). Carries are delayed: a limb is signed and may
  // hold more than its 32 bits until carry() runs. The lowest bit of a double's 48-bit significand
  // weighs 2^-47 of its leading bit, hence the room below 2^-298.
  static constexpr int significand_bits = 48;
  static constexpr int lowest_limb_exponent = lowest_product_exponent - (significand_bits - 1);
  static constexpr unsigned limb_bits = 32;
  static constexpr unsigned limb_count = 20;
  // Each addition puts less than 2^47 (48 + 31 - 32 bits) into the upper and less than 2^32 into
  // the lower of its two limbs, so 2^15 of them stay clear of 2^63.
  static constexpr std::uint32_t additions_per_carry = 1u << 15;

  static constexpr unsigned double_fraction_bits = 52;
  static constexpr unsigned double_bias = 1023;
  static constexpr unsigned double_unused_bits = double_fraction_bits + 1 - significand_bits;
  static constexpr unsigned lowest_biased_exponent = double_bias + lowest_product_exponent;
  static constexpr unsigned slots = product_limit_exponent - lowest_product_exponent;

  static_assert(slots / limb_bits + 2 < limb_count, "the top limb takes carries only");
  static_assert(limb_bits * (limb_count - 1) + 63 >
                    static_cast<unsigned>(product_limit_exponent + log2_additions -
                                          lowest_limb_exponent),
                "the top limb must hold the largest sum");

  enum Special : std::uint32_t { none = 0, positive_infinity = 1, negative_infinity = 2, nan = 3 };
  using Limbs = std::array<std::int64_t, limb_count>;

  // Brings every limb but the top one, which keeps the sign, into 0 .. 2^32-1.
  static void propagate(Limbs& limbs);
  // fp32 bits, without a sign, of a sum that is not negative and has its carries propagated.
  static std::uint32_t rounded_magnitude(const Limbs& limbs);
  void carry();
  void add_special(double exact_product);

  Limbs limbs_{};
  std::uint32_t additions_left_ = additions_per_carry;
  std::uint32_t special_ = none;
};

inline void ExactAccumulator::add(double exact_product) {
  std::uint64_t bits;
  std::memcpy(&bits, &exact_product, sizeof bits);
  const unsigned biased = static_cast<unsigned>(bits >> double_fraction_bits) & 0x7ffu;
  const unsigned slot = biased - lowest_biased_exponent;
  const std::uint64_t unused = bits & ((1u << double_unused_bits) - 1);
  if (slot >= slots || unused != 0) {
    add_special(exact_product);
    return;
  }
  const std::uint64_t fraction = bits & ((std::uint64_t{1} << double_fraction_bits) - 1);
  const std::uint64_t magnitude =
      (fraction | (std::uint64_t{1} << double_fraction_bits)) >> double_unused_bits;
  const std::uint64_t sign_mask = std::uint64_t{0} - (bits >> 63);
  const std::uint64_t significand = (magnitude ^ sign_mask) - sign_mask;
  const unsigned limb = slot / limb_bits;
  const unsigned shift = slot % limb_bits;
  limbs_[limb] += static_cast<std::uint32_t>(significand << shift);
  limbs_[limb + 1] += static_cast<std::int64_t>(significand) >> (limb_bits - shift);
  if (--additions_left_ == 0) {
    carry();
  }
}

}  // namespace tensordash
