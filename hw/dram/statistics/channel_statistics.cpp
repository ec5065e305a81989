#include "hw/dram/statistics/channel_statistics.h"

#include <algorithm>

namespace tensordash {

std::uint64_t ChannelStatistics::count(DramCommand command) const {
  std::uint64_t sum = 0;
  for (const RankActivity& rank : ranks) sum += rank.count(command);
  return sum;
}

DramClock ChannelStatistics::last_event() const {
  DramClock last = queue.last_change();
  for (const RankActivity& rank : ranks) last = std::max(last, rank.last_command());
  return last;
}

}  // namespace tensordash
