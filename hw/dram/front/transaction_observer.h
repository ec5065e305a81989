#pragma once

#include <cstdint>

#include "hw/dram/command.h"

namespace tensordash {

/// Who counts what the front of a memory has done.
class TransactionObserver {
 public:
  virtual ~TransactionObserver() = default;

  /// The last burst of a transaction has been given to the DRAM (or estimated). `useful_bytes` are
  /// those that moved, `arrival` is the clock of its request, `data_end` the clock after its last
  /// data. Not called for transactions that failed or moved nothing.
  virtual void transaction_done(bool write, std::uint64_t useful_bytes, DramClock arrival,
                                DramClock data_end) = 0;

 protected:
  TransactionObserver() = default;
  TransactionObserver(const TransactionObserver&) = default;
  TransactionObserver& operator=(const TransactionObserver&) = default;
};

}  // namespace tensordash
