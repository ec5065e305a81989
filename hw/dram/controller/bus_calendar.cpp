#include "hw/dram/controller/bus_calendar.h"

#include <algorithm>
#include <iterator>

namespace tensordash {

BusCalendar::BusCalendar(std::vector<std::vector<unsigned>> distances)
    : distances_(std::move(distances)) {
  for (const auto& row : distances_) {
    for (const unsigned distance : row) longest_ = std::max<DramClock>(longest_, distance);
  }
  for (std::size_t kind = 0; kind < distances_.size(); ++kind) {
    DramClock least = 2 * longest_;
    for (std::size_t other = 0; other < distances_.size(); ++other) {
      least = std::min<DramClock>(least, distances_[kind][other] + distances_[other][kind]);
    }
    tight_.push_back(least);
  }
}

/// The first user that a clock may be too close to.
std::vector<BusCalendar::User>::const_iterator BusCalendar::first_near(DramClock clock) const {
  return std::lower_bound(users_.begin(), users_.end(), clock - std::min(clock, longest_),
                          [](const User& each, DramClock at) { return each.clock < at; });
}

/// The clock, or the first after the stream if it lies within.
DramClock BusCalendar::after_stream(unsigned kind, DramClock clock) const {
  const bool within = clock > stream_from_ && clock <= stream_until_;
  return within ? stream_until_ + distances_[stream_kind_][kind] : clock;
}

DramClock BusCalendar::first_free(unsigned kind, DramClock from) const {
  DramClock clock = after_stream(kind, std::max(from, forgotten_));
  auto user = first_near(clock);
  while (user != users_.end() && user->clock < clock + longest_) {
    const DramClock after_user = user->clock + distances_[user->kind][kind];
    const bool before_user =
        user->clock > clock && user->clock >= clock + distances_[kind][user->kind];
    if (before_user || clock >= after_user) {
      ++user;
      continue;
    }
    // Users that were later than the clock may be earlier now.
    clock = after_stream(kind, after_user);
    user = first_near(clock);
  }
  return clock;
}

void BusCalendar::take(unsigned kind, DramClock clock) {
  const auto place =
      std::upper_bound(users_.begin(), users_.end(), clock,
                       [](DramClock at, const User& each) { return at < each.clock; });
  if (place == users_.end()) {
    const bool goes_on =
        !users_.empty() && kind == stream_kind_ && clock - stream_until_ < tight_[kind];
    if (!goes_on) stream_from_ = clock;
    stream_until_ = clock;
    stream_kind_ = kind;
  }
  users_.insert(place, {clock, kind});
  if (users_.size() <= most_users) return;
  const std::size_t half = most_users / 2;
  forgotten_ = users_[half - 1].clock + longest_;
  users_.erase(users_.begin(), users_.begin() + static_cast<std::ptrdiff_t>(half));
}

}  // namespace tensordash
