#pragma once

#include <cstdint>
#include <vector>

#include "models/engine/scalar_scheduler.h"

namespace tensordash::engine {

/// Which place of its streams every lane takes in every step: [step * lanes + lane] is row * lanes
/// + lane of the pair, or -1 for an idle lane. Steps after a scheduler's last row are left out.
using Slots = std::vector<std::int32_t>;

/// The streams that one scheduler looks at: bits, row k of `lanes` from bit k * lanes on.
struct ScheduledStreams {
  const std::uint64_t* b = nullptr;  ///< null: an all-zero stream
  const std::uint64_t* a = nullptr;  ///< two-sided only; null there: an all-zero stream
};

/// Runs the schedulers of one pass together and writes down what each takes.
class ScheduleTracer {
 public:
  /// `table` must outlive the tracer.
  explicit ScheduleTracer(const Connectivity& table) : scheduler_(table) {}

  /// Schedules `streams`, each K rows long, in lockstep or each at its own pace (`elastic`).
  /// Returns the steps of the pass; slots [scheduler].
  std::uint64_t trace(const std::vector<ScheduledStreams>& streams, bool two_sided, std::int64_t K,
                      bool elastic, std::vector<Slots>& slots) const;

  /// The dense schedule: every lane its own place, row after row.
  static Slots dense(std::int64_t K, unsigned lanes);

 private:
  ScalarScheduler scheduler_;
};

}  // namespace tensordash::engine
