#pragma once

#include <cstddef>
#include <cstdint>

namespace tensordash::golden {

/// What one tile row took, ready for replay: `steps` times `width` pairs, `width` a power of two.
/// A lane without a pair has value +0 and a place of zeros.
struct TakenPairs {
  const std::uint32_t* places;
  const float* values;  ///< the side-B value of each pair
  std::size_t steps;
  std::size_t width;
};

/// A dense-side block: place p of column c at values[p * stride + c].
struct ColumnBlock {
  const float* values;
  std::size_t stride;
  std::size_t columns;
};

/// Inner loops over the columns of a block, compiled for one instruction set. All of them give the
/// same bits.
struct ColumnKernels {
  /// sums[c], the accumulator of column c, goes on: every product rounded to fp32, then a balanced
  /// tree over the lanes of a step, then the accumulator.
  void (*replay)(const TakenPairs& pairs, const ColumnBlock& block, float* sums);

  /// high[c] + low[c] becomes the exact sum of the `count` products of column c, unless lost[c] is
  /// not 0: then two doubles could not hold it, or something was not finite.
  void (*sum)(const std::uint32_t* places, const double* values, std::size_t count,
              const ColumnBlock& block, double* high, double* low, std::int64_t* lost);
};

/// For any processor.
extern const ColumnKernels portable_kernels;

/// For processors with AVX2; nullptr where the compiler has none.
extern const ColumnKernels* const avx2_kernels;

/// The fastest that this processor can run.
const ColumnKernels& column_kernels();

}  // namespace tensordash::golden
