#pragma once

#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "models/ledger/cycle_ledger.h"
#include "tests/models/dataflow/naive_dataflow.h"

namespace tensordash {

/// A connectivity table in the words of its definition: the options of a lane by priority as
/// (step, offset), and the lanes in the order in which they decide.
struct NaiveTable {
  using Option = std::pair<unsigned, int>;
  using Levels = std::vector<std::vector<unsigned>>;

  std::vector<Option> options;
  std::vector<unsigned> order;

  /// With levels of one's own, or by first fit over the lanes.
  NaiveTable(std::vector<Option> the_options, unsigned lanes,
             const std::optional<Levels>& levels = std::nullopt);
};

/// What the machine is.
struct NaiveMachine {
  enum class Sides { none, one, two };

  unsigned rows, columns, tiles, lanes, depth;
  NaiveTable table;
  Sides sides = Sides::one;
  bool elastic = false;
};

/// What it counts for one operation.
struct NaiveCounts {
  std::uint64_t steps = 0, dense_steps = 0;  ///< of the busiest tile
  std::uint64_t issued = 0;                  ///< pairs taken, in real rows and columns
  CycleLedger ledger;                        ///< all but `fill`
};

/// Schedules every pass of an operation, one lane and one option at a time.
NaiveCounts run_naively(const dataflow_testing::NaiveDataflow& dataflow,
                        const NaiveMachine& machine);

}  // namespace tensordash
