#pragma once

namespace tensordash {

/// Clocks between a tile's last step and its result: multiply, tree, accumulate.
inline constexpr unsigned drain_clocks = 3;

}  // namespace tensordash
