#pragma once

#include <systemc>
#include <vector>

#include "hw/compression/compression_signals.h"

namespace tensordash {

/// Sizes of the zero codecs.
struct ZeroCodecParameters {
  unsigned lanes = 16;
  unsigned value_bytes = 4;     ///< in memory: 4 (fp32) or 2 (bf16)
  unsigned rows_per_clock = 2;  ///< ports for rows
  unsigned group_rows = 16;     ///< rows that the compressor makes a group of
};

/// Expands groups on their way into the chip (the read side of the paper's CompressingDMA, section
/// 4). A group that is taken at an edge shows its first `rows_per_clock` rows right after that
/// edge and the next ones an edge later: ceil(rows / rows_per_clock) clocks a group, the next one
/// without a gap. A group that cannot be decoded is reported and shows no row.
class ZeroDecompressor : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};
  sc_core::sc_in<GroupTransfer> group{"group"};
  sc_core::sc_in<bool> group_valid{"group_valid"};
  sc_core::sc_out<bool> group_ready{"group_ready"};  ///< combinational from row_ready

  sc_core::sc_vector<sc_core::sc_out<LaneRow>> row;  ///< next row of the group first
  sc_core::sc_out<unsigned> rows{"rows"};            ///< ports that carry a row, from the first
  sc_core::sc_in<bool> row_ready{"row_ready"};       ///< all of them are taken at the next edge

  ZeroDecompressor(sc_core::sc_module_name name, const ZeroCodecParameters& parameters);

 private:
  void decide_ready();
  void move_rows();
  void load();

  ZeroCodecParameters parameters_;
  std::vector<LaneRow> decoded_;
  std::size_t shown_ = 0;  // rows of decoded_ that are on the ports or have left
  Wire<bool> exhausted_{"exhausted", true};
};

}  // namespace tensordash
