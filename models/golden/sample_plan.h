#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/golden/pass_map.h"

namespace tensordash::golden {

/// An output that is to be compared, with the streams that meet in it.
struct SampledOutput {
  std::uint64_t pass = 0;
  std::int64_t row = 0, column = 0;  ///< i and j in the pass's section
  std::int64_t index = 0;            ///< flat, C order
  std::size_t number = 0;            ///< of the sample's outputs, the same in all blocks
};

/// The sampled outputs by pass, once for each block. Its size is that of the sample, whatever the
/// operation's.
class SamplePlan {
 public:
  /// Throws std::invalid_argument when the indices are not ascending, distinct outputs.
  SamplePlan(const PassMap& map, std::int64_t output_count,
             const std::vector<std::int64_t>& sample);

  /// Passes that own sampled outputs, ascending.
  const std::vector<std::uint64_t>& passes() const { return passes_; }

  /// The outputs of passes()[at], rows first, then columns.
  const SampledOutput* begin_of(std::size_t at) const { return outputs_.data() + first_[at]; }
  const SampledOutput* end_of(std::size_t at) const { return outputs_.data() + first_[at + 1]; }

  /// How many sampled outputs no pass owns.
  std::uint64_t without_pass() const { return without_pass_; }

 private:
  std::vector<SampledOutput> outputs_;
  std::vector<std::uint64_t> passes_;
  std::vector<std::size_t> first_;
  std::uint64_t without_pass_ = 0;
};

}  // namespace tensordash::golden
