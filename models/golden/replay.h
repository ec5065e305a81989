#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/golden/column_kernels.h"
#include "models/golden/schedule_record.h"

namespace tensordash::golden {

/// Executes a recorded schedule in the hardware's order of fp32 operations: every step's products,
/// each rounded to fp32, meet in a balanced tree (lane 0+1, 2+3, ...; idle lanes and lanes up to
/// the next power of two are +0) and the tree's result joins the accumulator.
class Replay {
 public:
  explicit Replay(std::size_t lanes, const ColumnKernels& kernels = column_kernels());

  /// Takes over one tile row.
  ///
  /// `slots`   what each lane took, whole steps, every place inside the streams
  /// `b`       the row's side-B stream of `length` places, and a +0 after it
  void prepare(const std::vector<StreamPlace>& slots, const float* b, std::size_t length);

  /// Runs the prepared row: sums[c] becomes the accumulator of column c of the block, which has one
  /// place more than the streams, all +0. NaN comes out as 0x7fc00000.
  void run(const ColumnBlock& block, float* sums) const;
  /// The same, with accumulators that start from sums[c].
  void resume(const ColumnBlock& block, float* sums) const;

 private:
  std::size_t lanes_;
  std::size_t tree_width_;
  const ColumnKernels* kernels_;
  std::size_t steps_ = 0;
  std::vector<std::uint32_t> places_;
  std::vector<float> values_;
};

}  // namespace tensordash::golden
