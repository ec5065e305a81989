#pragma once

#include <string>

#include "platform/soc_run/soc_report.h"

namespace tensordash {

/// The report as a table for a terminal: a row a layer and operation, totals, and what was
/// verified.
std::string soc_table(const SocReport& report);

}  // namespace tensordash
