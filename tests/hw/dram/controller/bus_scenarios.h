#pragma once

#include <string>
#include <vector>

#include "tests/hw/dram/controller/controller_drive.h"

namespace tensordash::testing {

/// Bursts for a controller with certain parameters.
struct BusScenario {
  std::string name;
  DramParameters parameters;
  std::vector<Arrival> arrivals;
  DramClock end = 0;
};

/// Scenarios which together bring every command of the controller as close to every other as the
/// timings allow.
const std::vector<BusScenario>& bus_scenarios();

}  // namespace tensordash::testing
