#pragma once

#include <cstddef>
#include <cstdint>

namespace tensordash::engine {

/// What a scheduler's lanes multiply, step after step: `b` [step][lane], and where in the columns
/// the other value stands, `place` [step][lane]. An idle lane has a b of +0 and a place that holds
/// +0 in every column.
struct LaneTrace {
  const float* b = nullptr;
  const std::int32_t* place = nullptr;
  std::size_t steps = 0;
  unsigned lanes = 16;
};

/// Columns that are computed together on this machine.
std::size_t column_block();

/// sums[j] += what the lanes produce with column j of a block of column_block() columns, in
/// hardware order (every product rounded to fp32, a balanced binary tree over the lanes filled up
/// with +0, each sum rounded, then the accumulator). `a` is [place][column_block()].
void accumulate_columns(const LaneTrace& trace, const float* a, float* sums);

}  // namespace tensordash::engine
