#pragma once

#include <string>

#include "platform/run/run_report.h"

namespace tensordash {

/// The report as a table for a terminal: a row a layer and operation, totals, and what was
/// verified.
std::string report_table(const RunReport& report);

}  // namespace tensordash
