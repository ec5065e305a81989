#include "models/engine/scalar_scheduler.h"

namespace tensordash::engine {

ScalarScheduler::ScalarScheduler(const Connectivity& table)
    : lanes_(table.lanes()),
      depth_(table.depth()),
      options_(table.options().size()),
      order_(table.decision_order()) {
  for (const unsigned lane : order_) {
    for (unsigned option = 0; option < options_; ++option) {
      const WindowPlace place = table.place(lane, option);
      table_.push_back({std::uint64_t{1} << place.lane, place.step,
                        static_cast<std::uint16_t>(place.step * lanes_ + place.lane)});
    }
  }
}

unsigned ScalarScheduler::decide(Window& window, unsigned rows, std::uint16_t* taken) const {
  const Option* option = table_.data();
  for (const unsigned lane : order_) {
    const Option* const end = option + options_;
    const Option* found = option;
    while (found != end && (window[found->step] & found->bit) == 0) ++found;
    if (found != end) {
      window[found->step] &= ~found->bit;
      taken[lane] = found->place;
    } else {
      taken[lane] = idle;
    }
    option = end;
  }
  unsigned drained = 0;
  while (drained < rows && window[drained] == 0) ++drained;
  return drained;
}

}  // namespace tensordash::engine
