#include "tests/models/golden/naive_row_groups.h"

namespace tensordash::golden_testing {
std::vector<RowGroupRecord> row_groups(const std::vector<NaivePass>& passes,
                                       const std::vector<PassRecord>& records) {
  std::vector<RowGroupRecord> groups;
  for (std::size_t first = 0, end = 0; first < passes.size(); first = end) {
    while (end < passes.size() && passes[end].row_group == passes[first].row_group) ++end;
    RowGroupRecord group;
    group.first_pass = passes[first].id;
    group.column_groups = static_cast<std::int64_t>(end - first);
    group.slots = records[first].slots;
    for (std::size_t row = 0; row < passes[first].output.size(); ++row) {
      for (std::size_t p = first; p < end; ++p) {
        const auto& places = passes[p].output[row];
        for (std::size_t c = 0; c < places.size(); ++c) {
          if (places[c] < 0) continue;
          group.outputs.push_back(records[p].outputs[row * places.size() + c]);
        }
      }
    }
    groups.push_back(group);
  }
  return groups;
}

}  // namespace tensordash::golden_testing
