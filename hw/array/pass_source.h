#pragma once

#include <cstdint>
#include <vector>

#include "hw/dma/store_program.h"
namespace tensordash {

/// One pass of a tile: the operand streams of its rows and columns.
struct Pass {
  std::uint64_t id = 0;           ///< counted over the operation
  std::uint64_t stream_rows = 0;  ///< K, the same for every stream; at least 1
  /// Streams of side B, one a tile row, and of side A, one a tile column: stream_rows * lanes
  /// values, row after row. A null pointer is an all-zero stream (a missing row or column).
  std::vector<const float*> b, a;
  PassSums sums;  ///< what becomes of its sums, when it is a block of a reduction
};

/// Where tiles get their work. Implemented by whoever knows the layer.
class PassSource {
 public:
  virtual ~PassSource() = default;
  /// Writes the next pass of `tile` into `pass` and returns true, or returns false when it has none
  /// left. Streams stay valid until the operation ends.
  virtual bool next(unsigned tile, Pass& pass) = 0;
};

}  // namespace tensordash
