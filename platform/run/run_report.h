#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/dataflow/pair_counts.h"
#include "models/golden/golden.h"
#include "models/layer/operation.h"
#include "models/ledger/cycle_ledger.h"
#include "platform/config/config.h"
#include "platform/pin/pin_machine.h"
#include "platform/run/memory_report.h"
#include "platform/run/verify_request.h"

namespace tensordash {

/// One operation of one layer, run sparse and dense.
struct OperationReport {
  Operation operation = Operation::forward;
  SparseOperand sparse = SparseOperand::activations;
  OperationClocks run, dense;  ///< the same clocks when sparsity is none
  PairCounts pairs;
  std::uint64_t issued = 0;            ///< multiplier slots given a pair, in real rows and columns
  std::uint64_t outputs = 0;           ///< values the operation produces
  std::uint64_t passes = 0;            ///< blocks x row groups x column groups
  std::uint64_t reduction_rows = 0;    ///< stream rows of a block that the mapping asks for; 0: all
  CycleLedger ledger;                  ///< of the sparse run
  std::optional<MemoryReport> memory;  ///< with memory=modelled
  bool gated = false;                  ///< power-gated: ran dense
  std::string gating_reason;
  VerifyRequest verify{VerifyRequest::Kind::all, 0};  ///< never automatic
  /// None where nothing was verified; a level may verify the sparse run only.
  std::optional<golden::Verdict> verdict, dense_verdict;

  /// Whether all that was to be compared was, and was right; nothing when that was no output.
  std::optional<bool> verified() const;
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
  std::string trace;      ///< or the network's name
  std::string synthetic;  ///< how the values came about; empty for recorded ones
  std::string level = "pin";
  Config config;
  std::vector<LayerReport> layers;

  /// False when any operation is wrong, nothing when no output was compared.
  std::optional<bool> verified() const;
  /// Multipliers of the whole machine.
  std::uint64_t multipliers() const;
};

/// Sums over operations, and ratios of sums.
struct Totals {
  std::uint64_t steps = 0, dense_steps = 0, cycles = 0, dense_cycles = 0, fill_cycles = 0;
  PairCounts pairs;
  CycleLedger ledger;
  std::uint64_t issued = 0, outputs = 0, passes = 0;
  std::uint64_t to_check = 0, checked = 0, mismatches = 0;
  std::uint64_t dense_to_check = 0, dense_checked = 0;
  std::optional<std::uint64_t> dense_mismatches;  ///< none where no dense run was verified
  std::optional<bool> verified;                   ///< as RunReport::verified()
  bool with_memory = false;                       ///< of an operation with memory=modelled
  std::string verify_mode;  ///< "all", "sample", "none", or "mixed" over operations that differ

  void add(const OperationReport& operation);
  /// Clocks with ideal memory; those of the runs where memory is ideal.
  std::uint64_t ideal_cycles() const { return steps + fill_cycles; }
  std::uint64_t dense_ideal_cycles() const { return dense_steps + fill_cycles; }
};

/// Clocks of an operation that are pipeline fill and drain.
std::uint64_t fill_cycles();

}  // namespace tensordash
