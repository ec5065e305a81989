#pragma once

#include <functional>
#include <vector>

#include "models/dataflow/pair_classifier.h"
#include "models/golden/schedule_record.h"
#include "models/ledger/cycle_ledger.h"
#include "models/memory/memory_timing.h"
#include "platform/pin/ledger_monitor.h"
#include "platform/pin/pin_machine.h"

namespace tensordash {

/// Adds up the cycle ledger of one operation from what the monitors saw: idle lanes as the ledger
/// monitors tell them, pairs from the places in the pass records, and what the values there are.
class OperationLedger {
 public:
  using KindsOfPass = std::function<PassKinds(std::uint64_t pass)>;

  OperationLedger(const MachineParameters& parameters, unsigned lanes, KindsOfPass kinds);

  void add_idle(const IdleRecord& record);
  void add_pairs(const PassRecord& record);

  /// The whole ledger, once all passes were added. `tile_steps`: scheduler cycles of each tile.
  /// Throws std::logic_error, naming the figures, when the lane-cycles do not add up to the
  /// operation's.
  CycleLedger finish(const OperationClocks& clocks, const std::vector<std::uint64_t>& tile_steps);
  /// The same with memory: stalls and write-back too.
  CycleLedger finish(const MemoryTiming& timing);

 private:
  CycleLedger whole(std::uint64_t cycles);
  void add_pairs(const std::vector<StreamPlace>& slots, const PassKinds& kinds, const ValueKind* b,
                 const ValueKind* a);

  MachineParameters parameters_;
  std::uint64_t lanes_;
  KindsOfPass kinds_;
  CycleLedger ledger_;
};

}  // namespace tensordash
