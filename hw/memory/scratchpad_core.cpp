#include "hw/memory/scratchpad_core.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace tensordash {

ScratchpadCore::ScratchpadCore(const ScratchpadParameters& parameters) : parameters_(parameters) {
  if (parameters.lanes == 0 || parameters.lanes > max_lanes) {
    throw std::invalid_argument(fmt::format("scratchpad of {} lanes, where 1 to {} are allowed",
                                            parameters.lanes, max_lanes));
  }
  if (parameters.banks == 0 || parameters.bank_rows == 0) {
    throw std::invalid_argument("a scratchpad needs a bank, and a bank a row");
  }
  if (parameters.fill_rows == 0 || parameters.fill_rows > max_fill_rows) {
    throw std::invalid_argument(fmt::format("{} rows written a clock, where 1 to {} are allowed",
                                            parameters.fill_rows, max_fill_rows));
  }
  banks_.assign(parameters.banks,
                std::vector<LaneRow>(parameters.bank_rows, LaneRow(parameters.lanes)));
}

void ScratchpadCore::fill(const LaneRow& row) {
  if (room() == 0) throw std::logic_error("fill of a full scratchpad");
  if (row.lanes() != parameters_.lanes) {
    throw std::invalid_argument(fmt::format("row of {} lanes filled into a scratchpad of {}",
                                            row.lanes(), parameters_.lanes));
  }
  const unsigned tail = slot(held_);
  banks_[tail % parameters_.banks][tail / parameters_.banks] = row;
  ++held_;
  ++rows_written_;
}

unsigned ScratchpadCore::available(unsigned offset, unsigned rows) const {
  return offset >= held_ ? 0 : std::min(rows, held_ - offset);
}

const LaneRow& ScratchpadCore::row(unsigned offset) const {
  if (offset >= held_) throw std::out_of_range("read of a row that is not in the scratchpad");
  const unsigned place = slot(offset);
  return banks_[place % parameters_.banks][place / parameters_.banks];
}

void ScratchpadCore::read(unsigned offset, unsigned rows) {
  if (rows > parameters_.banks) {
    throw std::out_of_range(
        fmt::format("{} rows read in a clock from {} banks", rows, parameters_.banks));
  }
  // The offset behind the last row is where a reader stands that waits for the next fill.
  if (offset > size()) throw std::out_of_range("read beyond the scratchpad's size");
  rows_read_ += available(offset, rows);
}

void ScratchpadCore::shrink(unsigned count) {
  if (count > held_) throw std::logic_error("shrink by more rows than the scratchpad holds");
  head_ = slot(count);
  held_ -= count;
}

void ScratchpadCore::clear() {
  head_ = held_ = 0;
}

}  // namespace tensordash
