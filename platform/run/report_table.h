#pragma once

#include <string>

#include "platform/run/run_report.h"

namespace tensordash {

/// The report as a table for a terminal: a row a layer and operation, totals, and what was
/// verified. With modelled memory it has two speedups, that of ideal memory and the modelled one.
std::string report_table(const RunReport& report);

}  // namespace tensordash
