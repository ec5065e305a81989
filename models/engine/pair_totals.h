#pragma once

#include <cstdint>

#include "models/dataflow/stream_reader.h"
#include "models/engine/operand_bits.h"

namespace tensordash::engine {

/// Pairs of an operation, over its real outputs, without reading a stream. A value is real when it
/// belongs to a tensor, not to spatial padding, dilation or lane padding.
struct PairTotals {
  std::uint64_t places = 0;       ///< K x lanes of every output
  std::uint64_t real = 0;         ///< both values real
  std::uint64_t b_nonzero = 0;    ///< side B not zero
  std::uint64_t b_with_real = 0;  ///< side B not zero, side A real
  std::uint64_t a_with_real = 0;  ///< side A not zero, side B real
  std::uint64_t effectual = 0;    ///< both not zero
  ZeroCounts zeros;               ///< of the side-B streams, each stream once
};

/// `weights` are the values themselves (unused by backward_weights), zeros by `rule`.
PairTotals count_pairs(const StreamPlan& plan, const OperandBits& bits, const float* weights,
                       const ZeroRule& rule);

}  // namespace tensordash::engine
