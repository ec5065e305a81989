#include "hw/array/partial_sums.h"

namespace tensordash {

void PartialSums::clear() {
  flights_.clear();
  left_.clear();
}

PartialSums::Start PartialSums::start(bool ending) const {
  const std::size_t next = ending ? 1 : 0;
  Start start;
  if (flights_.size() <= next || !flights_[next].resumes) return start;
  start.resumes = true;
  start.through = ending && flights_.front().outputs == flights_[next].outputs;
  const auto found = left_.find(flights_[next].outputs);
  if (!start.through && found != left_.end()) start.kept = &found->second;
  return start;
}

}  // namespace tensordash
