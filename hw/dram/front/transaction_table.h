#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <tlm>
#include <vector>

#include "hw/dram/front/burst_splitter.h"

namespace tensordash {

/// A place in a TransactionTable; DramBurst::owner.
using TransactionId = std::uint32_t;

constexpr TransactionId no_transaction = std::numeric_limits<TransactionId>::max();

/// A transaction between its request and the end of its response.
struct FrontTransaction {
  tlm::tlm_generic_payload* payload = nullptr;
  BurstSplitter bursts;            ///< those that are not queued yet
  std::uint64_t number = 0;        ///< in order of acceptance
  std::uint64_t useful_bytes = 0;  ///< that moved
  DramClock arrival = 0;
  DramClock data_end = 0;      ///< of all bursts served so far
  DramClock completion = 0;    ///< when its response may leave
  std::uint32_t unserved = 0;  ///< bursts queued and not served
  int initiator = 0;
  bool write = false;
  bool queued = false;    ///< all bursts are
  bool complete = false;  ///< completion is known
};

/// Transactions by number, recycled: nothing is allocated once the table has grown to the most that
/// were ever in flight. References stay valid while the table grows.
class TransactionTable {
 public:
  TransactionId take() {
    if (free_.empty()) {
      transactions_.emplace_back();
      return static_cast<TransactionId>(transactions_.size() - 1);
    }
    const TransactionId id = free_.back();
    free_.pop_back();
    transactions_[id] = FrontTransaction{};
    return id;
  }
  void give_back(TransactionId id) { free_.push_back(id); }

  FrontTransaction& operator[](TransactionId id) { return transactions_[id]; }
  std::size_t in_flight() const { return transactions_.size() - free_.size(); }

 private:
  std::deque<FrontTransaction> transactions_;
  std::vector<TransactionId> free_;
};

/// First in, first out. A queue in a vector that is emptied now and then: no allocation in the long
/// run.
template <typename Element>
class RecycledQueue {
 public:
  bool empty() const { return first_ == elements_.size(); }
  std::size_t size() const { return elements_.size() - first_; }
  const Element& front() const { return elements_[first_]; }
  void push(const Element& element) {
    if (first_ > 64 && first_ >= elements_.size() / 2) {
      elements_.erase(elements_.begin(), elements_.begin() + static_cast<std::ptrdiff_t>(first_));
      first_ = 0;
    }
    elements_.push_back(element);
  }
  void pop() {
    if (++first_ == elements_.size()) {
      elements_.clear();
      first_ = 0;
    }
  }

 private:
  std::vector<Element> elements_;
  std::size_t first_ = 0;
};

}  // namespace tensordash
