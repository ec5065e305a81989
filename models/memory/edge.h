#pragma once

#include <cstdint>
#include <limits>

namespace tensordash {

/// A rising edge of the core's clock, counted from the one that starts the operation.
using Edge = std::uint64_t;

inline constexpr Edge never = std::numeric_limits<Edge>::max();

}  // namespace tensordash
