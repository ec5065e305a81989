#include "hw/pe/schedule.h"

namespace tensordash {

void schedule_window(const WindowBits& candidates, unsigned rows, const Connectivity& table,
                     Schedule& schedule) {
  WindowBits left = candidates;
  const auto options = static_cast<unsigned>(table.options().size());
  // Lanes of one level cannot reach the same place, so deciding them one by one is deciding them
  // at once.
  for (const unsigned lane : table.decision_order()) {
    std::uint8_t taken = idle_select;
    for (unsigned option = 0; option < options; ++option) {
      const WindowPlace place = table.place(lane, option);
      const std::uint64_t bit = std::uint64_t{1} << place.lane;
      if ((left.row[place.step] & bit) != 0) {
        left.row[place.step] &= ~bit;
        taken = static_cast<std::uint8_t>(option);
        break;
      }
    }
    schedule.selects[lane] = taken;
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
