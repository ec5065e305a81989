#pragma once

#include "hw/dram/parameters.h"
#include "platform/config/settings.h"

namespace tensordash {

/// All keys of the LPDDR4 memory and its bench, in the order in which reports list them.
const std::vector<KeyDescription>& dram_keys();

/// The memory's configuration, and the bench's (dram.in_flight).
class DramSettings : public Settings {
 public:
  /// All keys at their defaults.
  DramSettings();

  DramParameters parameters() const;
};

}  // namespace tensordash
