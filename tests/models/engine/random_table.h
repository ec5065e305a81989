#pragma once

#include <algorithm>
#include <random>

#include "hw/pe/connectivity.h"

namespace tensordash::engine {

/// A table of `options` places anywhere in the window, its own first; fewer when the window is
/// smaller.
inline Connectivity random_table(std::mt19937& random, unsigned lanes, unsigned depth,
                                 unsigned options) {
  std::vector<Movement> movements;
  for (unsigned step = 0; step < depth; ++step) {
    for (unsigned offset = 0; offset < lanes; ++offset) {
      movements.push_back({step, static_cast<int>(offset)});
    }
  }
  std::shuffle(movements.begin() + 1, movements.end(), random);
  movements.resize(std::min<std::size_t>(options, movements.size()));
  return {"random", lanes, depth, movements};
}

/// Two lanes, two rows deep: their own place, the one behind it, and that of the other lane there.
/// Lane 0 decides first.
inline Connectivity small_table() {
  return {"small", 2, 2, {{0, 0}, {1, 0}, {1, -1}}};
}

}  // namespace tensordash::engine
