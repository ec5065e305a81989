#pragma once

#include <systemc>

#include "hw/memory/scratchpad_core.h"
#include "hw/pe/bound_pins.h"
#include "hw/pe/signals.h"

namespace tensordash {

/// A scratchpad of stream rows in front of a staging buffer's write ports (paper, sections 3.1 and
/// 3.2 and table 2: banked so that as many rows as the staging buffer is deep can be read a clock).
///
/// Reads are combinational: the rows from `read_offset` on stand on the `row` pins in the same
/// clock, and the staging buffer's window is the register behind them. Fills, shrink and the count
/// of reads take place at the rising edge; each sees the state before it, so a row filled at an
/// edge can be read in the clock that follows. Anything beyond room, size or contents is an error
/// /tensordash/memory/scratchpad, and dropped.
class Scratchpad : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};

  sc_core::sc_vector<sc_core::sc_in<LaneRow>> fill;     ///< fill_rows write ports, oldest row first
  sc_core::sc_in<unsigned> fill_count{"fill_count"};    ///< write ports that carry a row
  sc_core::sc_out<unsigned> room{"room"};               ///< rows that may be filled; 0 in reset
  sc_core::sc_in<unsigned> read_offset{"read_offset"};  ///< first row read, from the head
  sc_core::sc_in<unsigned> read_rows{"read_rows"};      ///< rows asked for, up to one a bank
  sc_core::sc_vector<sc_core::sc_out<LaneRow>> row;     ///< one a bank, in stream order
  sc_core::sc_out<unsigned> available{"available"};     ///< `row` pins that carry a row
  sc_core::sc_in<unsigned> shrink{"shrink"};            ///< rows that leave
  sc_core::sc_out<unsigned> held{"held"};

  /// Throws std::invalid_argument as ScratchpadCore does.
  Scratchpad(sc_core::sc_module_name name, const ScratchpadParameters& parameters);

  std::uint64_t rows_read() const { return core_.rows_read(); }
  std::uint64_t rows_written() const { return core_.rows_written(); }

 private:
  void end_of_elaboration() override;
  void act();
  void serve();

  ScratchpadCore core_;
  const LaneRow empty_;
  BoundInputs<LaneRow> fill_pins_;
  BoundOutputs<LaneRow> row_pins_;
  sc_core::sc_event acted_;
};

}  // namespace tensordash
