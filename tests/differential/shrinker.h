#pragma once

#include <functional>

#include "tests/differential/differential_case.h"

namespace tensordash::differential {

/// Whether a case still fails.
using Fails = std::function<bool(const DifferentialCase&)>;

struct ShrunkCase {
  DifferentialCase smallest;
  unsigned runs = 0;  ///< cases that were tried
};

/// Makes a failing case smaller for as long as it fails: the machine, the layer's dimensions, the
/// table, the values, one at a time and greedily, until nothing helps or `most_runs` cases were
/// tried.
ShrunkCase shrink(DifferentialCase failing, const Fails& fails, unsigned most_runs = 3000);

}  // namespace tensordash::differential
