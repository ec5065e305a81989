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
  /// Real rows x real columns of these column groups, [row * real columns + column].
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
/// side. `sink` may be empty; then exact outputs are computed without a schedule.
std::vector<float> compute_outputs(const OutputProblem& problem, const PassSink& sink,
                                   const Progress& progress = {});

/// Output (i, j) of a segment.
struct OutputPlace {
  std::size_t segment = 0;
  std::int64_t i = 0, j = 0;
};

/// Computes some outputs only, and hands each of their passes to `sink` once, with schedules
/// complete and +0 in place of outputs that were not asked for. `places` in order of segment, row
/// group and column group, as sample_outputs() gives them.
void compute_sample(const OutputProblem& problem, const std::vector<OutputPlace>& places,
                    const PassSink& sink, const Progress& progress = {});

/// `count` distinct outputs out of all that passes write, every one as likely as the others; all of
/// them when there are no more. The same for the same seed on every machine.
std::vector<OutputPlace> sample_outputs(const StreamPlan& plan, std::uint64_t count,
                                        std::uint64_t seed);

}  // namespace tensordash::engine
