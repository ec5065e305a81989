#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hw/dram/lpddr4.h"
#include "hw/dram/monitor/command_bus_monitor.h"

namespace tensordash {

// What the monitors found; the run ends at clock `end`.
std::vector<std::string> violations_of(
    const std::vector<std::unique_ptr<CommandBusMonitor>>& monitors, DramClock end);

// A whole memory with a monitor on the bus of every channel.
template <unsigned bus_width = 32>
struct WatchedMemory {
  explicit WatchedMemory(const DramConfiguration& configuration, const std::string& name = "memory")
      : memory(name.c_str(), configuration) {
    for (unsigned at = 0; at < configuration.parameters.channels; ++at) {
      monitors.push_back(
          std::make_unique<CommandBusMonitor>((name + "_monitor_" + std::to_string(at)).c_str(),
                                              configuration, ViolationReports::none));
      memory.channel(at).commands.bind(*monitors.back());
      memory.channel(at).resets.bind(*monitors.back());
    }
  }

  std::vector<std::string> violations(DramClock end) const { return violations_of(monitors, end); }

  Lpddr4<bus_width> memory;
  std::vector<std::unique_ptr<CommandBusMonitor>> monitors;
};

// The counts of a channel agree with each other.
void expect_consistent(const ChannelStatistics& channel, DramClock covered);

}  // namespace tensordash
