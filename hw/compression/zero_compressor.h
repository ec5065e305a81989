#pragma once

#include <systemc>
#include <vector>

#include "hw/compression/zero_decompressor.h"

namespace tensordash {

/// Makes stored groups of the rows that leave the chip (the write side of the paper's
/// CompressingDMA, section 4). Rows are taken as they come, up to `rows_per_clock` a clock:
/// ceil(group_rows / rows_per_clock) clocks a group. The group stands on its pins right after the
/// edge that takes its last row, until it is taken, while the rows of the next one enter.
class ZeroCompressor : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};
  sc_core::sc_vector<sc_core::sc_in<LaneRow>> row;
  sc_core::sc_in<unsigned> rows{"rows"};         ///< ports that carry a row; none of the next group
  sc_core::sc_out<bool> row_ready{"row_ready"};  ///< combinational from group_ready

  sc_core::sc_out<GroupTransfer> group{"group"};
  sc_core::sc_out<bool> group_valid{"group_valid"};
  sc_core::sc_in<bool> group_ready{"group_ready"};

  ZeroCompressor(sc_core::sc_module_name name, const ZeroCodecParameters& parameters);

 private:
  void decide_ready();
  void take_rows();
  void store();

  ZeroCodecParameters parameters_;
  std::vector<LaneRow> collected_;
  Wire<unsigned> collected_rows_{"collected_rows"};
};

}  // namespace tensordash
