#pragma once

#include <vector>

namespace tensordash::golden {

/// An exact sum of products of two fp32 values.
///
/// The product of two fp32 values is exact in a double: 24 + 24 bits of significand, and exponents
/// between 2^-298 and 2^256. The sum is kept as doubles that do not overlap (J. R. Shewchuk,
/// "Adaptive precision floating-point arithmetic", 1997), so nothing is lost and the range is never
/// left.
class ExactSum {
 public:
  /// Adds a finite product.
  void add(double product) {
    // Two doubles swallow almost every product; only what they cannot hold grows the expansion.
    const double lost = absorb(high_, product);
    const double left = absorb(low_, lost);
    if (left != 0.0) grow(left);
  }

  /// The sum rounded once to fp32, nearest even, and starts again from zero. A sum of exactly zero
  /// is +0, one that rounds to zero keeps its sign, overflow is an infinity.
  float take();

 private:
  /// Two-sum: `total` becomes the rounded sum; returns what rounding lost, exactly.
  static double absorb(double& total, double value) {
    const double sum = total + value;
    const double value_part = sum - total;
    const double lost = (total - (sum - value_part)) + (value - value_part);
    total = sum;
    return lost;
  }

  void grow(double value);
  double rounded_to_odd() const;

  double high_ = 0.0;
  double low_ = 0.0;
  std::vector<double> parts_;  // growing magnitude, no zeros, no two overlap
};

}  // namespace tensordash::golden
