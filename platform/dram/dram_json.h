#pragma once

#include <nlohmann/json.hpp>

#include "hw/dram/energy/energy_model.h"
#include "hw/dram/statistics/dram_statistics.h"

namespace tensordash {

/// What a memory is and what it did, keys in reading order; platform/dram/README.md lists them. A
/// key's unit is at its end: _tck are clocks, _gb_s 1e9 bytes a second.
nlohmann::ordered_json dram_json(const DramConfiguration& configuration,
                                 const DramStatistics& statistics, const DramEnergy& energy);

}  // namespace tensordash
