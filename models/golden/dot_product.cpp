#include "models/golden/dot_product.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace tensordash::golden {
namespace {

float produced_nan() {
  const std::uint32_t bits = 0x7fc00000;
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

}  // namespace

void DotProduct::add(float b, float a) {
  const double product = static_cast<double>(b) * static_cast<double>(a);
  if (product == 0.0) return;
  if (std::fabs(product) <= std::numeric_limits<double>::max()) {
    sum_.add(product);
  } else if (!skipped(b, a)) {
    add_nonfinite(product);
  }
}

float DotProduct::take() {
  float result = sum_.take();
  if (nan_ || (plus_ && minus_)) {
    result = produced_nan();
  } else if (plus_ || minus_) {
    const float infinity = std::numeric_limits<float>::infinity();
    result = plus_ ? infinity : -infinity;
  }
  nan_ = plus_ = minus_ = false;
  return result;
}

bool DotProduct::skipped(float b, float a) const {
  switch (sidedness_) {
    case Sidedness::one_sided:
      return b == 0.0f;
    case Sidedness::two_sided:
      return b == 0.0f || a == 0.0f;
    case Sidedness::none:
      break;
  }
  return false;
}

void DotProduct::add_nonfinite(double product) {
  if (std::isnan(product)) {
    nan_ = true;
  } else {
    (product > 0.0 ? plus_ : minus_) = true;
  }
}

}  // namespace tensordash::golden
