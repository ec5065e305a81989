#pragma once

#include <cstddef>
#include <vector>

#include "models/golden/schedule_record.h"

namespace tensordash::golden {

/// Executes a recorded schedule in the hardware's order of fp32 operations.
class Replay {
 public:
  explicit Replay(std::size_t lanes);

  /// Adds up one tile row: every step's products, each rounded to fp32, meet in a balanced tree
  /// (lane 0+1, 2+3, ...; idle lanes and lanes up to the next power of two are +0) and the tree's
  /// result joins the accumulator.
  ///
  /// `slots`    what each lane took, whole steps, every place inside the streams
  /// `b`        the row's side-B stream
  /// `a`        side-A values of its columns: place p of column c at a[p * stride + c]
  /// `sums`     one accumulator a column, +0 before the pass; NaN comes out as 0x7fc00000
  void run(const std::vector<StreamPlace>& slots, const float* b, const float* a,
           std::size_t stride, std::size_t columns, float* sums);

 private:
  template <std::size_t Columns>
  void run_columns(const std::vector<StreamPlace>& slots, const float* b, const float* a,
                   std::size_t stride, float* sums);

  std::size_t lanes_;
  std::size_t tree_width_;
  std::vector<float> level_;
};

}  // namespace tensordash::golden
