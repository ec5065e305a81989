#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/golden/column_kernels.h"
#include "models/golden/dot_product.h"

namespace tensordash::golden {

/// Exact dot products of one side-B stream with many side-A streams.
///
/// A piece of the sum is first added up in two doubles a column, without a branch, noting whether
/// anything was lost. Where nothing was, the two hold the piece exactly; else it is added up again
/// one product at a time. Either way no bit is missing, whatever the values.
class ExactRow {
 public:
  explicit ExactRow(Sidedness sidedness, const ColumnKernels& kernels = column_kernels())
      : sidedness_(sidedness), kernels_(&kernels) {}

  /// Takes over the side-B stream of `length` places. Zeros are left out, unless nothing is skipped
  /// and they may meet an infinity.
  void prepare(const float* b, std::size_t length);

  /// sums[c] becomes the correctly rounded dot product with column c of the block.
  void run(const ColumnBlock& block, float* sums);

 private:
  void run_piece(std::size_t first, std::size_t count, const ColumnBlock& block);

  Sidedness sidedness_;
  const ColumnKernels* kernels_;
  std::vector<std::uint32_t> places_;
  std::vector<double> values_;
  std::vector<DotProduct> dots_;
  std::vector<double> high_, low_;
  std::vector<std::int64_t> lost_;
};

}  // namespace tensordash::golden
