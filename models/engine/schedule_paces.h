#pragma once

#include <vector>

#include "models/dataflow/segment_pace.h"
#include "models/engine/operand_bits.h"
#include "models/engine/operation_timing.h"

namespace tensordash::engine {

/// The paces of all row groups of a plan, [segment], for a one-sided machine in lockstep.
std::vector<SegmentPace> schedule_paces(const StreamPlan& plan, const OperandBits& bits,
                                        const Machine& machine);

}  // namespace tensordash::engine
