#pragma once

#include <vector>

#include "hw/pe/connectivity.h"
#include "hw/pe/lane_array.h"
#include "hw/pe/window_bits.h"

namespace tensordash {

/// One level of the scheduler (a box of the paper's figure 10), combinational: each of `lanes`
/// takes its first option that is left, or none. They all look at the same `left` at once, which is
/// right because lanes of one level cannot reach the same place. Writes the selects of these lanes
/// and returns what is left for the next level.
WindowBits schedule_level(const WindowBits& left, const std::vector<unsigned>& lanes,
                          const Connectivity& table, LaneSelects& selects);

}  // namespace tensordash
