#pragma once

#include <cstdint>
#include <vector>

#include "hw/pe/lane_array.h"

namespace tensordash {

/// Size of a scratchpad. The defaults are those of the paper's table 2 for fp32: three banks of
/// 1 KB, 16 rows of 64 bytes each.
struct ScratchpadParameters {
  unsigned lanes = 16;
  unsigned banks = 3;       ///< rows read a clock
  unsigned bank_rows = 16;  ///< stream rows a bank
  unsigned fill_rows = 1;   ///< rows written a clock, 1 to 16
};

/// What a scratchpad holds: a buffet (Sze et al., section 5.8.3) of stream rows without updates,
/// spread over banks. Row number e in the order of the fills lies in bank e mod banks, so any
/// `banks` rows in a row are in different banks and can be read in one clock.
class ScratchpadCore {
 public:
  static constexpr unsigned max_fill_rows = 16;

  /// Throws std::invalid_argument for sizes of 0, too many lanes and fill_rows beyond 16.
  explicit ScratchpadCore(const ScratchpadParameters& parameters);

  unsigned size() const { return parameters_.banks * parameters_.bank_rows; }
  unsigned held() const { return held_; }
  unsigned room() const { return size() - held_; }

  /// Appends a row. Throws std::logic_error without room, std::invalid_argument for a row of
  /// another number of lanes.
  void fill(const LaneRow& row);

  /// How many of the `rows` rows from `offset` on (0 is the oldest) are held.
  unsigned available(unsigned offset, unsigned rows) const;
  /// The row at `offset`, which stays. Throws std::out_of_range for one that is not held.
  const LaneRow& row(unsigned offset) const;
  /// Carries out a clock's reads: counts those that are available. Throws std::out_of_range for
  /// more rows than banks, or an offset beyond the size.
  void read(unsigned offset, unsigned rows);

  /// Removes the `count` oldest rows, any number. Throws std::logic_error for more than are held.
  void shrink(unsigned count);

  /// Forgets all rows; the counters go on.
  void clear();

  /// Contents of a bank's row, whatever it holds.
  const LaneRow& stored(unsigned bank, unsigned bank_row) const {
    return banks_.at(bank).at(bank_row);
  }

  std::uint64_t rows_read() const { return rows_read_; }
  std::uint64_t rows_written() const { return rows_written_; }

 private:
  unsigned slot(unsigned offset) const { return (head_ + offset) % size(); }

  ScratchpadParameters parameters_;
  std::vector<std::vector<LaneRow>> banks_;
  unsigned head_ = 0;
  unsigned held_ = 0;
  std::uint64_t rows_read_ = 0, rows_written_ = 0;
};

}  // namespace tensordash
