#pragma once

#include <string>

#include "hw/dram/energy/energy_model.h"
#include "hw/dram/statistics/dram_statistics.h"

namespace tensordash {

/// What a memory is and what it did, as text for a terminal, with the meaning of the counts.
std::string dram_table(const DramConfiguration& configuration, const DramStatistics& statistics,
                       const DramEnergy& energy);

/// What is known of a memory that was only asked for estimates: no bursts, commands or energy.
std::string estimate_table(const DramConfiguration& configuration,
                           const DramStatistics& statistics);

}  // namespace tensordash
