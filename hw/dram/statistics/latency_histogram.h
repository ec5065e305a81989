#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "hw/dram/command.h"

namespace tensordash {

/// Latencies `from` to `to`, both included, and how many there are.
struct LatencyBucket {
  DramClock from = 0, to = 0;
  std::uint64_t count = 0;

  bool operator==(const LatencyBucket& other) const {
    return from == other.from && to == other.to && count == other.count;
  }
};

/// How often each latency occurred, in clocks, exactly.
class LatencyHistogram {
 public:
  void add(DramClock latency) {
    ++count_;
    sum_ += latency;
    if (latency < flat_.size()) {
      ++flat_[latency];
    } else {
      ++rare_[latency];
    }
  }

  void merge(const LatencyHistogram& other);

  std::uint64_t count() const { return count_; }

  /// 0 when nothing was added, as are all the following.
  DramClock min() const { return percentile(0); }
  DramClock max() const { return percentile(1000); }
  double mean() const {
    return count_ == 0 ? 0.0 : static_cast<double>(sum_) / static_cast<double>(count_);
  }

  /// The smallest latency that at least `per_mille` thousandths of all do not exceed (nearest
  /// rank): 500 for the median, 999 for p99.9.
  DramClock percentile(unsigned per_mille) const;

  /// At most `most` (2 or more) buckets from the smallest latency to the largest, of one width: 1,
  /// 2 or 5 times a power of ten. The width fits p99.9; what is slower and would stretch it shares
  /// the last bucket, which is as wide as it takes.
  std::vector<LatencyBucket> buckets(unsigned most) const;

 private:
  /// Calls visit(latency, count) from the smallest latency up, until it returns false.
  template <typename Visit>
  void walk(Visit visit) const;

  static constexpr std::size_t flat_size = 4096;

  std::vector<std::uint64_t> flat_ = std::vector<std::uint64_t>(flat_size);
  std::map<DramClock, std::uint64_t> rare_;  ///< latencies from flat_size on
  std::uint64_t count_ = 0, sum_ = 0;
};

}  // namespace tensordash
