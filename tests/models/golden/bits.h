#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

namespace tensordash::golden_testing {

/// Bit pattern of a float: tells -0 from +0 and one NaN from another.
inline std::uint32_t bits_of(float value) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

/// Bit patterns of all values.
inline std::vector<std::uint32_t> bits_of(const std::vector<float>& values) {
  std::vector<std::uint32_t> bits;
  for (float value : values) bits.push_back(bits_of(value));
  return bits;
}

/// The float of a bit pattern.
inline float float_of(std::uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

}  // namespace tensordash::golden_testing
