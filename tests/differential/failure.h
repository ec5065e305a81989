#pragma once

#include <filesystem>
#include <string>

#include "tests/differential/differential_case.h"

namespace tensordash::differential {

/// Writes the case to `folder`, which must be new: a trace, and its connectivity table if it has
/// one. Returns the command lines that run it at both levels.
std::string write_case(const DifferentialCase& the_case, const std::filesystem::path& folder);

/// What to tell of a case in which the levels differ by the lines of `difference`: shrinks it,
/// writes the smallest one to a new folder below `parent`, and describes it.
std::string failure_report(const DifferentialCase& the_case, const std::string& difference,
                           const std::filesystem::path& parent);

/// The same for the random case of `seed`; empty when the levels agree.
std::string failure_of(std::uint64_t seed, const std::filesystem::path& parent);

}  // namespace tensordash::differential
