#pragma once

#include "hw/pe/connectivity.h"
#include "hw/pe/lane_array.h"
#include "hw/pe/window_bits.h"

namespace tensordash {

/// What the scheduler decides in one cycle.
struct Schedule {
  LaneSelects selects;   ///< the option each lane takes (MS), or idle_select
  WindowBits left;       ///< candidates that nobody took
  unsigned advance = 0;  ///< leading window rows left without a candidate (AS)
};

/// The combinational scheduler (paper, section 3.2, figure 10): level after level, each lane takes
/// its first option in which a candidate is left; a level does not see what earlier levels took.
/// `rows` is the number of rows in the window: the depth, or less at the end of a pass.
/// Candidate rows at and beyond `rows` must be empty. Writes into `schedule`, whose selects must
/// have the table's lane count.
void schedule_window(const WindowBits& candidates, unsigned rows, const Connectivity& table,
                     Schedule& schedule);

/// The dense schedule of the same window: every lane its own value, one row a cycle (the baseline,
/// and the paper's section 3.5 with the scheduler power-gated).
void bypass_window(const WindowBits& candidates, unsigned rows, Schedule& schedule);

}  // namespace tensordash
