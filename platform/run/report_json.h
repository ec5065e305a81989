#pragma once

#include <nlohmann/json.hpp>

#include "platform/run/run_report.h"

namespace tensordash {

/// The report in the format tensordash-report/1, keys in reading order.
nlohmann::ordered_json report_json(const RunReport& report);

}  // namespace tensordash
