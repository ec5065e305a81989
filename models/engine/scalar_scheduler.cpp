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
      table_.push_back({std::uint64_t{1} << place.lane, place.step, place.lane,
                        static_cast<std::uint16_t>(place.step * lanes_ + place.lane)});
    }
    table_.push_back({0, 0, 0, idle});
  }
}

unsigned ScalarScheduler::decide(Window& window, unsigned rows, std::uint16_t* taken) const {
  const Option* option = table_.data();
  for (const unsigned lane : order_) {
    // Without branches: which option is free is as good as random.
    std::uint64_t free = std::uint64_t{1} << options_;
    for (std::size_t at = 0; at < options_; ++at) {
      free |= (window[option[at].step] >> option[at].shift & 1U) << at;
    }
    const Option& first = option[__builtin_ctzll(free)];
    window[first.step] &= ~first.bit;
    taken[lane] = first.place;
    option += options_ + 1;
  }
  unsigned drained = 0;
  while (drained < rows && window[drained] == 0) ++drained;
  return drained;
}

}  // namespace tensordash::engine
