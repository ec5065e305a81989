#include "hw/dram/controller/channel.h"

namespace tensordash {

DramChannel::DramChannel(sc_core::sc_module_name name, const DramConfiguration& configuration,
                         unsigned channel, DramStatistics& statistics)
    : sc_core::sc_module(name),
      commands("commands"),
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
  const DramClock now = clock_base_.now();
  const DramClock first = controller_.push(burst, now);
  statistics_.queue_changed(now, controller_.depth());
  decided_ = false;
  // A burst that no command can serve before the one decided on wakes nobody.
  if (first >= decision_.clock) return;
  decision_.clock = first;
  wake_.notify(clock_base_.time(first) - sc_core::sc_time_stamp());
}

void DramChannel::step() {
  const DramClock now = clock_base_.now();
  if (decided_ && decision_.command && decision_.clock == now) give();
  for (;;) {
    decision_ = controller_.decide(now);
    decided_ = true;
    if (!decision_.command || decision_.clock != now) break;
    give();
  }
  if (decision_.clock == ChannelController::never) return;
  wake_.notify(clock_base_.time(decision_.clock) - sc_core::sc_time_stamp());
}

void DramChannel::give() {
  const bool was_full = controller_.full();
  if (decision_.command == DramCommand::ref || decision_.command == DramCommand::refpb) {
    statistics_.refreshes_due(controller_.owed_refreshes(decision_.clock));
  }
  const ChannelController::Given given = controller_.give(decision_);
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
