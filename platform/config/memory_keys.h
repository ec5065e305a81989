#pragma once

#include <vector>

#include "models/mapping/memory_parameters.h"
#include "models/mapping/power_gating.h"
#include "platform/config/settings.h"

namespace tensordash {

/// The keys of the memory between DRAM and staging buffers and of power gating, in the order in
/// which reports list them.
const std::vector<KeyRule>& memory_rules();

/// What those keys say, for a machine of `lanes` lanes; `settings` has them and dtype. Throws
/// ConfigError for a memory that cannot be.
MemoryParameters memory_parameters(const Settings& settings, unsigned lanes);

/// The same for a machine whose memory is modelled. Throws ConfigError for rows that are not in
/// lockstep, too.
MemoryParameters modelled_parameters(const Settings& settings, unsigned lanes);

/// What the keys mapping.* say of the memory; `settings` has them.
MappingChoice mapping_choice(const Settings& settings);

PowerGatingRule power_gating_rule(const Settings& settings);

}  // namespace tensordash
