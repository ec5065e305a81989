#include "hw/pe/scheduler.h"

namespace tensordash {

Scheduler::Scheduler(sc_core::sc_module_name name, const Connectivity& table, bool two_sided)
    : sc_module(name), table_(table), two_sided_(two_sided) {
  schedule_.selects = LaneSelects(table.lanes());
  SC_HAS_PROCESS(Scheduler);
  SC_METHOD(decide);
  sensitive << nonzero_b << rows << consumed << bypass;
  if (two_sided_) sensitive << nonzero_a;
  SC_METHOD(remember);
  sensitive << clk.pos();
  dont_initialize();
}

void Scheduler::end_of_elaboration() {
  if (two_sided_ && nonzero_a.size() == 0) {
    SC_REPORT_ERROR("/tensordash/pe/scheduler", "two-sided, but nonzero_a is not bound");
  }
}

void Scheduler::decide() {
  candidates_ = nonzero_b.read().without(consumed.read());
  if (two_sided_) candidates_ = candidates_ & nonzero_a->read();
  if (bypass.read()) {
    bypass_window(candidates_, rows.read(), schedule_);
  } else {
    schedule_window(candidates_, rows.read(), table_, schedule_);
  }
  select.write(schedule_.selects);
  drained.write(schedule_.advance);
}

void Scheduler::remember() {
  if (!rst_n.read()) {
    consumed.write(WindowBits{});
    return;
  }
  if (!step.read()) return;
  const WindowBits taken = candidates_.without(schedule_.left);
  consumed.write((consumed.read() | taken).advanced(advance.read()));
}

}  // namespace tensordash
