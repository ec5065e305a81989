#include "hw/memory/transposer_core.h"

#include <fmt/format.h>

#include <stdexcept>

namespace tensordash {

TransposerCore::TransposerCore(unsigned lanes) : lanes_(lanes) {
  if (lanes == 0 || lanes > max_lanes) {
    throw std::invalid_argument(
        fmt::format("transposer of {} lanes, where 1 to {} are allowed", lanes, max_lanes));
  }
}

void TransposerCore::fill(const LaneRow& block) {
  if (giving()) throw std::logic_error("block for a transposer that gives columns");
  if (blocks_ == lanes_) throw std::logic_error("block for a transposer whose rows are all filled");
  if (block.lanes() != lanes_) {
    throw std::invalid_argument(
        fmt::format("block of {} values for a transposer of {} lanes", block.lanes(), lanes_));
  }
  rows_[blocks_++] = block;
}

void TransposerCore::finish_fill(unsigned columns) {
  if (giving()) throw std::logic_error("end of a fill in a transposer that gives columns");
  if (columns == 0 || columns > lanes_) {
    throw std::out_of_range(
        fmt::format("{} columns asked of a transposer of {} lanes", columns, lanes_));
  }
  columns_left_ = columns;
}

LaneRow TransposerCore::give(unsigned column) {
  if (!giving()) throw std::logic_error("column of a transposer that is being filled");
  if (column >= lanes_) {
    throw std::out_of_range(fmt::format("column {} of a transposer of {} lanes", column, lanes_));
  }
  LaneRow values(lanes_);
  for (unsigned row = 0; row < blocks_; ++row) values[row] = rows_[row][column];
  ++given_;
  if (--columns_left_ == 0) clear();
  return values;
}

void TransposerCore::clear() {
  blocks_ = given_ = columns_left_ = 0;
}

}  // namespace tensordash
