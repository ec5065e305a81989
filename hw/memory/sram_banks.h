#pragma once

#include <cstdint>
#include <vector>

#include "hw/pe/lane_array.h"

namespace tensordash {

/// Size and width of a banked SRAM. The defaults are a memory of one tile in the paper's table 2:
/// four banks of 256 KB, 4096 rows of 16 fp32 values each.
struct SramParameters {
  unsigned lanes = 16;
  unsigned banks = 4;
  unsigned bank_rows = 4096;
  unsigned rows_per_clock = 1;  ///< rows a bank reads a clock
  unsigned ports = 4;           ///< requests in a bundle
};

/// Contents of a banked SRAM: rows, and which of them have ever been written.
class SramBanks {
 public:
  /// Throws std::invalid_argument for sizes of 0 and too many lanes.
  explicit SramBanks(const SramParameters& parameters);

  /// Throws std::out_of_range for an address that does not exist, and std::invalid_argument for a
  /// row of another number of lanes.
  void write(unsigned bank, unsigned row, const LaneRow& value);
  /// Throws std::out_of_range for an address that does not exist, and std::logic_error for a row
  /// that was never written.
  LaneRow read(unsigned bank, unsigned row) const;

  std::uint64_t rows_written() const { return rows_written_; }

 private:
  std::size_t index(unsigned bank, unsigned row) const;

  SramParameters parameters_;
  std::vector<float> values_;  // [bank, row, lane]
  std::vector<bool> written_;  // [bank, row]
  std::uint64_t rows_written_ = 0;
};

}  // namespace tensordash
