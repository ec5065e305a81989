#include "models/golden/exact_sum.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace tensordash::golden {
namespace {

bool has_odd_significand(double value) {
  std::uint64_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return (bits & 1) != 0;
}

/// `sum` + `rest`, the latter being less than the last bit of `sum`, rounded to odd.
double to_odd(double sum, double rest) {
  if (rest == 0.0 || has_odd_significand(sum)) return sum;
  return std::nextafter(sum, rest > 0.0 ? HUGE_VAL : -HUGE_VAL);
}

}  // namespace

void ExactSum::grow(double value) {
  std::size_t kept = 0;
  for (double part : parts_) {
    const double lost = absorb(value, part);
    if (lost != 0.0) parts_[kept++] = lost;
  }
  parts_.resize(kept);
  if (value != 0.0) parts_.push_back(value);
}

float ExactSum::take() {
  double odd;
  if (parts_.empty()) {
    const double rest = absorb(high_, low_);
    odd = to_odd(high_, rest);
  } else {
    grow(low_);
    grow(high_);
    odd = rounded_to_odd();
  }
  high_ = low_ = 0.0;
  parts_.clear();
  // A double rounded to odd holds at least two bits more than any float, and its last bit tells
  // whether anything lay beyond: rounding it again gives what rounding the exact sum would.
  return static_cast<float>(odd);
}

double ExactSum::rounded_to_odd() const {
  double sum = 0.0;
  double rest = 0.0;
  // From the largest part down until a bit is lost. The parts below that cannot reach the last bit
  // of `rest`, so its sign is the sign of everything that `sum` lacks.
  for (std::size_t i = parts_.size(); i-- > 0 && rest == 0.0;) {
    rest = absorb(sum, parts_[i]);
  }
  return to_odd(sum, rest);
}

}  // namespace tensordash::golden
