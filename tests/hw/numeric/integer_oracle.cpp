#include "tests/hw/numeric/integer_oracle.h"

namespace tensordash::integer_oracle {

namespace {

std::uint32_t magnitude_bits(std::uint32_t bits) {
  return bits & ~sign_bit;
}

// In units of 2^-149. The pattern of infinity stands for 2^128, the value that would come after the
// largest finite one: that is where rounding starts to overflow.
cpp_int magnitude_units(std::uint32_t pattern) {
  const std::uint32_t field = pattern >> 23;
  const std::uint32_t fraction = pattern & 0x7fffffu;
  if (field == 0) {
    return fraction;
  }
  return cpp_int(fraction + 0x800000u) << (field - 1);
}

// The largest pattern, infinity at most, whose value is not above `magnitude` units of 2^-298.
std::uint32_t pattern_below(const cpp_int& magnitude) {
  std::uint32_t low = 0;
  std::uint32_t high = infinity + 1;
  while (high - low > 1) {
    const std::uint32_t middle = low + (high - low) / 2;
    if ((magnitude_units(middle) << 149) <= magnitude) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low;
}

std::uint32_t tree_node(const std::vector<std::uint32_t>& lanes, std::size_t first,
                        std::size_t width) {
  if (width == 1) {
    return first < lanes.size() ? lanes[first] : 0u;
  }
  return add(tree_node(lanes, first, width / 2), tree_node(lanes, first + width / 2, width / 2));
}

}  // namespace

bool is_nan(std::uint32_t bits) {
  return magnitude_bits(bits) > infinity;
}

bool is_infinity(std::uint32_t bits) {
  return magnitude_bits(bits) == infinity;
}

bool is_zero(std::uint32_t bits) {
  return magnitude_bits(bits) == 0;
}

cpp_int units(std::uint32_t bits) {
  const cpp_int magnitude = magnitude_units(magnitude_bits(bits));
  return (bits & sign_bit) != 0 ? cpp_int(-magnitude) : magnitude;
}

cpp_int product_units(std::uint32_t a, std::uint32_t b) {
  return units(a) * units(b);
}

std::uint32_t nearest(const cpp_int& total) {
  const std::uint32_t sign = total < 0 ? sign_bit : 0u;
  const cpp_int magnitude = abs(total);
  const std::uint32_t below = pattern_below(magnitude);
  if (below == infinity) {
    return sign | infinity;
  }
  const cpp_int twice_middle = (magnitude_units(below) + magnitude_units(below + 1)) << 149;
  const int side = cpp_int(2 * magnitude).compare(twice_middle);
  const bool up = side > 0 || (side == 0 && below % 2 == 1);
  return sign | (below + (up ? 1u : 0u));
}

std::uint32_t multiply(std::uint32_t a, std::uint32_t b) {
  const std::uint32_t sign = (a ^ b) & sign_bit;
  if (is_nan(a) || is_nan(b)) {
    return nan;
  }
  if (is_infinity(a) || is_infinity(b)) {
    return is_zero(a) || is_zero(b) ? nan : sign | infinity;
  }
  return sign | magnitude_bits(nearest(product_units(a, b)));
}

std::uint32_t add(std::uint32_t a, std::uint32_t b) {
  if (is_nan(a) || is_nan(b)) {
    return nan;
  }
  if (is_infinity(a) || is_infinity(b)) {
    const bool opposed = is_infinity(a) && is_infinity(b) && a != b;
    return opposed ? nan : is_infinity(a) ? a : b;
  }
  if (is_zero(a) && is_zero(b)) {
    return a & b;
  }
  return nearest((units(a) + units(b)) << 149);
}

std::uint32_t tree_sum(const std::vector<std::uint32_t>& lanes) {
  std::size_t width = 1;
  while (width < lanes.size()) {
    width *= 2;
  }
  const std::uint32_t root = tree_node(lanes, 0, width);
  return is_nan(root) ? nan : root;
}

std::uint16_t nearest_bf16(std::uint32_t bits) {
  if (is_nan(bits)) {
    return nan >> 16;
  }
  const auto towards_zero = static_cast<std::uint16_t>(bits >> 16);
  if (is_infinity(bits)) {
    return towards_zero;
  }
  const std::uint32_t below = magnitude_bits(bits) & 0xffff0000u;
  const cpp_int down = magnitude_units(magnitude_bits(bits)) - magnitude_units(below);
  const cpp_int up = magnitude_units(below + 0x10000u) - magnitude_units(magnitude_bits(bits));
  const bool take_up = up < down || (up == down && towards_zero % 2 == 1);
  return static_cast<std::uint16_t>(towards_zero + (take_up ? 1 : 0));
}

}  // namespace tensordash::integer_oracle
