#include "models/memory/landing_log.h"

#include <algorithm>

namespace tensordash {

LandingLog::Reason LandingLog::reason(Side side, std::uint32_t portion, Edge edge) const {
  const Landing& landing = at(side, portion);
  const Edge end = landing.landed + 1;
  if (transposed_[static_cast<std::size_t>(side)] && edge >= landing.data) {
    return {StallCause::transposer, end};
  }
  const Edge data = transposed_[static_cast<std::size_t>(side)] ? landing.data : end;
  if (edge >= landing.issued) return {StallCause::dram, data};
  const auto after = std::upper_bound(
      blocked_.begin(), blocked_.end(), edge,
      [](Edge wanted, const Interval& interval) { return wanted < interval.from; });
  if (after != blocked_.begin() && edge < (after - 1)->until) {
    return {StallCause::credit, std::min((after - 1)->until, landing.issued)};
  }
  return {StallCause::dram,
          after == blocked_.end() ? landing.issued : std::min(after->from, landing.issued)};
}

}  // namespace tensordash
