#pragma once

#include <string>
#include <vector>

#include "models/dataflow/pair_counts.h"
#include "models/golden/golden.h"
#include "models/layer/operation.h"
#include "models/ledger/cycle_ledger.h"
#include "platform/config/config.h"
#include "platform/pin/pin_machine.h"

namespace tensordash {

/// One operation of one layer, run sparse and dense.
struct OperationReport {
  Operation operation = Operation::forward;
  SparseOperand sparse = SparseOperand::activations;
  OperationClocks run, dense;  ///< the same clocks when sparsity is none
  PairCounts pairs;
  std::uint64_t issued = 0;   ///< multiplier slots given a pair, in real rows and columns
  std::uint64_t outputs = 0;  ///< values the operation produces
  CycleLedger ledger;         ///< of the sparse run
  golden::Verdict verdict, dense_verdict;

  bool verified() const {
    return verdict.mismatches == 0 && verdict.checked == outputs && dense_verdict.mismatches == 0 &&
           dense_verdict.checked == outputs;
  }
};

/// One layer.
struct LayerReport {
  std::string name;
  LayerShape shape;
  std::vector<OperationReport> operations;
};

/// A whole run.
struct RunReport {
  std::string model;
  std::int64_t epoch = 0;
  std::string trace;
  std::string level = "pin";
  Config config;
  std::vector<LayerReport> layers;

  bool verified() const;
  /// Multipliers of the whole machine.
  std::uint64_t multipliers() const;
};

/// Sums over operations, and ratios of sums.
struct Totals {
  std::uint64_t steps = 0, dense_steps = 0, cycles = 0, dense_cycles = 0, fill_cycles = 0;
  PairCounts pairs;
  CycleLedger ledger;
  std::uint64_t issued = 0, outputs = 0, checked = 0, mismatches = 0, dense_mismatches = 0;
  bool verified = true;

  void add(const OperationReport& operation);
};

/// Clocks of an operation that are pipeline fill and drain.
std::uint64_t fill_cycles();

}  // namespace tensordash
