#pragma once

#include <cstdint>
#include <vector>

#include "models/dataflow/stream_plan.h"
#include "models/layout/tensor_layout.h"

namespace tensordash {

/// The two sides of a tile's operands.
enum class Side : std::uint8_t { b, a };

inline constexpr Side both_sides[] = {Side::b, Side::a};

enum class OperandTensor : std::uint8_t { activations, weights, gradients };

/// How the stream rows of a side are found in rows of its SRAM.
enum class AccessKind : std::uint8_t {
  windows,         ///< a block of channels at one position: forward and backward_data, side B
  filters,         ///< a block of channels of one filter: forward, side A
  turned_filters,  ///< transposed, a block of filters at one channel: backward_data, side A
  positions,       ///< transposed, positions of one channel gathered: backward_weights
};

/// One row of an SRAM: `place` numbers the rows of a channel or filter, `owner` is that channel or
/// filter (within its conv group), or the position for windows.
struct SramRow {
  std::int64_t owner = 0;
  std::int64_t place = 0;

  bool operator==(const SramRow& other) const {
    return owner == other.owner && place == other.place;
  }
};

/// A lane of a row of an SRAM.
struct SramLane {
  static constexpr std::int64_t nothing = -1;

  SramRow row{nothing, 0};  ///< owner `nothing`: none, a structural zero
  unsigned lane = 0;
};

/// What one side of an operation reads (paper, sections 3.3 and 3.4). Rows stand in an SRAM as they
/// come out of DRAM (windows, filters), or as columns of a transposer (turned filters, positions).
class SideOperand {
 public:
  SideOperand(const StreamPlan& plan, Side side);

  OperandTensor tensor() const { return tensor_; }
  AccessKind kind() const { return kind_; }
  const TensorLayout& layout() const { return layout_; }
  bool transposed() const {
    return kind_ == AccessKind::turned_filters || kind_ == AccessKind::positions;
  }
  /// Streams of the side in a segment: I or J.
  std::int64_t streams(const Segment& segment) const {
    return side_ == Side::b ? segment.I : segment.J;
  }
  /// Streams that a pass takes: rows or columns of the tile.
  unsigned streams_per_pass() const {
    return side_ == Side::b ? plan_.geometry().rows : plan_.geometry().columns;
  }
  /// Channel or filter (within the conv group) that a stream reads; not for windows.
  std::int64_t channel(std::int64_t stream) const {
    return kind_ == AccessKind::positions ? stream / taps_of_stream_ : stream;
  }
  /// Streams of a channel; 1 except for activations gathered by tap.
  std::int64_t streams_per_channel() const { return taps_of_stream_; }
  /// Channels (or filters) of a conv group.
  std::int64_t channels() const { return channels_; }
  /// Places of the SRAM rows of a channel or filter that a segment may need, ascending: all of
  /// them, or those that some stream of the channel reads in a block of its reduction; not for
  /// windows.
  std::vector<std::int64_t> places(const Segment& segment) const;
  /// windows: blocks of channels that a segment reads at a position, ascending.
  std::vector<std::int64_t> window_blocks(const Segment& segment) const;

  /// Appends the SRAM rows that make up stream row `of_block` of a stream, counted from the
  /// segment's first: none where it is all structural zeros, one for all kinds but positions, where
  /// they come in order of the lanes.
  void rows_of(const Segment& segment, std::int64_t stream, std::int64_t of_block,
               std::vector<SramRow>& rows) const;
  /// Writes for each lane of stream row k of a stream where it lies: in the rows of rows_of(), in
  /// their order.
  void lanes_of(const Segment& segment, std::int64_t stream, std::int64_t k,
                std::vector<SramLane>& lanes) const;
  /// The bank that a row lies in.
  unsigned bank(const SramRow& row, unsigned banks) const;
  /// The DRAM group that a row comes from.
  std::int64_t group(const Segment& segment, const SramRow& row) const;
  /// The reverse: row `number` of those that a DRAM group lands as, its blocks or the columns that
  /// a transposer gives.
  SramRow landed_row(std::int64_t group, unsigned number) const;

  /// windows: line of the layout at output row `y`, image n and filter tap `tap` (numbers within
  /// the segment's lists), or -1.
  std::int64_t line(const Segment& segment, std::int64_t n, std::int64_t y, std::int64_t tap) const;

 private:
  std::int64_t operand_row(std::int64_t out, std::int64_t tap, int axis) const;
  void window_rows(const Segment& segment, std::int64_t stream, std::int64_t k,
                   std::vector<SramRow>& rows) const;
  /// Calls `take` with the lane, the row and the lane in that row, in order of the lanes.
  template <typename Take>
  void visit_positions(std::int64_t stream, std::int64_t k, const Take& take) const;

  const StreamPlan& plan_;
  Side side_;
  OperandTensor tensor_;
  AccessKind kind_;
  TensorLayout layout_;
  std::int64_t taps_of_stream_ = 1;
  std::int64_t channels_ = 1;
  std::int64_t rows_per_channel_ = 1;
  bool one_position_ = false;  ///< images of one position: x counts images
};

}  // namespace tensordash
