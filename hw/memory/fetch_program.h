#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "hw/memory/row_request.h"

namespace tensordash {

/// Where a lane of a stream row comes from: a lane of a row that the bundle reads, by the number of
/// its request, or of the row that the stream's gatherer kept, or nowhere (+0).
struct LaneSource {
  static constexpr std::uint16_t nothing = 0xFFFF, kept = 0xFFFE;

  std::uint16_t row = nothing;
  std::uint8_t lane = 0;

  bool operator==(const LaneSource& other) const { return row == other.row && lane == other.lane; }
};

/// The next stream rows of all streams of a side, and the SRAM rows that they are put together
/// from.
struct FetchBundle {
  std::uint32_t portion = 0;         ///< the highest portion that must have landed
  std::vector<RowRequest> requests;  ///< different rows, all valid; none: the rows are kept or zero
  unsigned rows = 0;                 ///< stream rows a stream, at least 1
  unsigned streams = 0;              ///< streams that exist; the others are zero
  std::vector<LaneSource> lanes;     ///< [stream][row][lane] of the streams that exist
  /// [stream] What its gatherer keeps from here on: the row of a request, LaneSource::kept, or
  /// LaneSource::nothing.
  std::vector<std::uint16_t> keep;
  /// Portions below this one are not needed any more once the bundle has been read.
  std::uint32_t release_before = 0;
};

/// What the fetch engine of a side of a tile reads in an operation, bundle after bundle.
/// Implemented by whoever knows the layer.
class FetchProgram {
 public:
  virtual ~FetchProgram() = default;
  /// Goes to the first bundle. Returns the first portion that the tile needs: it lets go of those
  /// below from the start.
  virtual std::uint32_t begin() = 0;
  /// Writes the next bundle into `bundle` and returns true, or returns false when there is none.
  virtual bool next(FetchBundle& bundle) = 0;
};

/// The streams of a side that a pass reads from the scratchpads.
struct PassStreams {
  /// Number of its first stream row among all rows that the fetch engine brings in the operation.
  std::uint64_t first_row = 0;
  unsigned streams = 0;  ///< that exist; the others are zero
  bool leave = false;    ///< the rows leave the scratchpads as they are read
  /// Rows behind them that leave with the pass's last row: they were read before.
  std::uint64_t leave_after = 0;
};

/// One pass of a tile.
struct MemoryPass {
  std::uint64_t id = 0;                ///< counted over the operation
  std::uint64_t stream_rows = 0;       ///< K, the same for every stream; at least 1
  std::array<PassStreams, 2> streams;  ///< of sides B and A
  bool resumes = false;                ///< its results have their place in CM already
};

/// The passes of a tile in their order. Implemented by whoever knows the layer.
class PassProgram {
 public:
  virtual ~PassProgram() = default;
  /// Goes to the first pass.
  virtual void begin() = 0;
  /// Writes the next pass into `pass` and returns true, or returns false when there is none.
  virtual bool next(MemoryPass& pass) = 0;
};

}  // namespace tensordash
