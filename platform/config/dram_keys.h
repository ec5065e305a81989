#pragma once

#include <vector>

#include "hw/dram/parameters.h"
#include "platform/config/settings.h"

namespace tensordash {

/// The keys of the LPDDR4 memory, in the order in which reports list them.
const std::vector<KeyRule>& dram_rules();

/// What those keys say; `settings` has them all.
DramParameters dram_parameters(const Settings& settings);

}  // namespace tensordash
