#include "hw/dram/controller/bus_calendar.h"

#include <algorithm>
#include <iterator>

namespace tensordash {

BusCalendar::BusCalendar(std::vector<std::vector<unsigned>> distances)
    : distances_(std::move(distances)) {
  for (const auto& row : distances_) {
    for (const unsigned distance : row) longest_ = std::max<DramClock>(longest_, distance);
  }
}

DramClock BusCalendar::first_free(unsigned kind, DramClock from) const {
  DramClock clock = std::max(from, forgotten_);
  const DramClock first = clock - std::min(clock, longest_);
  auto user = std::lower_bound(users_.begin(), users_.end(), first,
                               [](const User& each, DramClock at) { return each.clock < at; });
  while (user != users_.end() && user->clock < clock + longest_) {
    const DramClock after_user = user->clock + distances_[user->kind][kind];
    const bool before_user =
        user->clock > clock && user->clock >= clock + distances_[kind][user->kind];
    if (before_user || clock >= after_user) {
      ++user;
      continue;
    }
    clock = after_user;
    // Of the users passed so far, those that were later than the clock may be earlier now.
    while (user != users_.begin() && std::prev(user)->clock + longest_ > clock) --user;
  }
  return clock;
}

void BusCalendar::take(unsigned kind, DramClock clock) {
  const auto place =
      std::upper_bound(users_.begin(), users_.end(), clock,
                       [](DramClock at, const User& each) { return at < each.clock; });
  users_.insert(place, {clock, kind});
  if (users_.size() <= most_users) return;
  const std::size_t half = most_users / 2;
  forgotten_ = users_[half - 1].clock + longest_;
  users_.erase(users_.begin(), users_.begin() + static_cast<std::ptrdiff_t>(half));
}

}  // namespace tensordash
