#include "hw/dram/front/admission.h"

#include <algorithm>

namespace tensordash {

bool Admission::queue(TransactionId id) {
  FrontTransaction& transaction = transactions_[id];
  const auto earlier = [this](TransactionId one, TransactionId other) {
    return transactions_[one].number < transactions_[other].number;
  };
  while (!transaction.bursts.done()) {
    const unsigned channel = transaction.bursts.channel();
    std::vector<TransactionId>& waiting = waiting_[channel];
    if (port_.full(channel) || (!waiting.empty() && earlier(waiting.front(), id))) {
      waiting.insert(std::upper_bound(waiting.begin(), waiting.end(), id, earlier), id);
      ++waiters_;
      return false;
    }
    DramBurst burst = transaction.bursts.burst();
    burst.owner = id;
    transaction.bursts.next();
    ++transaction.unserved;
    port_.push(channel, burst);
  }
  transaction.queued = true;
  return true;
}

TransactionId Admission::resume(unsigned channel) {
  std::vector<TransactionId>& waiting = waiting_[channel];
  while (!waiting.empty() && !port_.full(channel)) {
    const TransactionId id = waiting.front();
    waiting.erase(waiting.begin());
    --waiters_;
    if (queue(id)) return id;
  }
  return no_transaction;
}

}  // namespace tensordash
