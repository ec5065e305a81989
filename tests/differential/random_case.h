#pragma once

#include "tests/differential/differential_case.h"

namespace tensordash::differential {

/// The case of that seed: everything at random, small enough for some milliseconds at pin level.
DifferentialCase random_case(std::uint64_t seed);

}  // namespace tensordash::differential
