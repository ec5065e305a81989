#pragma once

#include <systemc>

#include "hw/memory/transposer_core.h"
#include "hw/pe/signals.h"

namespace tensordash {

/// An on-chip transposer between three links (paper, section 3.4 and table 2): blocks in, columns
/// asked for, columns out. A transfer takes place at a rising edge with `valid` and `ready`.
///
/// Fill phase: a block a clock, or up to `fill_rows`: behind the first those of `more_valid`, in
/// order. It ends with the blocks of a clock with `fill_last`, or with the last row;
/// the number of columns to give is read from `columns` at that edge. Column phase: a column a
/// clock, the one named by `column` or, without `column_named`, the next in order; the column
/// stands on the result link after the edge until it is taken. With the last of them the transposer
/// is ready for blocks again. `busy` while it holds blocks or a result. Numbers out of range and
/// blocks of another width are errors /tensordash/memory/transposer: such a request or block is
/// dropped, and a group with a wrong number of columns is forgotten.
class Transposer : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};

  sc_core::sc_in<bool> fill_valid{"fill_valid"};
  sc_core::sc_in<LaneRow> fill_value{"fill_value"};
  sc_core::sc_vector<sc_core::sc_in<bool>> more_valid;     ///< further blocks: `fill_rows` - 1
  sc_core::sc_vector<sc_core::sc_in<LaneRow>> more_value;  ///< the same
  sc_core::sc_in<bool> fill_last{"fill_last"};
  sc_core::sc_in<unsigned> columns{"columns"};
  sc_core::sc_out<bool> fill_ready{"fill_ready"};

  sc_core::sc_in<bool> column_valid{"column_valid"};
  sc_core::sc_in<bool> column_named{"column_named"};
  sc_core::sc_in<unsigned> column{"column"};
  sc_core::sc_out<bool> column_ready{"column_ready"};

  sc_core::sc_out<bool> result_valid{"result_valid"};
  sc_core::sc_out<LaneRow> result{"result"};
  sc_core::sc_in<bool> result_ready{"result_ready"};

  sc_core::sc_out<bool> busy{"busy"};

  /// Throws std::invalid_argument as TransposerCore does, and for no `fill_rows`.
  Transposer(sc_core::sc_module_name name, unsigned lanes, unsigned fill_rows = 1);

 private:
  void act();
  void offer();
  void take_blocks();
  void give_column();

  TransposerCore core_;
  sc_core::sc_event acted_;
};

}  // namespace tensordash
