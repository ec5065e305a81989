#pragma once

#include <string>

#include "hw/dram/energy/energy_model.h"

namespace tensordash {

/// Where the energy went, with the formula of each term, as text for a terminal.
std::string energy_table(const DramEnergy& energy);

}  // namespace tensordash
