#pragma once

#include <stdexcept>
#include <string>

#include "tests/differential/differential_case.h"

namespace tensordash::differential {

/// A case that both levels refuse with the same words.
class RefusedCase : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Runs the case at pin level, in a SystemC kernel of its own, and on the fast engine. Returns a
/// line for each thing that differs, with both values: every figure of the reports, the outputs'
/// bits, and a verdict that is not clean. Empty when nothing does. Throws RefusedCase.
std::string differences(const DifferentialCase& the_case);

}  // namespace tensordash::differential
