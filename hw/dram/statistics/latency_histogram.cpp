#include "hw/dram/statistics/latency_histogram.h"

#include <algorithm>
#include <functional>

namespace tensordash {
namespace {

/// The smallest of 1, 2, 5, 10, 20, 50... with which `span` latencies fill at most `most` buckets.
DramClock bucket_width(DramClock span, unsigned most) {
  for (DramClock decade = 1;; decade *= 10) {
    for (const DramClock digit : {1, 2, 5}) {
      if ((span + digit * decade - 1) / (digit * decade) <= most) return digit * decade;
    }
  }
}

}  // namespace

void LatencyHistogram::merge(const LatencyHistogram& other) {
  std::transform(flat_.begin(), flat_.end(), other.flat_.begin(), flat_.begin(), std::plus<>());
  for (const auto& [latency, count] : other.rare_) rare_[latency] += count;
  count_ += other.count_;
  sum_ += other.sum_;
}

template <typename Visit>
void LatencyHistogram::walk(Visit visit) const {
  for (DramClock latency = 0; latency < flat_.size(); ++latency) {
    if (flat_[latency] != 0 && !visit(latency, flat_[latency])) return;
  }
  for (const auto& [latency, count] : rare_) {
    if (!visit(latency, count)) return;
  }
}

DramClock LatencyHistogram::percentile(unsigned per_mille) const {
  const std::uint64_t rank = std::max<std::uint64_t>(1, (count_ * per_mille + 999) / 1000);
  std::uint64_t seen = 0;
  DramClock found = 0;
  walk([&](DramClock latency, std::uint64_t count) {
    found = latency;
    seen += count;
    return seen < rank;
  });
  return found;
}

std::vector<LatencyBucket> LatencyHistogram::buckets(unsigned most) const {
  std::vector<LatencyBucket> buckets;
  if (count_ == 0) return buckets;
  const DramClock least = min();
  const DramClock greatest = max();
  const DramClock usual = percentile(999);
  // The tail has a bucket of its own when there is one.
  const unsigned room = usual < greatest ? most - 1 : most;
  // A bucket begins at a multiple of the width, so one more may be needed than the span fills.
  DramClock width = bucket_width(usual - least + 1, room);
  while (usual / width - least / width + 1 > room) width = bucket_width(width * room + 1, room);
  for (DramClock at = least / width; at <= usual / width; ++at) {
    buckets.push_back({at * width, at * width + width - 1, 0});
  }
  if (buckets.back().to < greatest) buckets.push_back({buckets.back().to + 1, greatest, 0});
  walk([&](DramClock latency, std::uint64_t count) {
    const std::size_t at = static_cast<std::size_t>(latency / width - least / width);
    buckets[std::min(at, buckets.size() - 1)].count += count;
    return true;
  });
  return buckets;
}

}  // namespace tensordash
