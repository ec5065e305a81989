#include "models/engine/exact_dot.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace tensordash::engine {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr int fraction_bits = 23;
constexpr int lowest_exponent = -149;  // of the last bit of a subnormal
constexpr int largest_exponent = 127;

struct Parts {
  std::uint32_t significand;
  int exponent;  ///< of the significand's last bit
  bool negative, finite;
};

Parts parts_of(float value) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  const auto field = static_cast<int>(bits >> fraction_bits & 0xffU);
  const std::uint32_t fraction = bits & ((1U << fraction_bits) - 1);
  const std::uint32_t hidden = field == 0 ? 0 : 1U << fraction_bits;
  return {fraction | hidden, lowest_exponent + std::max(field, 1) - 1, bits >> 31 != 0,
          field != 0xff};
}

int length_of(Wide number) {
  const auto high = static_cast<std::uint64_t>(number >> 64);
  const auto low = static_cast<std::uint64_t>(number);
  if (high != 0) return 128 - __builtin_clzll(high);
  return low == 0 ? 0 : 64 - __builtin_clzll(low);
}

}  // namespace

ScaledStream scale_stream(const float* values, std::size_t count, std::int64_t* numbers) {
  ScaledStream scale;
  int lowest = std::numeric_limits<int>::max();
  int top = std::numeric_limits<int>::min();
  for (std::size_t at = 0; at < count; ++at) {
    const Parts parts = parts_of(values[at]);
    if (!parts.finite) return scale;
    if (parts.significand == 0) continue;
    lowest = std::min(lowest, parts.exponent + __builtin_ctz(parts.significand));
    top = std::max(top, parts.exponent + 32 - __builtin_clz(parts.significand));
  }
  if (lowest > top) {  // nothing but zeros
    scale.fits = true;
    std::fill_n(numbers, count, std::int64_t{0});
    return scale;
  }
  scale.exponent = lowest;
  scale.bits = top - lowest;
  scale.fits = scale.bits <= ScaledStream::most_bits;
  if (!scale.fits) return scale;
  for (std::size_t at = 0; at < count; ++at) {
    const Parts parts = parts_of(values[at]);
    // A zero has no place on the scale: it may lie too far away to be shifted.
    const int shift = parts.significand == 0 ? 0 : parts.exponent - lowest;
    // Bits below the scale are zeros of every significand.
    const auto wide = std::uint64_t{parts.significand};
    const auto magnitude = static_cast<std::int64_t>(shift >= 0 ? wide << shift : wide >> -shift);
    numbers[at] = parts.negative ? -magnitude : magnitude;
  }
  return scale;
}

Int128 exact_dot(const SparseNumbers& b, const std::int64_t* a) {
  // Two sums, so that one addition need not wait for the other.
  Int128 even = 0;
  Int128 odd = 0;
  std::size_t at = 0;
  for (; at + 2 <= b.places.size(); at += 2) {
    even += static_cast<Int128>(b.numbers[at]) * a[b.places[at]];
    odd += static_cast<Int128>(b.numbers[at + 1]) * a[b.places[at + 1]];
  }
  if (at < b.places.size()) even += static_cast<Int128>(b.numbers[at]) * a[b.places[at]];
  return even + odd;
}

bool sums_fit(const ScaledStream& a, const ScaledStream& b, std::size_t count) {
  return a.fits && b.fits && a.bits + b.bits + length_of(count) <= 126;
}

float rounded_fp32(Int128 number, int exponent) {
  if (number == 0) return 0.0F;
  const bool negative = number < 0;
  const auto magnitude = static_cast<Wide>(negative ? -number : number);
  const int top = length_of(magnitude) - 1 + exponent;
  float rounded = std::numeric_limits<float>::infinity();
  if (top <= largest_exponent) {
    const int last = std::max(top - fraction_bits, lowest_exponent);
    const int dropped = last - exponent;
    std::uint64_t kept = 0;
    if (dropped <= 0) {
      kept = static_cast<std::uint64_t>(magnitude << -dropped);
    } else if (dropped < 128) {
      kept = static_cast<std::uint64_t>(magnitude >> dropped);
      const Wide half = Wide{1} << (dropped - 1);
      const Wide rest = magnitude & ((half << 1) - 1);
      if (rest > half || (rest == half && (kept & 1) != 0)) ++kept;
    }
    // At most 2^24, so the conversion is exact; so is the scaling, but for an overflow.
    rounded = std::ldexp(static_cast<float>(kept), last);
  }
  return negative ? -rounded : rounded;
}

}  // namespace tensordash::engine
