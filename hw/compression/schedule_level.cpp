#include "hw/compression/schedule_level.h"

namespace tensordash {

WindowBits schedule_level(const WindowBits& left, const std::vector<unsigned>& lanes,
                          const Connectivity& table, LaneSelects& selects) {
  WindowBits taken;
  for (const unsigned lane : lanes) {
    selects[lane] = idle_select;
    for (unsigned option = 0; option < table.options().size(); ++option) {
      const WindowPlace place = table.place(lane, option);
      const std::uint64_t bit = std::uint64_t{1} << place.lane;
      if ((left.row[place.step] & bit) == 0) continue;
      taken.row[place.step] |= bit;
      selects[lane] = static_cast<std::uint8_t>(option);
      break;
    }
  }
  return left.without(taken);
}

}  // namespace tensordash
