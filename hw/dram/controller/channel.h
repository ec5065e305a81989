#pragma once

#include <systemc>
#include <tlm>

#include "hw/dram/burst.h"
#include "hw/dram/clock_base.h"
#include "hw/dram/controller/channel_controller.h"
#include "hw/dram/statistics/dram_statistics.h"

namespace tensordash {

/// One channel: its controller in simulated time. One process, which sleeps until the next command
/// is legal.
class DramChannel : public sc_core::sc_module {
 public:
  /// Every command, when its first edge stands on the bus.
  tlm::tlm_analysis_port<DramCommandRecord> commands;
  /// Every reset, when it takes place.
  tlm::tlm_analysis_port<DramReset> resets;

  /// Number `channel` of a memory; counts what it does in `statistics`.
  DramChannel(sc_core::sc_module_name name, const DramConfiguration& configuration,
              unsigned channel, DramStatistics& statistics);

  /// Whose bursts come; set before the first.
  void set_owner(BurstOwner& owner) { owner_ = &owner; }

  bool full() const { return controller_.full(); }
  /// Queues a burst now. There is room.
  void push(const DramBurst& burst);

  /// From now on the channel behaves as if the simulation began now; clocks are counted on. No
  /// burst waits, and now is an edge of tCK.
  void reset();

  const ChannelController& controller() const { return controller_; }
  /// ChannelController::owed_refresh_clocks() at a clock of the simulation.
  DramClock owed_refresh_clocks(DramClock now) const {
    return now < epoch_ ? 0 : controller_.owed_refresh_clocks(now - epoch_);
  }

 private:
  void step();
  void give();
  /// The controller counts clocks from the last reset.
  DramClock now() const { return clock_base_.now() - epoch_; }
  void wake_at(DramClock clock) {
    wake_.notify(clock_base_.time(epoch_ + clock) - sc_core::sc_time_stamp());
  }

  const DramConfiguration configuration_;
  const unsigned channel_;
  DramClockBase clock_base_;
  BurstOwner* owner_ = nullptr;
  DramStatistics& all_statistics_;
  ChannelStatistics& statistics_;
  DramClock epoch_ = 0;  ///< of the last reset
  ChannelController controller_;
  ChannelController::Decision decision_;
  bool decided_ = false;  ///< nothing has changed since the decision
  sc_core::sc_event wake_;
};

}  // namespace tensordash
