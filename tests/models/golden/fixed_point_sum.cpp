#include "tests/models/golden/fixed_point_sum.h"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>
#include <cstddef>

namespace tensordash::golden_testing {
namespace {

/// Sums of products stay below 2^(298 + 256) times their number.
using WideInt = boost::multiprecision::int1024_t;

/// The value in units of 2^-149, which every finite fp32 is a multiple of.
WideInt in_units(float value) {
  int exponent = 0;
  const float fraction = std::frexp(value, &exponent);
  if (value == 0.0f) return 0;
  const auto significand = static_cast<long>(std::ldexp(fraction, 24));
  const int shift = exponent - 24 + 149;
  WideInt result = std::abs(significand);
  if (shift >= 0) {
    result <<= shift;
  } else {
    result >>= -shift;  // a subnormal: the bits shifted out are zero
  }
  return significand < 0 ? WideInt(-result) : result;
}

}  // namespace

float fixed_point_dot(const std::vector<float>& b, const std::vector<float>& a) {
  WideInt sum = 0;
  for (std::size_t k = 0; k < b.size(); ++k) sum += in_units(b[k]) * in_units(a[k]);
  if (sum == 0) return 0.0f;
  const bool negative = sum < 0;
  if (negative) sum = -sum;
  // 24 bits stay, fewer where 2^-149 (bit 149 of the sum) is reached.
  const auto top = static_cast<int>(msb(sum));
  const int last = std::max(top - 23, 149);
  WideInt kept = sum >> last;
  const WideInt rest = sum - (kept << last);
  const WideInt half = WideInt(1) << static_cast<unsigned>(last - 1);
  if (rest > half || (rest == half && (kept & 1) == 1)) ++kept;
  const double magnitude = std::ldexp(kept.convert_to<double>(), last - 298);
  const double largest = 0x1.fffffep127;
  const float rounded = magnitude > largest ? HUGE_VALF : static_cast<float>(magnitude);
  return negative ? -rounded : rounded;
}

}  // namespace tensordash::golden_testing
