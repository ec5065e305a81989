#pragma once

#include <array>
#include <systemc>
#include <vector>

#include "hw/compression/compression_signals.h"
#include "hw/pe/connectivity.h"

namespace tensordash {

/// The multiplexers of the paper's figure 12: every place of a window picks the lane of a scheduled
/// row that holds its value, the mirror of the multiplexers in front of a PE.
class PlaceMultiplexers {
 public:
  explicit PlaceMultiplexers(const Connectivity& table);

  /// Dense rows of one scheduled row, step +0 first; +0 where no lane has a value.
  struct Places {
    std::array<LaneRow, max_depth> rows;
    bool clash = false;           ///< two lanes name one place
    bool unknown_select = false;  ///< a select is neither an option nor idle_select
    unsigned reached = 0;         ///< rows up to the last that gets a value
  };
  void pick(const ScheduledRow& row, Places& places) const;

 private:
  struct Source {
    std::uint8_t lane;
    std::uint8_t select;
  };
  unsigned lanes_;
  unsigned depth_;
  unsigned options_;
  std::vector<std::vector<Source>> sources_;  // [step * lanes + lane]: who can have that place
};

/// Decompressor of the scheduled form (paper, section 3.6.1, figure 12): a window of `depth` rows
/// into which every scheduled row puts its values. One scheduled row is taken a clock; the AS dense
/// rows that it completes stand on as many of the `depth` write ports right after the edge. A block
/// takes as many clocks as it has scheduled rows, however many dense rows it has.
class ScheduledDecompressor : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};
  sc_core::sc_in<ScheduledRow> scheduled{"scheduled"};
  sc_core::sc_in<bool> scheduled_valid{"scheduled_valid"};
  sc_core::sc_in<bool> scheduled_last{"scheduled_last"};     ///< the last row of its block
  sc_core::sc_out<bool> scheduled_ready{"scheduled_ready"};  ///< combinational from row_ready

  sc_core::sc_vector<sc_core::sc_out<LaneRow>> row;  ///< dense rows, the first one first
  sc_core::sc_out<unsigned> rows{"rows"};            ///< ports that carry a row, from the first
  sc_core::sc_out<bool> last{"last"};                ///< they end their block
  sc_core::sc_in<bool> row_ready{"row_ready"};       ///< all of them are taken at the next edge

  ScheduledDecompressor(sc_core::sc_module_name name, const Connectivity& table);

 private:
  void decide_ready();
  void expand_row();
  /// What is wrong with the row on `scheduled`, given where its values go; null if nothing.
  const char* fault() const;
  void clear();

  unsigned lanes_;
  unsigned depth_;
  PlaceMultiplexers multiplexers_;
  PlaceMultiplexers::Places places_;
  std::vector<LaneRow> window_;
};

}  // namespace tensordash
