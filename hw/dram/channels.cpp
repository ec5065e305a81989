#include "hw/dram/channels.h"

#include <fmt/format.h>

namespace tensordash {

DramChannels::DramChannels(sc_core::sc_module_name name, const DramConfiguration& configuration,
                           DramStatistics& statistics)
    : sc_core::sc_module(name) {
  for (unsigned at = 0; at < configuration.parameters.channels; ++at) {
    channels_.push_back(std::make_unique<DramChannel>(fmt::format("channel_{}", at).c_str(),
                                                      configuration, at, statistics));
  }
}

void DramChannels::set_owner(BurstOwner& owner) {
  for (const auto& channel : channels_) channel->set_owner(owner);
}

void DramChannels::reset() {
  for (const auto& channel : channels_) channel->reset();
}

}  // namespace tensordash
