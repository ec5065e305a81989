#pragma once

#include <cstdint>
#include <string>

#include "models/golden/golden.h"

namespace tensordash::golden {

/// Throws std::invalid_argument, naming the tensor, when an operand that the operation reads is
/// missing.
void require_operands(const Problem& problem);

/// Name of the output at flat C-order position `index`, for example "GA[n=0, c=3, h=2, w=1]"; two
/// coordinates for a linear layer.
std::string output_name(const Problem& problem, std::int64_t index);

}  // namespace tensordash::golden
