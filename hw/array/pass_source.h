#pragma once

#include <cstdint>
#include <vector>

namespace tensordash {

/// One pass of a tile: the operand streams of its rows and columns.
struct Pass {
  std::uint64_t id = 0;           ///< counted over the operation
  std::uint64_t stream_rows = 0;  ///< K, the same for every stream; at least 1
  /// Streams of side B, one a tile row, and of side A, one a tile column: stream_rows * lanes
  /// values, row after row. A null pointer is an all-zero stream (a missing row or column).
  std::vector<const float*> b, a;
  /// Where a block of a reduction finds what the block before left, and leaves it for the next: any
  /// number that the tile's other outputs do not have.
  std::uint64_t outputs = 0;
  bool resumes = false;  ///< its accumulators start from what was left
  bool leaves = false;   ///< another pass will go on
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
