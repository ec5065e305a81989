#pragma once

#include <string>

#include "platform/run/run_report.h"

namespace tensordash {

/// What memory made of each operation: the mapping, what limits, the slowdown, and traffic. Empty
/// when the memory was ideal.
std::string memory_table(const RunReport& report);

/// Multiply-accumulates a clock that each step from the layer's shape to what was measured allows
/// (Sze et al., table 6.2), for every operation: where performance was lost. Empty when the memory
/// was ideal.
std::string bound_table(const RunReport& report);

}  // namespace tensordash
