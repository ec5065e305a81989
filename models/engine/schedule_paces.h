#pragma once

#include <vector>

#include "models/dataflow/segment_pace.h"
#include "models/engine/operand_bits.h"
#include "models/engine/operation_timing.h"

namespace tensordash::engine {

/// The paces of a plan, [segment], for a machine in lockstep: of row groups when one-sided, of
/// passes when two-sided, for which `bits.weights` is needed. Throws std::invalid_argument for
/// other machines.
std::vector<SegmentPace> schedule_paces(const StreamPlan& plan, const OperandBits& bits,
                                        const Machine& machine);

}  // namespace tensordash::engine
