#pragma once

#include <nlohmann/json.hpp>

#include "platform/soc_run/soc_report.h"

namespace tensordash {

/// The report in the format tensordash-soc/1, keys in reading order.
nlohmann::ordered_json soc_json(const SocReport& report);

}  // namespace tensordash
