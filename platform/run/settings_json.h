#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "platform/config/settings.h"

namespace tensordash {

/// The values of keys, in their order: numbers as numbers, the rest as text.
nlohmann::ordered_json settings_json(const Settings& settings,
                                     const std::vector<KeyDescription>& keys);

}  // namespace tensordash
