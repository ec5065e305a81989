#pragma once

#include <deque>
#include <systemc>

#include "hw/compression/compression_signals.h"

namespace tensordash {

/// The back-side scheduler (paper, section 3.7): takes the rows that the PEs put out and makes
/// scheduled rows of them. It is iterative: one level of the scheduler, one level a clock, so a
/// scheduled row takes as many clocks as the table has levels (6 with the paper's table). The rows
/// of a block are scheduled as by schedule_block(); blocks follow each other without a gap.
///
/// A window is complete when it holds `depth` rows or the last one of its block. The edge after
/// the one at which that happens is the first level's; right after the last level's the scheduled
/// row stands on its pins. Twice the window's depth in rows is held, so that rows enter meanwhile.
class BacksideScheduler : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};
  sc_core::sc_in<LaneRow> row{"row"};
  sc_core::sc_in<bool> row_valid{"row_valid"};
  sc_core::sc_in<bool> row_last{"row_last"};     ///< the last row of its block
  sc_core::sc_out<bool> row_ready{"row_ready"};  ///< registered

  sc_core::sc_out<ScheduledRow> scheduled{"scheduled"};
  sc_core::sc_out<bool> scheduled_valid{"scheduled_valid"};
  sc_core::sc_out<bool> scheduled_last{"scheduled_last"};  ///< the last row of its block
  sc_core::sc_in<bool> scheduled_ready{"scheduled_ready"};

  /// `table` must outlive the module.
  BacksideScheduler(sc_core::sc_module_name name, const Connectivity& table);

 private:
  struct HeldRow {
    LaneRow values;
    std::uint64_t left;  // values that no scheduled row has taken
    bool last;
  };

  void work();
  void reset();
  /// Rows of the window, or 0 while it is not complete.
  unsigned window_rows() const;
  void run_level(unsigned rows);
  void put_out(unsigned rows);
  void take_row();

  const Connectivity& table_;
  std::deque<HeldRow> held_;
  ScheduledRow building_;
  unsigned level_ = 0;  // the level of the next clock
};

}  // namespace tensordash
