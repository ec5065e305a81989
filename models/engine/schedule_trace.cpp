#include "models/engine/schedule_trace.h"

#include <algorithm>
#include <numeric>

#include "models/engine/bit_string.h"

namespace tensordash::engine {
namespace {

/// One scheduler on its way through its streams.
class Walker {
 public:
  Walker(const ScalarScheduler& scheduler, const ScheduledStreams& streams, bool two_sided,
         std::int64_t K, Slots& slots)
      : scheduler_(scheduler), streams_(streams), two_sided_(two_sided), length_(K), slots_(slots) {
    slots_.clear();
    for (unsigned d = 0; d < rows(); ++d) window_[d] = candidates(d);
  }

  bool done() const { return position_ == length_; }

  /// One step; returns AS.
  unsigned decide() {
    std::uint16_t taken[max_lanes];
    const unsigned drained = scheduler_.decide(window_, rows(), taken);
    const auto base = static_cast<std::int32_t>(position_ * scheduler_.lanes());
    const std::size_t at = slots_.size();
    slots_.resize(at + scheduler_.lanes());
    for (unsigned lane = 0; lane < scheduler_.lanes(); ++lane) {
      slots_[at + lane] = taken[lane] == ScalarScheduler::idle ? -1 : base + taken[lane];
    }
    return drained;
  }

  void advance(unsigned leaving) {
    const unsigned before = rows();
    position_ += leaving;
    for (unsigned d = 0; d < scheduler_.depth(); ++d) {
      const unsigned from = d + leaving;
      if (from < before) {
        window_[d] = window_[from];
      } else {
        window_[d] = d < rows() ? candidates(d) : 0;
      }
    }
  }

 private:
  unsigned rows() const {
    return static_cast<unsigned>(std::min<std::int64_t>(scheduler_.depth(), length_ - position_));
  }
  std::uint64_t candidates(unsigned d) const {
    if (streams_.b == nullptr || (two_sided_ && streams_.a == nullptr)) return 0;
    const std::size_t lanes = scheduler_.lanes();
    const std::size_t at = static_cast<std::size_t>(position_ + d) * lanes;
    const std::uint64_t b = read_bits(streams_.b, at, lanes);
    return two_sided_ ? b & read_bits(streams_.a, at, lanes) : b;
  }

  const ScalarScheduler& scheduler_;
  ScheduledStreams streams_;
  bool two_sided_;
  std::int64_t length_;
  Slots& slots_;
  std::int64_t position_ = 0;
  ScalarScheduler::Window window_{};
};

}  // namespace

std::uint64_t ScheduleTracer::trace(const std::vector<ScheduledStreams>& streams, bool two_sided,
                                    std::int64_t K, bool elastic, std::vector<Slots>& slots) const {
  slots.resize(streams.size());
  std::vector<Walker> walkers;
  walkers.reserve(streams.size());
  for (std::size_t at = 0; at < streams.size(); ++at) {
    walkers.emplace_back(scheduler_, streams[at], two_sided, K, slots[at]);
  }
  std::uint64_t steps = 0;
  if (elastic) {
    for (Walker& walker : walkers) {
      std::uint64_t own = 0;
      for (; !walker.done(); ++own) walker.advance(walker.decide());
      steps = std::max(steps, own);
    }
    return steps;
  }
  for (; !walkers.front().done(); ++steps) {
    unsigned leaving = max_depth;
    for (Walker& walker : walkers) leaving = std::min(leaving, walker.decide());
    for (Walker& walker : walkers) walker.advance(leaving);
  }
  return steps;
}

Slots ScheduleTracer::dense(std::int64_t K, unsigned lanes) {
  Slots slots(static_cast<std::size_t>(K) * lanes);
  std::iota(slots.begin(), slots.end(), 0);
  return slots;
}

}  // namespace tensordash::engine
