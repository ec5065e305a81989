#include "hw/dram/controller/channel.h"

namespace tensordash {

DramChannel::DramChannel(sc_core::sc_module_name name, const DramConfiguration& configuration,
                         unsigned channel, DramStatistics& statistics)
    : sc_core::sc_module(name),
      commands("commands"),
      resets("resets"),
      configuration_(configuration),
      channel_(channel),
      clock_base_(configuration.spec),
      all_statistics_(statistics),
      statistics_(statistics.channels[channel]),
      controller_(configuration, channel) {
  SC_HAS_PROCESS(DramChannel);
  SC_METHOD(step);
  sensitive << wake_;
}

void DramChannel::push(const DramBurst& burst) {
  const DramClock first = controller_.push(burst, now());
  statistics_.queue_changed(clock_base_.now(), controller_.depth());
  decided_ = false;
  // A burst that no command can serve before the one decided on wakes nobody.
  if (first >= decision_.clock) return;
  decision_.clock = first;
  wake_at(first);
}

void DramChannel::step() {
  const DramClock clock = now();
  if (decided_ && decision_.command && decision_.clock == clock) give();
  for (;;) {
    decision_ = controller_.decide(clock);
    decided_ = true;
    if (!decision_.command || decision_.clock != clock) break;
    give();
  }
  if (decision_.clock == ChannelController::never) return;
  wake_at(decision_.clock);
}

void DramChannel::reset() {
  epoch_ = clock_base_.now();
  controller_ = ChannelController(configuration_, channel_);
  statistics_.reset(epoch_);
  resets.write(DramReset{epoch_});
  decision_ = ChannelController::Decision{};
  decision_.clock = 0;
  decided_ = false;
  wake_.notify(sc_core::SC_ZERO_TIME);  // in place of what was to come
}

void DramChannel::give() {
  const bool was_full = controller_.full();
  if (decision_.command == DramCommand::ref || decision_.command == DramCommand::refpb) {
    statistics_.refreshes_due(controller_.owed_refreshes(decision_.clock));
  }
  ChannelController::Given given = controller_.give(decision_);
  given.record.clock += epoch_;
  given.arrival += epoch_;
  given.data_end += epoch_;
  statistics_.on_command(given.record);
  commands.write(given.record);
  if (!given.served) return;
  statistics_.queue_changed(given.record.clock, controller_.depth());
  all_statistics_.on_burst(channel_, given.burst.write, given.burst.masked, given.outcome,
                           given.data_end - given.arrival);
  owner_->burst_served(channel_, given.burst, given.outcome, given.data_end);
  if (was_full) owner_->room_again(channel_);
}

}  // namespace tensordash
