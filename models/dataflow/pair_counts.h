#pragma once

#include <cstdint>

#include "models/dataflow/stream_reader.h"

namespace tensordash {

/// What an operation has to do, counted over its real outputs.
struct PairCounts {
  std::uint64_t total = 0;      ///< N*M*P*Q*(C/G)*R*S, the same for every operation
  std::uint64_t effectual = 0;  ///< pairs with both values not zero
  ZeroCounts zeros;             ///< of the side-B streams
};

/// Counts without running anything: a place of the streams is effectual for each pair of a side-B
/// and a side-A stream that both hold a value there.
PairCounts count_pairs(const StreamPlan& plan, const OperandTensors& tensors);

}  // namespace tensordash
