#pragma once

#include <nlohmann/json.hpp>

#include "platform/run/run_report.h"

namespace tensordash {

/// The numbers that an operation was found to have, for operation_of_record().
nlohmann::json record_of(const OperationReport& report);

/// Throws nlohmann::json::exception when something is missing or of another type.
OperationReport operation_of_record(const nlohmann::json& record);

}  // namespace tensordash
