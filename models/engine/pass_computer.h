#pragma once

#include <vector>

#include "models/engine/operation_outputs.h"

namespace tensordash::engine {

/// Schedules row groups and passes of an operation one at a time and computes single outputs: the
/// scratch of one thread.
class PassComputer {
 public:
  /// `problem` must outlive the computer.
  explicit PassComputer(const OutputProblem& problem);

  /// Schedules of a row group, one a row (none and one-sided).
  const std::vector<Slots>& schedule_rows(const Segment& segment, std::int64_t row_group);
  /// Schedules of a pass, one a PE (two-sided).
  const std::vector<Slots>& schedule_pass(const Segment& segment, std::int64_t row_group,
                                          std::int64_t column_group);

  /// What the last schedule_rows() or schedule_pass() returned.
  const std::vector<Slots>& slots() const { return slots_; }

  /// Values of side-B stream i, K * lanes of them, valid until the next call with another i.
  const float* b_values(const Segment& segment, std::int64_t i);

  /// One output from its two streams of K * lanes values; `slots` as its scheduler filled them, not
  /// looked at when exact. `partial`: the sum that the block before left, +0 for the first.
  float output(const float* b, const float* a, std::size_t places, const Slots& slots,
               float partial) const;

 private:
  float exact_sum(const float* b, const float* a, std::size_t places) const;
  float hardware_sum(const float* b, const float* a, const Slots& slots, float sum) const;

  const OutputProblem& problem_;
  StreamBits bits_;
  StreamReader reader_;
  ScheduleTracer tracer_;
  unsigned lanes_, rows_, columns_;
  std::vector<std::uint64_t> b_strings_, a_strings_;
  std::vector<Slots> slots_;
  std::vector<float> b_values_;
};

}  // namespace tensordash::engine
