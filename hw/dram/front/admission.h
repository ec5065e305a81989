#pragma once

#include <vector>

#include "hw/dram/burst.h"
#include "hw/dram/front/transaction_table.h"

namespace tensordash {

/// Puts the bursts of transactions into the queues of channels as these have room. A transaction's
/// bursts go in their order, and wait for their channel one at a time; for the place that a queue
/// has, the transaction that was accepted first comes first. A transaction waiting for one channel
/// holds up nobody who needs another.
class Admission {
 public:
  Admission(unsigned channels, TransactionTable& transactions, BurstPort& port)
      : transactions_(transactions), port_(port), waiting_(channels) {}

  /// Queues the bursts of a transaction. False: some wait for room.
  bool queue(TransactionId id);

  /// The channel has room again. Goes on with those who wait for it, and returns the next whose
  /// bursts are all queued now; no_transaction when there is no other.
  TransactionId resume(unsigned channel);

  /// Nobody waits.
  bool idle() const { return waiters_ == 0; }

 private:
  TransactionTable& transactions_;
  BurstPort& port_;
  std::vector<std::vector<TransactionId>> waiting_;  ///< by channel, in order of acceptance
  std::size_t waiters_ = 0;
};

}  // namespace tensordash
