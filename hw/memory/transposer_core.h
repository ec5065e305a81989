#pragma once

#include <array>

#include "hw/pe/lane_array.h"

namespace tensordash {

/// A transposer's buffer (paper, section 3.4): `lanes` x `lanes` values, filled with up to `lanes`
/// blocks and then read by columns. Fills and columns do not mix: finish_fill() ends the fill
/// phase, and the last of the columns that it announced ends the other and empties the buffer.
class TransposerCore {
 public:
  /// Throws std::invalid_argument for no lanes and for too many.
  explicit TransposerCore(unsigned lanes);

  unsigned lanes() const { return lanes_; }
  unsigned blocks() const { return blocks_; }        ///< filled so far
  bool giving() const { return columns_left_ > 0; }  ///< in the column phase
  unsigned columns_left() const { return columns_left_; }

  /// Puts a block in the next row. Throws std::logic_error in the column phase and when all rows
  /// are filled, std::invalid_argument for a block of another number of lanes.
  void fill(const LaneRow& block);
  /// Begins the column phase: `columns` columns will be asked for. Throws std::out_of_range for
  /// none and for more than `lanes`, std::logic_error in the column phase.
  void finish_fill(unsigned columns);

  /// Value number `column` of every block, one a lane in the order of the fills; +0 for rows that
  /// were not filled. Throws std::out_of_range for a column that does not exist, std::logic_error
  /// in the fill phase.
  LaneRow give(unsigned column);
  /// The column whose number is that of the columns given so far: 0, 1, 2, ... if no other was
  /// asked for.
  LaneRow give_next() { return give(given_); }

  void clear();

 private:
  unsigned lanes_;
  std::array<LaneRow, max_lanes> rows_;
  unsigned blocks_ = 0;
  unsigned given_ = 0;
  unsigned columns_left_ = 0;
};

}  // namespace tensordash
