#pragma once

#include "models/trace/tensor.h"
#include "tests/differential/random_source.h"

namespace tensordash::differential {

/// What a tensor's values that are not zero look like.
enum class ValueStyle {
  integers,   ///< small: every order of addition is exact
  ordinary,   ///< of like magnitudes
  wild,       ///< any finite pattern: all magnitudes, subnormals
  tiny,       ///< about the smallest normal number of bf16 and fp32, and far below
  nonfinite,  ///< NaN and infinities among ordinary ones
};

/// A tensor of `shape`. A random part of it is zero, from none to all, half of those -0; at times
/// whole channels are zero or free of zeros.
Tensor random_tensor(std::vector<std::int64_t> shape, ValueStyle style, RandomSource& random);

}  // namespace tensordash::differential
