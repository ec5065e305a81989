#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <cstdint>
#include <vector>

/// fp32 and bfloat16 arithmetic on bit patterns with big integers: no floating-point operation, and
/// rounding by comparing the distances to the two neighbours. Slow, plain, and independent.
namespace tensordash::integer_oracle {

using boost::multiprecision::cpp_int;

inline constexpr std::uint32_t sign_bit = 0x80000000u;
inline constexpr std::uint32_t infinity = 0x7f800000u;
inline constexpr std::uint32_t nan = 0x7fc00000u;

bool is_nan(std::uint32_t bits);
bool is_infinity(std::uint32_t bits);
bool is_zero(std::uint32_t bits);

/// A finite fp32 value in units of 2^-149.
cpp_int units(std::uint32_t bits);

/// The product of two finite fp32 values in units of 2^-298.
cpp_int product_units(std::uint32_t a, std::uint32_t b);

/// The fp32 pattern nearest to `total` units of 2^-298, ties to the even pattern; +0 for zero.
std::uint32_t nearest(const cpp_int& total);

std::uint32_t multiply(std::uint32_t a, std::uint32_t b);
std::uint32_t add(std::uint32_t a, std::uint32_t b);

/// Balanced tree over the lanes, filled up with +0 to a power of two.
std::uint32_t tree_sum(const std::vector<std::uint32_t>& lanes);

/// The bfloat16 pattern nearest to an fp32 pattern, ties to the even pattern.
std::uint16_t nearest_bf16(std::uint32_t bits);

}  // namespace tensordash::integer_oracle
