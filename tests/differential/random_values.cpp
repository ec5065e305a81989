#include "tests/differential/random_values.h"

#include <cmath>
#include <cstring>
#include <limits>

namespace tensordash::differential {
namespace {

float of_bits(std::uint32_t bits) {
  float value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

/// Where bf16 rounds to zero: half of its smallest number, and what lies beside it.
constexpr std::uint32_t small_borders[] = {0x00007fff, 0x00008000, 0x00008001, 0x00010000,
                                           0x00018000, 0x007fffff, 0x00800000};
/// Where bf16 rounds to infinity, and the ends of fp32.
constexpr std::uint32_t borders[] = {0x7f7f7fff, 0xff7f7fff, 0x7f7f8000, 0xff7f8000, 0x7f7fffff,
                                     0xff7fffff, 0x00000001, 0x80000001, 0x00800000, 0x3f808000};

float ordinary(RandomSource& random) {
  const double magnitude = 0.25 + 2 * random.fraction();
  return static_cast<float>(random.once_in(2) ? magnitude : -magnitude);
}

float random_value(ValueStyle style, RandomSource& random) {
  switch (style) {
    case ValueStyle::integers:
      return static_cast<float>(random.number(1, 7) * (random.once_in(2) ? 1 : -1));
    case ValueStyle::ordinary:
      return ordinary(random);
    case ValueStyle::wild: {
      const float value = of_bits(random.once_in(20) ? random.one_of(borders) : random.bits());
      return std::isfinite(value) ? value : std::numeric_limits<float>::max();
    }
    case ValueStyle::tiny: {
      const auto sign = static_cast<std::uint32_t>(random.number(0, 1)) << 31;
      const std::uint32_t any = random.bits() >> random.number(7, 31);
      return of_bits(sign | (random.once_in(5) ? random.one_of(small_borders) : any));
    }
    case ValueStyle::nonfinite: {
      const float specials[] = {std::numeric_limits<float>::infinity(),
                                -std::numeric_limits<float>::infinity(), of_bits(0x7f800001),
                                of_bits(0xffc12345)};
      return random.once_in(12) ? random.one_of(specials) : ordinary(random);
    }
  }
  return 0;
}

/// None and all of them come up often.
double random_zero_part(RandomSource& random) {
  if (random.once_in(6)) return 0;
  if (random.once_in(12)) return 1;
  return random.fraction();
}

}  // namespace

Tensor random_tensor(std::vector<std::int64_t> shape, ValueStyle style, RandomSource& random) {
  Tensor tensor;
  tensor.shape = std::move(shape);
  std::int64_t a_channel = 1;
  for (std::size_t axis = 2; axis < tensor.shape.size(); ++axis) a_channel *= tensor.shape[axis];
  const std::int64_t channels = tensor.shape[0] * tensor.shape[1];
  const double zero_part = random_zero_part(random);
  const bool clustered = zero_part > 0 && zero_part < 1 && random.once_in(3);
  for (std::int64_t channel = 0; channel < channels; ++channel) {
    double here = zero_part;
    if (clustered && random.once_in(2)) here = random.fraction() < zero_part ? 1 : 0;
    for (std::int64_t at = 0; at < a_channel; ++at) {
      const bool zero = random.fraction() < here;
      const float nothing = random.once_in(2) ? 0.0F : -0.0F;
      tensor.values.owned().push_back(zero ? nothing : random_value(style, random));
    }
  }
  return tensor;
}

}  // namespace tensordash::differential
