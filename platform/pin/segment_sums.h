#pragma once

#include "hw/dma/store_program.h"
#include "models/dataflow/stream_plan.h"

namespace tensordash {

/// What becomes of the sums of a segment's pass number `number`: blocks of the same outputs share
/// the id that their pass had if nothing were blocked.
inline PassSums sums_of(const Segment& segment, std::uint64_t number) {
  return {segment.first_turn + number, segment.block > 0, !segment.last_block()};
}

}  // namespace tensordash
