#pragma once

#include <string>

#include "platform/run/run_report.h"

namespace tensordash {

/// Where the lane-cycles of the sparse runs went, as a table for a terminal: a row a layer and
/// operation, totals, a column a category that is not zero everywhere, and what the heads mean.
std::string ledger_table(const RunReport& report);

}  // namespace tensordash
