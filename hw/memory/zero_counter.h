#pragma once

#include <cstdint>
#include <systemc>

#include "hw/pe/signals.h"

namespace tensordash {

/// Values counted, and zeros (+0 or -0) among them.
struct ZeroCount {
  std::uint64_t zeros = 0;
  std::uint64_t values = 0;

  /// Counts the first `count` values of a row.
  /// Throws std::out_of_range, nothing counted, when the row has fewer lanes.
  void add(const LaneRow& row, unsigned count);
};

/// The sparsity monitor (paper, section 3.5): counts the zeros of a tensor on its way out of the
/// PEs, a row of results a clock. What it counted for a tensor decides whether the next operation
/// that reads this tensor runs with the TensorDash parts power-gated.
///
/// Outputs are registered. `clear` begins a new tensor: a row that is valid at the same edge is its
/// first, so tensors may follow each other without a clock between them.
class ZeroCounter : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};
  sc_core::sc_in<bool> clear{"clear"};
  sc_core::sc_in<bool> valid{"valid"};      ///< `row` holds results
  sc_core::sc_in<unsigned> count{"count"};  ///< how many, from lane 0; the others are padding
  sc_core::sc_in<LaneRow> row{"row"};

  sc_core::sc_out<sc_dt::uint64> zeros{"zeros"};
  sc_core::sc_out<sc_dt::uint64> values{"values"};

  explicit ZeroCounter(sc_core::sc_module_name name);

 private:
  void count_row();

  ZeroCount total_;
};

}  // namespace tensordash
