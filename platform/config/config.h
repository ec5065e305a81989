#pragma once

#include <vector>

#include "hw/pe/connectivity.h"
#include "platform/config/settings.h"

namespace tensordash {

/// All keys of the machine, in the order in which reports list them.
const std::vector<KeyDescription>& config_keys();

/// The machine's configuration.
class Config : public Settings {
 public:
  /// All keys at their defaults.
  Config();

  /// The connectivity table that the keys describe. A table from a file sets pe.lanes unless the
  /// user has set it; then they must agree. Throws ConfigError.
  Connectivity connectivity();
};

}  // namespace tensordash
