#include "models/golden/sample_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <tuple>

namespace tensordash::golden {

SamplePlan::SamplePlan(const PassMap& map, std::int64_t output_count,
                       const std::vector<std::int64_t>& sample) {
  std::int64_t last = -1;
  for (std::size_t number = 0; number < sample.size(); ++number) {
    const std::int64_t index = sample[number];
    if (index <= last || index >= output_count) {
      throw std::invalid_argument(
          fmt::format("golden: a sample must be ascending, distinct indices from 0 to {}, got {} "
                      "after {}",
                      output_count - 1, index, last));
    }
    last = index;
    if (const auto owner = map.owner_of(index)) {
      std::optional<std::uint64_t> pass = owner->pass;
      for (; pass; pass = map.resumed_by(*pass)) {
        outputs_.push_back({*pass, owner->row, owner->column, index, number});
      }
    } else {
      ++without_pass_;
    }
  }
  std::sort(outputs_.begin(), outputs_.end(), [](const SampledOutput& x, const SampledOutput& y) {
    return std::tie(x.pass, x.row, x.column) < std::tie(y.pass, y.row, y.column);
  });
  for (std::size_t k = 0; k < outputs_.size(); ++k) {
    if (!passes_.empty() && passes_.back() == outputs_[k].pass) continue;
    passes_.push_back(outputs_[k].pass);
    first_.push_back(k);
  }
  first_.push_back(outputs_.size());
}

}  // namespace tensordash::golden
