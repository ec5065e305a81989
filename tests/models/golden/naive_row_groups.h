#pragma once

#include <vector>

#include "tests/models/golden/naive_machine.h"

namespace tensordash::golden_testing {

/// Passes of one scheduler a row, and their records, joined into whole row groups.
std::vector<RowGroupRecord> row_groups(const std::vector<NaivePass>& passes,
                                       const std::vector<PassRecord>& records);

}  // namespace tensordash::golden_testing
