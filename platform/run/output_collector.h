#pragma once

#include <vector>

#include "models/dataflow/stream_plan.h"
#include "models/golden/schedule_record.h"

namespace tensordash {

/// Puts the accumulators of passes, in any order, where they belong in the operation's output
/// tensor.
class OutputCollector {
 public:
  /// `plan` must outlive the collector. Outputs that belong to no pass are +0.
  explicit OutputCollector(const StreamPlan& plan);

  void collect(const PassRecord& record);

  /// The outputs in C order; the collector is empty afterwards.
  std::vector<float> take() { return std::move(outputs_); }

 private:
  const StreamPlan& plan_;
  std::vector<float> outputs_;
};

}  // namespace tensordash
