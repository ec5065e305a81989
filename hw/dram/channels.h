#pragma once

#include <memory>
#include <systemc>
#include <vector>

#include "hw/dram/controller/channel.h"

namespace tensordash {

/// The channels of a memory side by side.
class DramChannels : public sc_core::sc_module, public BurstPort {
 public:
  DramChannels(sc_core::sc_module_name name, const DramConfiguration& configuration,
               DramStatistics& statistics);

  /// Whose bursts come; set before the first.
  void set_owner(BurstOwner& owner);

  /// Resets all channels; see DramChannel.
  void reset();

  DramChannel& channel(unsigned at) { return *channels_[at]; }
  unsigned size() const { return static_cast<unsigned>(channels_.size()); }

  bool full(unsigned channel) const override { return channels_[channel]->full(); }
  void push(unsigned channel, const DramBurst& burst) override { channels_[channel]->push(burst); }

 private:
  std::vector<std::unique_ptr<DramChannel>> channels_;
};

}  // namespace tensordash
