#include "hw/compression/backside_scheduler.h"

#include <algorithm>

#include "hw/compression/schedule_level.h"

namespace tensordash {

BacksideScheduler::BacksideScheduler(sc_core::sc_module_name name, const Connectivity& table)
    : sc_module(name),
      table_(table),
      building_{LaneRow(table.lanes()), LaneSelects(table.lanes())} {
  SC_HAS_PROCESS(BacksideScheduler);
  SC_METHOD(work);
  sensitive << clk.pos();
  dont_initialize();
}

void BacksideScheduler::work() {
  if (!rst_n.read()) {
    reset();
    return;
  }
  const bool waiting = scheduled_valid.read() && !scheduled_ready.read();
  if (!waiting) scheduled_valid.write(false);
  const unsigned rows = window_rows();
  const bool ends = level_ + 1 == table_.levels().size();
  if (rows > 0 && !(ends && waiting)) {
    run_level(rows);
    if (ends) put_out(rows);
    level_ = ends ? 0 : level_ + 1;
  }
  if (row_valid.read() && row_ready.read()) take_row();
  row_ready.write(held_.size() < 2 * std::size_t{table_.depth()});
}

void BacksideScheduler::reset() {
  held_.clear();
  level_ = 0;
  row_ready.write(true);
  scheduled_valid.write(false);
  scheduled_last.write(false);
}

unsigned BacksideScheduler::window_rows() const {
  const auto most = static_cast<unsigned>(std::min<std::size_t>(table_.depth(), held_.size()));
  for (unsigned step = 0; step < most; ++step) {
    if (held_[step].last) return step + 1;
  }
  return most == table_.depth() ? most : 0;
}

void BacksideScheduler::run_level(unsigned rows) {
  const std::vector<unsigned>& lanes = table_.levels()[level_];
  WindowBits left;
  for (unsigned step = 0; step < rows; ++step) left.row[step] = held_[step].left;
  left = schedule_level(left, lanes, table_, building_.selects);
  for (unsigned step = 0; step < rows; ++step) held_[step].left = left.row[step];
  // Only the lanes of this level move their values, so one level's multiplexers are enough.
  for (const unsigned lane : lanes) {
    const unsigned select = building_.selects[lane];
    const bool idle = select == idle_select;
    const WindowPlace place = idle ? WindowPlace{} : table_.place(lane, select);
    building_.values[lane] = idle ? 0.0F : held_[place.step].values[place.lane];
  }
}

void BacksideScheduler::put_out(unsigned rows) {
  unsigned advance = 0;
  bool last = false;
  while (advance < rows && held_.front().left == 0) {
    last = held_.front().last;
    held_.pop_front();
    ++advance;
  }
  building_.advance = advance;
  scheduled.write(building_);
  scheduled_valid.write(true);
  scheduled_last.write(last);
}

void BacksideScheduler::take_row() {
  const LaneRow& entering = row.read();
  if (entering.lanes() != table_.lanes()) {
    SC_REPORT_ERROR("/tensordash/compression/backside_scheduler",
                    "a row with another lane count than the table's");
    return;
  }
  held_.push_back({entering, nonzero_lanes(entering), row_last.read()});
}

}  // namespace tensordash
