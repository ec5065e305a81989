#pragma once

#include "platform/config/config.h"
#include "platform/pin/machine.h"

namespace tensordash {

/// The machine that the keys describe.
MachineParameters configured_machine(const Config& config);

/// The same for a machine that is to be elaborated. Throws ConfigError for one that is too large.
MachineParameters pin_machine(const Config& config);

}  // namespace tensordash
