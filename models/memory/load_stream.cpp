#include "models/memory/load_stream.h"

#include <limits>

namespace tensordash {

LoadStream::LoadStream(const PortionPlan& plan, std::array<bool, 2> directory)
    : plan_(plan), directory_(directory) {
  last_line_.fill(std::numeric_limits<std::uint32_t>::max());
  refill();
}

void LoadStream::pop() {
  ready_.pop_front();
  if (ready_.empty()) refill();
}

/// Moves on until an item is ready: a line at once, a group when enough others are known.
void LoadStream::refill() {
  while (ready_.empty()) {
    while (portion_ < plan_.order().size() &&
           at_ == plan_.groups(plan_.order()[portion_].groups).size()) {
      ++portion_;
      at_ = 0;
    }
    if (portion_ == plan_.order().size()) {
      ready_.swap(delayed_);
      return;
    }
    const Portion& portion = plan_.order()[portion_];
    Item item;
    item.side = portion.side;
    item.group = plan_.groups(portion.groups)[at_];
    item.portion = static_cast<std::uint32_t>(portion_);
    item.first = at_ == 0;
    ++at_;
    const auto side = static_cast<std::size_t>(portion.side);
    const std::uint32_t line = item.group / directory_line_entries;
    if (directory_[side] && line != last_line_[side]) {
      last_line_[side] = line;
      ++lines_;
      Item ahead;
      ahead.line = true;
      ahead.side = portion.side;
      ahead.group = line;
      ready_.push_back(ahead);
    }
    item.needs = lines_;
    delayed_.push_back(item);
    if (delayed_.size() > lines_ahead) {
      ready_.push_back(delayed_.front());
      delayed_.pop_front();
    }
  }
}

}  // namespace tensordash
