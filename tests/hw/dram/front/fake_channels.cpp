#include "tests/hw/dram/front/fake_channels.h"

namespace tensordash {

FakeChannels::FakeChannels(const sc_core::sc_module_name& name,
                           const DramConfiguration& configuration)
    : sc_module(name),
      latency(configuration.parameters.channels, 40),
      clocks_(configuration.spec),
      queues_(configuration.parameters.channels) {
  SC_METHOD(serve);
  sensitive << serve_event_;
}

bool FakeChannels::full(unsigned channel) const {
  return queues_[channel].size() >= places;
}

void FakeChannels::push(unsigned channel, const DramBurst& burst) {
  if (full(channel)) ++overflows;
  pushed.push_back({clocks_.now(), channel, burst});
  queues_[channel].push_back(burst);
  if (!stopped) serve_event_.notify(clocks_.time(spacing));
}

void FakeChannels::start() {
  stopped = false;
  serve_event_.notify(clocks_.time(spacing));
}

void FakeChannels::serve() {
  if (stopped) return;
  bool more = false;
  for (unsigned channel = 0; channel < queues_.size(); ++channel) {
    if (queues_[channel].empty()) continue;
    const bool was_full = full(channel);
    const DramBurst burst = queues_[channel].front();
    queues_[channel].pop_front();
    owner->burst_served(channel, burst, RowOutcome::hit, clocks_.now() + latency[channel]);
    if (was_full) owner->room_again(channel);
    more = more || !queues_[channel].empty();
  }
  if (more) serve_event_.notify(clocks_.time(spacing));
}

BurstEstimate FakeEstimator::serve(unsigned channel, const DramBurst& burst, DramClock arrival) {
  served.push_back({channel, burst, arrival});
  return {arrival + latency + channel, RowOutcome::hit};
}

}  // namespace tensordash
