#include "hw/pe/schedule.h"

namespace tensordash {

void schedule_window(const WindowBits& candidates, unsigned rows, const Connectivity& table,
                     Schedule& schedule) {
  WindowBits left = candidates;
  const auto options = static_cast<unsigned>(table.options().size());
  // Lanes of one level cannot reach the same place, so deciding them one by one is deciding them
  // at once.
  const Connectivity::Probe* probe = table.probes().data();
  for (const unsigned lane : table.decision_order()) {
    std::uint8_t taken = idle_select;
    for (unsigned option = 0; option < options; ++option) {
      const auto [bit, step] = probe[option];
      if ((left.row[step] & bit) != 0) {
        left.row[step] &= ~bit;
        taken = static_cast<std::uint8_t>(option);
        break;
      }
    }
    schedule.selects[lane] = taken;
    probe += options;
  }
  unsigned advance = 0;
  while (advance < rows && left.row[advance] == 0) ++advance;
  schedule.left = left;
  schedule.advance = advance;
}

void bypass_window(const WindowBits& candidates, unsigned rows, Schedule& schedule) {
  schedule.left = candidates;
  schedule.left.row[0] = 0;
  schedule.advance = rows > 0 ? 1 : 0;
  const std::uint8_t select = rows > 0 ? 0 : idle_select;
  for (unsigned lane = 0; lane < schedule.selects.lanes(); ++lane) schedule.selects[lane] = select;
}

}  // namespace tensordash
