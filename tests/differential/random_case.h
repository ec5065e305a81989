#pragma once

#include "tests/differential/differential_case.h"

namespace tensordash::differential {

/// The case of that seed: everything at random, small enough for some milliseconds at pin level.
/// Behind ideal memory, or, where they are `with_memories`, at times behind a modelled one.
DifferentialCase random_case(std::uint64_t seed, bool with_memories = true);

}  // namespace tensordash::differential
