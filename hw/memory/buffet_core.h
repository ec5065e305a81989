#pragma once

#include <stdexcept>
#include <vector>

#include "hw/memory/buffet_command.h"

namespace tensordash {

/// What a buffet holds and what it allows (Sze et al., section 5.8.3): a ring of `size` entries,
/// filled at the tail and read anywhere by an offset from the head (0 is the oldest entry). An
/// entry read with read_update is not up to date until its update comes.
///
/// What has to wait in hardware is asked for first (waits(), full()); doing it all the same throws
/// std::logic_error. Offsets from `size` on and shrinks by more than `size` can never be served:
/// they do not wait, and throw std::out_of_range.
template <typename Value>
class BuffetCore {
 public:
  /// Throws std::invalid_argument for a buffet of no entries.
  explicit BuffetCore(unsigned size) : values_(size), outstanding_(size) {
    if (size == 0) throw std::invalid_argument("a buffet needs at least one entry");
  }

  unsigned size() const { return static_cast<unsigned>(values_.size()); }
  unsigned held() const { return held_; }
  bool full() const { return held_ == size(); }

  /// Appends an entry, up to date. Throws when full.
  void fill(const Value& value) {
    if (full()) throw std::logic_error("fill of a full buffet");
    const unsigned tail = slot(held_);
    values_[tail] = value;
    outstanding_[tail] = false;
    ++held_;
  }

  /// Whether the command cannot be served yet: a read of an entry that is not filled or not up to
  /// date, a shrink by more than is held or over an entry that is not up to date.
  bool waits(const BuffetCommand& command) const {
    const unsigned operand = command.operand;
    if (!possible(command)) return false;
    if (command.action != BuffetAction::shrink) {
      return operand >= held_ || outstanding_[slot(operand)];
    }
    if (operand > held_) return true;
    for (unsigned offset = 0; offset < operand; ++offset) {
      if (outstanding_[slot(offset)]) return true;
    }
    return false;
  }

  /// The value at `offset`, which stays.
  const Value& read(unsigned offset) const {
    require({BuffetAction::read, offset});
    return values_[slot(offset)];
  }

  /// The value at `offset`, which stays and waits for an update from now on.
  const Value& read_update(unsigned offset) {
    require({BuffetAction::read_update, offset});
    outstanding_[slot(offset)] = true;
    return values_[slot(offset)];
  }

  /// Replaces the value at `offset`. Throws std::logic_error when no read_update has asked for it.
  void update(unsigned offset, const Value& value) {
    if (offset >= size()) throw std::out_of_range("update beyond the buffet's size");
    if (offset >= held_ || !outstanding_[slot(offset)]) {
      throw std::logic_error("update of an entry that no read+update has announced");
    }
    values_[slot(offset)] = value;
    outstanding_[slot(offset)] = false;
  }

  /// Removes the `count` oldest entries.
  void shrink(unsigned count) {
    require({BuffetAction::shrink, count});
    head_ = slot(count);
    held_ -= count;
  }

  void clear() { head_ = held_ = 0; }

 private:
  unsigned slot(unsigned offset) const { return (head_ + offset) % size(); }

  bool possible(const BuffetCommand& command) const {
    return command.action == BuffetAction::shrink ? command.operand <= size()
                                                  : command.operand < size();
  }

  void require(const BuffetCommand& command) const {
    if (!possible(command)) {
      throw std::out_of_range(command.action == BuffetAction::shrink
                                  ? "shrink by more than the buffet's size"
                                  : "read beyond the buffet's size");
    }
    if (waits(command)) throw std::logic_error("a command that has to wait was carried out");
  }

  std::vector<Value> values_;
  std::vector<bool> outstanding_;  ///< an update is still to come; meaningful in held entries
  unsigned head_ = 0;
  unsigned held_ = 0;  ///< entries from the head to the tail: tells full from empty
};

}  // namespace tensordash
