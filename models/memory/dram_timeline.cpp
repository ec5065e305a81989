#include "models/memory/dram_timeline.h"

#include <algorithm>

namespace tensordash {

DramTimeline::DramTimeline(const DramConfiguration& configuration, std::uint64_t clock_ps)
    : burst_bytes_(configuration.burst_bytes()),
      front_clocks_(configuration.parameters.front_clocks),
      back_clocks_(configuration.parameters.back_clocks),
      clock_ps_(clock_ps),
      tck_ps_(static_cast<std::uint64_t>(configuration.spec.tck_ps)),
      map_(configuration) {
  for (unsigned number = 0; number < configuration.parameters.channels; ++number) {
    channels_.emplace_back(configuration, number);
    Channel& channel = channels_.back();
    channel.decision = channel.controller.decide(0);
    channel.decided = true;
  }
}

void DramTimeline::request(Edge edge, std::uint64_t address, unsigned bytes, bool write,
                           std::uint32_t tag) {
  const DramClock now = (time(edge) + tck_ps_ - 1) / tck_ps_ + front_clocks_;
  std::uint32_t slot = 0;
  if (free_.empty()) {
    slot = static_cast<std::uint32_t>(requests_.size());
    requests_.emplace_back();
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  Request& request = requests_[slot];
  request = {tag, bytes / burst_bytes_, 0};
  for (unsigned at = 0; at < bytes; at += burst_bytes_) {
    DramBurst burst;
    burst.write = write;
    burst.owner = slot;
    const DramPlace place = map_.place(address + at);
    burst.row = place.row;
    burst.column = place.column;
    burst.rank = static_cast<std::uint8_t>(place.rank);
    burst.bank = static_cast<std::uint8_t>(place.bank);
    Channel& channel = channels_[place.channel];
    const DramClock first = channel.controller.push(burst, now);
    if (channel.decided && channel.controller.holds(channel.decision, now, first)) continue;
    channel.decided = false;
    channel.decision.clock = std::min(channel.decision.clock, first);
    next_ = std::min(next_, first);
  }
}

bool DramTimeline::answered(Edge edge, std::uint32_t& tag) {
  serve(time(edge) / tck_ps_);
  if (answers_.empty() || answers_.top().edge > edge) return false;
  tag = answers_.top().tag;
  answers_.pop();
  return true;
}

void DramTimeline::serve(DramClock until) {
  if (next_ > until) return;
  next_ = ChannelController::never;
  for (Channel& channel : channels_) {
    while (channel.decision.clock <= until) step(channel);
    next_ = std::min(next_, channel.decision.clock);
  }
}

void DramTimeline::step(Channel& channel) {
  const DramClock now = channel.decision.clock;
  if (channel.decided && channel.decision.command) give(channel);
  for (;;) {
    channel.decision = channel.controller.decide(now);
    channel.decided = true;
    if (!channel.decision.command || channel.decision.clock != now) return;
    give(channel);
  }
}

void DramTimeline::give(Channel& channel) {
  const ChannelController::Given given = channel.controller.give(channel.decision);
  if (!given.served) return;
  ++bursts_;
  if (given.outcome == RowOutcome::hit) ++row_hits_;
  Request& request = requests_[given.burst.owner];
  request.data_end = std::max(request.data_end, given.data_end);
  if (--request.unserved > 0) return;
  const std::uint64_t end = (request.data_end + back_clocks_) * tck_ps_;
  const Edge edge = end <= time(0) ? 0 : (end - time(0) + clock_ps_ - 1) / clock_ps_;
  answers_.push({edge, answered_++, request.tag});
  free_.push_back(given.burst.owner);
}

}  // namespace tensordash
