#pragma once

#include <cstdint>
#include <vector>

#include "models/dataflow/stream_plan.h"
#include "models/layout/tensor_layout.h"

namespace tensordash {

/// How the outputs of an operation lie in DRAM.
TensorLayout output_layout(Operation operation, const LayerShape& shape, unsigned lanes);

/// Which passes write into which groups of the output tensor: a group is written back when the last
/// of its passes is done. Passes of blocks that others go on with write into none: their partial
/// sums stay in CM.
class OutputPlan {
 public:
  explicit OutputPlan(const StreamPlan& plan);

  const TensorLayout& layout() const { return layout_; }
  /// Passes that write into a group; 0: no pass does, and it is +0.
  std::uint32_t passes_into(std::int64_t group) const {
    return passes_into_[static_cast<std::size_t>(group)];
  }
  /// Appends the groups that pass (row group, column group) of a segment, a last block, writes
  /// into.
  void groups_of(std::size_t segment, std::int64_t row_group, std::int64_t column_group,
                 std::vector<std::int64_t>& groups) const;

  /// Passes whose outputs the CM of a tile must hold at once, at least, so that groups can always
  /// be completed: the most that wait for others, or for the last of their blocks, on any of
  /// `tiles` tiles when passes end in order.
  std::uint64_t least_room(unsigned tiles) const;

 private:
  /// Parts of a group's number, whose sum it is, that the outputs of a row or column group have.
  using Parts = std::vector<std::vector<std::int64_t>>;

  std::int64_t part(const Segment& segment, bool row_side, std::int64_t index) const;
  Parts parts(const Segment& segment, bool row_side) const;

  const StreamPlan& plan_;
  TensorLayout layout_;
  std::vector<Parts> rows_, columns_;  ///< [segment][row or column group]
  std::vector<std::uint32_t> passes_into_;
};

}  // namespace tensordash
