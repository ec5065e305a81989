#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tensordash::engine {

__extension__ using Int128 = __int128;

/// A stream as whole numbers times one power of two, for exact sums of products in plain integers;
/// or not, when its magnitudes spread too far or it holds NaN or infinity.
struct ScaledStream {
  static constexpr int most_bits = 63;

  bool fits = false;
  int exponent = 0;  ///< value = number * 2^exponent
  int bits = 0;      ///< of the largest magnitude; 0 when all are zero
};

/// Finds the scale of `count` values and writes the numbers; leaves them alone unless the result
/// `fits`.
ScaledStream scale_stream(const float* values, std::size_t count, std::int64_t* numbers);

/// The values of one stream that are not zero.
struct SparseNumbers {
  std::vector<std::int32_t> places;
  std::vector<std::int64_t> numbers;
};

/// Sum of the products of `b` with the values of another stream at the same places.
Int128 exact_dot(const SparseNumbers& b, const std::int64_t* a);

/// Whether the products of two streams of `count` values can be summed without overflow.
bool sums_fit(const ScaledStream& a, const ScaledStream& b, std::size_t count);

/// number * 2^exponent as fp32, rounded once to nearest even: zero is +0, what rounds to zero keeps
/// its sign, overflow gives an infinity. `number` must lie above -2^127.
float rounded_fp32(Int128 number, int exponent);

}  // namespace tensordash::engine
