#pragma once

#include "models/golden/exact_sum.h"
#include "models/golden/golden.h"

namespace tensordash::golden {

/// One output: pairs of a side-B and a side-A value, exact for finite ones, IEEE rules for the
/// others. Pairs that the sidedness skips contribute nothing.
class DotProduct {
 public:
  explicit DotProduct(Sidedness sidedness) : sidedness_(sidedness) {}

  void add(float b, float a);

  /// Adds a finite number that already is a sum of products.
  void add_sum(double sum) { sum_.add(sum); }

  /// The rounded sum; the next one starts from zero.
  float take();

 private:
  bool skipped(float b, float a) const;
  void add_nonfinite(double product);

  Sidedness sidedness_;
  ExactSum sum_;
  bool nan_ = false, plus_ = false, minus_ = false;
};

}  // namespace tensordash::golden
