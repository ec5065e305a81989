#include "models/dataflow/pair_counts.h"

#include <vector>

namespace tensordash {
namespace {

void add_nonzero(const std::vector<float>& stream, std::vector<std::uint64_t>& counts) {
  for (std::size_t at = 0; at < stream.size(); ++at) counts[at] += stream[at] != 0.0F ? 1 : 0;
}

}  // namespace

PairCounts count_pairs(const StreamPlan& plan, const OperandTensors& tensors) {
  const StreamReader reader(plan, tensors);
  PairCounts counts;
  counts.total = static_cast<std::uint64_t>(plan.shape().macs());
  for (const Segment& segment : plan.segments()) {
    const auto places = static_cast<std::size_t>(segment.K) * plan.geometry().lanes;
    std::vector<float> stream(places);
    std::vector<std::uint64_t> b(places);
    std::vector<std::uint64_t> a(places);
    for (std::int64_t i = 0; i < segment.I; ++i) {
      reader.side_b(segment, i, stream.data(), &counts.zeros);
      add_nonzero(stream, b);
    }
    for (std::int64_t j = 0; j < segment.J; ++j) {
      reader.side_a(segment, j, stream.data());
      add_nonzero(stream, a);
    }
    for (std::size_t place = 0; place < places; ++place) counts.effectual += b[place] * a[place];
  }
  return counts;
}

}  // namespace tensordash
