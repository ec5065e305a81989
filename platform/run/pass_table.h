#pragma once

#include <string>

#include "platform/run/run_report.h"

namespace tensordash {

/// Passes of every operation and how its reductions are blocked, as text with a heading; empty when
/// no operation's are.
std::string pass_table(const RunReport& report);

}  // namespace tensordash
