#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <utility>
#include <vector>

namespace tensordash::golden {

/// Streams of recently judged row or column groups. Neighbouring passes share them; when they hold
/// more than `most_values` floats together, the oldest go first.
class StreamCache {
 public:
  using Key = std::pair<std::size_t, std::int64_t>;  ///< section, group in it

  explicit StreamCache(std::size_t most_values) : most_values_(most_values) {}

  /// The streams stored under `key`, after calling read() for them when there are none. Valid until
  /// the next get().
  template <typename Read>
  const std::vector<float>& get(Key key, Read read) {
    if (const auto found = groups_.find(key); found != groups_.end()) return found->second;
    std::vector<float> streams = read();
    while (!order_.empty() && values_ + streams.size() > most_values_) drop_oldest();
    values_ += streams.size();
    order_.push_back(key);
    return groups_[key] = std::move(streams);
  }

 private:
  void drop_oldest() {
    const auto oldest = groups_.find(order_.front());
    values_ -= oldest->second.size();
    groups_.erase(oldest);
    order_.pop_front();
  }

  std::size_t most_values_;
  std::size_t values_ = 0;
  std::map<Key, std::vector<float>> groups_;
  std::deque<Key> order_;
};

}  // namespace tensordash::golden
