#pragma once

#include <cstdint>
#include <vector>

#include "hw/memory/row_request.h"

namespace tensordash {

/// When the requests of a bundle are served.
struct BundleSchedule {
  unsigned clocks = 1;          ///< clocks the bundle takes; an empty one still takes its own
  unsigned accesses = 0;        ///< rows read: requests of the same row share one access
  std::vector<unsigned> clock;  ///< for every request the clock that serves it, from 0
};

/// Schedules a bundle of row requests over `banks` banks, each of which reads `rows_per_clock` rows
/// a clock, in the order in which the bundle first names them. Requests that are not valid take
/// nothing and get clock 0. Throws std::out_of_range for a bank that does not exist.
BundleSchedule schedule_bundle(const std::vector<RowRequest>& bundle, unsigned banks,
                               unsigned rows_per_clock);

/// The arbiter in front of a memory's banks: schedules bundles, one after the other, and counts.
class BankArbiter {
 public:
  /// Throws std::invalid_argument when either is 0.
  BankArbiter(unsigned banks, unsigned rows_per_clock);

  /// Schedules a bundle and counts it.
  BundleSchedule take(const std::vector<RowRequest>& bundle);

  std::uint64_t bundles() const { return bundles_; }
  std::uint64_t accesses() const { return accesses_; }
  /// Clocks beyond the first of each bundle.
  std::uint64_t conflict_clocks() const { return conflict_clocks_; }

 private:
  unsigned banks_, rows_per_clock_;
  std::uint64_t bundles_ = 0, accesses_ = 0, conflict_clocks_ = 0;
};

}  // namespace tensordash
