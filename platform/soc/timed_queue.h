#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <systemc>
#include <utility>
#include <vector>

namespace tensordash {

/// Things to do at times to come. What is due at the same time keeps its order. A process that is
/// sensitive to event() does them:
///
///     while (queue.due()) act(queue.pop());
///     queue.rearm();
template <typename Item>
class TimedQueue {
 public:
  explicit TimedQueue(const char* event_name) : event_(event_name) {}

  void push(const sc_core::sc_time& delay, Item item) {
    const sc_core::sc_time time = sc_core::sc_time_stamp() + delay;
    entries_.push({time, pushed_++, std::move(item)});
    wake_at(time);
  }
  bool due() const { return !entries_.empty() && entries_.top().time <= sc_core::sc_time_stamp(); }
  Item pop() {
    Item item = entries_.top().item;
    entries_.pop();
    return item;
  }
  void rearm() {
    if (!entries_.empty()) wake_at(entries_.top().time);
  }
  bool empty() const { return entries_.empty(); }
  const sc_core::sc_event& event() const { return event_; }

 private:
  struct Entry {
    sc_core::sc_time time;
    std::uint64_t number;
    Item item;
    bool operator>(const Entry& other) const {
      return time != other.time ? time > other.time : number > other.number;
    }
  };

  void wake_at(const sc_core::sc_time& time) {
    const sc_core::sc_time& now = sc_core::sc_time_stamp();
    event_.notify(time > now ? time - now : sc_core::SC_ZERO_TIME);
  }

  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> entries_;
  std::uint64_t pushed_ = 0;
  sc_core::sc_event event_;
};

}  // namespace tensordash
