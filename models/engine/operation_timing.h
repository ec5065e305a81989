#pragma once

#include <cstdint>
#include <functional>

#include "hw/pe/connectivity.h"
#include "models/engine/operand_bits.h"
#include "models/engine/pair_totals.h"
#include "models/ledger/cycle_ledger.h"

namespace tensordash::engine {

/// Whose zeros the schedulers skip.
enum class Sidedness { none, one_sided, two_sided };

/// The accelerator as the engine sees it; rows and columns of a tile are those of the plan.
struct Machine {
  unsigned tiles = 16;
  Sidedness sidedness = Sidedness::one_sided;
  bool elastic = false;
  const Connectivity* table = nullptr;
  /// Bytes of streams that a task lays out at once, at most, unless a single group takes more.
  std::size_t most_stream_bytes = std::size_t{128} << 20;
  /// The same of side-A columns for outputs, unless one column group takes more.
  std::uint64_t most_column_bytes = std::uint64_t{512} << 20;
};

/// Scheduler cycles of an operation, and where its lane-cycles went (without fill and drain, which
/// are the clock's business).
struct OperationTiming {
  std::uint64_t steps = 0;
  std::uint64_t dense_steps = 0;
  std::uint64_t issued = 0;  ///< multiplier slots given a pair, in real rows and columns
  PairTotals pairs;
  CycleLedger ledger;
};

/// Told now and then which part (0 to 1) of an operation is done; may throw to stop it.
using Progress = std::function<void(double)>;

/// Schedules every row group (one-sided) or pass (two-sided) of the plan and nothing twice, on all
/// cores. The result is the same whatever the number of cores. `bits.weights` is needed when
/// two-sided. Throws std::invalid_argument for streams too long to count (2^31 rows).
OperationTiming time_operation(const StreamPlan& plan, const OperandBits& bits,
                               const float* weights, const ZeroRule& rule, const Machine& machine,
                               const Progress& progress = {});

}  // namespace tensordash::engine
