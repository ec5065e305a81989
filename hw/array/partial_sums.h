#pragma once

#include <cstdint>
#include <deque>
#include <unordered_map>
#include <vector>

#include "hw/dma/store_program.h"
#include "hw/pe/signals.h"

namespace tensordash {

/// Partial sums of the passes of a tile that are blocks of a reduction, from the pass that leaves
/// them to the one that goes on with them. Passes follow each other through the PEs: a pass begins
/// with its first step at the earliest, and ends when its sums stand in the accumulators.
class PartialSums {
 public:
  void clear();

  /// A pass goes in behind the others.
  void begin(const PassSums& sums) { flights_.push_back(sums); }
  /// The oldest pass that has begun and not ended, or null.
  const PassSums* oldest() const { return flights_.empty() ? nullptr : &flights_.front(); }
  /// It ends; `totals` [PE] are asked for when they are to be kept.
  template <typename Totals>
  void end(const Totals& totals) {
    const PassSums sums = flights_.front();
    flights_.pop_front();
    if (sums.leaves) {
      left_[sums.outputs] = totals();
    } else if (sums.resumes) {
      left_.erase(sums.outputs);
    }
  }

  /// What a pass starts from.
  struct Start {
    bool resumes = false;                     ///< else +0
    bool through = false;                     ///< the accumulators, just as they are
    const std::vector<Fp32>* kept = nullptr;  ///< [PE]; null where nothing was left
  };
  /// Of the pass whose first step reaches the accumulators next. `ending`: in this clock they hold
  /// the sums of the oldest pass, which may be what the next one starts from.
  Start start(bool ending) const;

 private:
  std::deque<PassSums> flights_;
  std::unordered_map<std::uint64_t, std::vector<Fp32>> left_;  ///< [PassSums::outputs]
};

}  // namespace tensordash
