#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "models/dataflow/stream_reader.h"
#include "models/engine/operation_timing.h"
#include "models/engine/schedule_trace.h"

namespace tensordash::engine {

/// Some passes of one row group, done: what was taken and what came out.
struct PassResults {
  const Segment* segment = nullptr;
  std::int64_t row_group = 0;
  std::int64_t first_column_group = 0, column_groups = 0;
  /// Of each scheduler of the row group's tile, missing rows included: one a row, or, two-sided,
  /// one a PE of the single column group, [row * columns + column].
  const std::vector<Slots>* slots = nullptr;
  /// Real rows x real columns of these column groups, [row * real columns + column]: partial sums
  /// where `segment` is not the last block.
  const float* outputs = nullptr;
  std::int64_t columns = 0;  ///< real columns of these column groups
};

/// Receives results, from several threads at once, in any order.
using PassSink = std::function<void(const PassResults&)>;

/// What an operation's outputs are computed from.
struct OutputProblem {
  const StreamPlan& plan;
  OperandTensors tensors;  ///< rounded to the data type
  OperandBits bits;        ///< `weights` only when two-sided
  const Machine& machine;
  bool exact = false;  ///< exact accumulation, else fp32 in hardware order
};

/// Every output of the operation in C order, each with the bits that the machine gives it (paper,
/// section 3; the schedule decides the order of fp32 sums): +0 where no pass writes. All cores.
/// One-sided schedules are made once a row group, and all columns are computed with it side by
/// side. Blocks of a reduction come one after the other, each going on with the fp32 sums of the
/// one before. `sink` may be empty; then exact outputs are computed without a schedule. Throws
/// std::invalid_argument for exact sums of blocked reductions.
std::vector<float> compute_outputs(const OutputProblem& problem, const PassSink& sink,
                                   const Progress& progress = {});

/// Computes some outputs only, given by their places in the operation's tensor in C order, and
/// hands each of their passes, of all blocks, to `sink` once, those of an output in order, with
/// schedules complete and +0 in place of outputs that were not asked for. Outputs that no pass
/// writes are left out.
void compute_sample(const OutputProblem& problem, const std::vector<std::int64_t>& outputs,
                    const PassSink& sink, const Progress& progress = {});

}  // namespace tensordash::engine
