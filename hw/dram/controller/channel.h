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

  /// Number `channel` of a memory; counts what it does in `statistics`.
  DramChannel(sc_core::sc_module_name name, const DramConfiguration& configuration,
              unsigned channel, DramStatistics& statistics);

  /// Whose bursts come; set before the first.
  void set_owner(BurstOwner& owner) { owner_ = &owner; }

  bool full() const { return controller_.full(); }
  /// Queues a burst now. There is room.
  void push(const DramBurst& burst);

  const ChannelController& controller() const { return controller_; }

 private:
  void step();
  void give();

  const unsigned channel_;
  DramClockBase clock_base_;
  BurstOwner* owner_ = nullptr;
  DramStatistics& all_statistics_;
  ChannelStatistics& statistics_;
  ChannelController controller_;
  ChannelController::Decision decision_;
  bool decided_ = false;  ///< nothing has changed since the decision
  sc_core::sc_event wake_;
};

}  // namespace tensordash
