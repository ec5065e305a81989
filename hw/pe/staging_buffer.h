#pragma once

#include <systemc>

#include "hw/pe/bound_pins.h"
#include "hw/pe/signals.h"

namespace tensordash {

/// Size of a staging buffer.
struct StagingBufferParameters {
  unsigned lanes = 16;
  unsigned depth = 3;  ///< stream rows in the window, and row-wide write ports
};

/// Staging buffer (paper, section 3.2, figure 9): a window of `depth` rows of one operand stream,
/// with one row-wide write port a row. At a rising edge the first `advance` rows leave, the others
/// move up, and rows of the same pass enter from the write ports as far as there is room. Rows of
/// the next pass enter only at an edge with `turn`, when the window has emptied: it never holds
/// rows of two passes.
class StagingBuffer : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};
  sc_core::sc_vector<sc_core::sc_in<LaneRow>> fill;       ///< write ports, next stream row first
  sc_core::sc_in<FillStatus> fill_status{"fill_status"};  ///< which write ports carry a row
  sc_core::sc_in<unsigned> advance{"advance"};            ///< rows drained in this cycle
  sc_core::sc_in<bool> turn{"turn"};                      ///< the tile changes passes at this edge

  sc_core::sc_vector<sc_core::sc_out<LaneRow>> row;  ///< the window, step +0 first
  sc_core::sc_out<WindowBits> nonzero{"nonzero"};    ///< values that are not zero (+0 or -0)
  sc_core::sc_out<unsigned> rows{"rows"};            ///< rows held

  StagingBuffer(sc_core::sc_module_name name, const StagingBufferParameters& parameters);

 private:
  void end_of_elaboration() override;
  void advance_window();

  BoundInputs<LaneRow> fill_pins_;
  BoundOutputs<LaneRow> row_pins_;

  StagingBufferParameters parameters_;
  const LaneRow empty_;
  WindowBits bits_;
  unsigned held_ = 0;
};

}  // namespace tensordash
