#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

namespace tensordash {

/// fp32 bit patterns for tests; the same seed gives the same patterns on every machine.
class RandomPatterns {
 public:
  explicit RandomPatterns(std::uint64_t seed) : engine_(seed) {}

  /// 0 .. limit-1.
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(engine_() % limit); }

  /// Any of the 2^32 patterns: all exponents alike, infinities and NaNs included.
  std::uint32_t any() { return static_cast<std::uint32_t>(engine_() >> 32); }

  /// Any finite pattern.
  std::uint32_t finite() { return with_field(below(255)); }

  /// Any sign and fraction under the exponent field `field` (0 is subnormal, 254 the largest).
  std::uint32_t with_field(std::uint32_t field) { return (any() & 0x807fffffu) | field << 23; }

  /// A finite pattern whose exponent field lies within `reach` of `field`.
  std::uint32_t near_field(std::uint32_t field, int reach) {
    const int offset = static_cast<int>(below(static_cast<std::uint32_t>(2 * reach + 1))) - reach;
    return with_field(
        static_cast<std::uint32_t>(std::clamp(static_cast<int>(field) + offset, 0, 254)));
  }

  template <typename T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i) {
      std::swap(items[i - 1], items[below(static_cast<std::uint32_t>(i))]);
    }
  }

 private:
  std::mt19937_64 engine_;
};

/// Where rules change: zeros, ends of the subnormals and normals, one and its neighbour, infinity,
/// quiet and signalling NaNs with payloads; each with both signs.
inline std::vector<std::uint32_t> corner_patterns() {
  std::vector<std::uint32_t> patterns;
  for (const std::uint32_t magnitude :
       {0x00000000u, 0x00000001u, 0x00000002u, 0x00000003u, 0x00400000u, 0x007fffffu,
        0x00800000u, 0x00800001u, 0x1f800000u, 0x20000000u, 0x33800000u, 0x3f000000u,
        0x3f7fffffu, 0x3f800000u, 0x3f800001u, 0x40000000u, 0x4b800000u, 0x5f7fffffu,
        0x5f800000u, 0x7f000000u, 0x7f7ffffeu, 0x7f7fffffu, 0x7f800000u, 0x7f800001u,
        0x7fa12345u, 0x7fc00000u, 0x7fd55555u, 0x7fffffffu}) {
    patterns.push_back(magnitude);
    patterns.push_back(magnitude | 0x80000000u);
  }
  return patterns;
}

}  // namespace tensordash
