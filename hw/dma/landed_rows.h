#pragma once

#include <memory>
#include <ostream>
#include <systemc>
#include <vector>

#include "hw/dma/load_program.h"
#include "hw/pe/lane_array.h"

namespace tensordash {

/// A row on its way into the SRAMs of the tiles that want it.
struct LandedRow {
  unsigned side = 0;  ///< 0: B, 1: A
  unsigned bank = 0;
  std::vector<RowTarget> targets;
  LaneRow value;

  bool operator==(const LandedRow& other) const {
    return side == other.side && bank == other.bank && targets == other.targets &&
           value == other.value;
  }
};

/// The rows that the SRAMs take at the next edge, one a side and bank at most: a bus a bank, to all
/// tiles. One signal; its copies share the rows.
class LandedRows {
 public:
  LandedRows() = default;
  explicit LandedRows(std::vector<LandedRow> rows);

  const std::vector<LandedRow>& rows() const { return rows_ ? *rows_ : none(); }
  bool operator==(const LandedRows& other) const {
    return rows_ == other.rows_ || rows() == other.rows();
  }

 private:
  static const std::vector<LandedRow>& none();

  std::shared_ptr<const std::vector<LandedRow>> rows_;
};

std::ostream& operator<<(std::ostream& stream, const LandedRows& rows);
/// Needed by sc_in; rows have no wave of their own, the SRAMs' write ports show them.
void sc_trace(sc_core::sc_trace_file* file, const LandedRows& rows, const std::string& name);

/// Why a portion is not in the SRAMs.
enum class LoadWait : std::uint8_t { dram, credit, transposer };

/// How far the loads of a side are.
struct LoadProgress {
  std::uint32_t landed = 0;  ///< portions whose rows are all in the SRAMs
  std::uint32_t data = 0;    ///< portions whose data has come from DRAM
  std::uint32_t issued = 0;  ///< portions whose last request was issued
  bool credit = false;       ///< loads wait for room in an SRAM
  bool transposed = false;   ///< the rows of this side come out of transposers

  /// Why portion `number`, from `landed` on, is not there.
  LoadWait wait(std::uint32_t number) const {
    if (transposed && number < data) return LoadWait::transposer;
    return credit && number >= issued ? LoadWait::credit : LoadWait::dram;
  }

  bool operator==(const LoadProgress& other) const {
    return landed == other.landed && data == other.data && issued == other.issued &&
           credit == other.credit && transposed == other.transposed;
  }
};

std::ostream& operator<<(std::ostream& stream, const LoadProgress& progress);
void sc_trace(sc_core::sc_trace_file* file, const LoadProgress& progress, const std::string& name);

}  // namespace tensordash
