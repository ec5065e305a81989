#pragma once

#include <cstdint>

#include "models/ledger/cycle_ledger.h"
#include "platform/ip/job.h"
#include "platform/ip/memory_access.h"

namespace tensordash {

/// What an operation counted.
struct OperationCounts {
  std::uint64_t cycles = 0;  ///< from its start to the last result in memory
  std::uint64_t steps = 0;
  std::uint64_t issued = 0;  ///< multiplier slots given a pair
  std::uint64_t values = 0;  ///< of its result
  std::uint64_t zeros = 0;   ///< of those
  CycleLedger ledger;
};

/// What operations run on, from the accelerator's worker.
class OperationEngine {
 public:
  OperationEngine() = default;
  virtual ~OperationEngine() = default;
  OperationEngine(const OperationEngine&) = delete;
  OperationEngine& operator=(const OperationEngine&) = delete;

  /// Throws JobError; then part of the result may have been written. JobStopped.
  virtual OperationCounts run(const OperationJob& job) = 0;
  /// After JobStopped and after a job that failed: brings what it runs on to rest. May wait, throws
  /// JobStopped.
  virtual void recover() {}
};

}  // namespace tensordash
