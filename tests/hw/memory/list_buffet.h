#pragma once

#include <deque>

namespace tensordash {

/// A buffet as a plain list, oldest entry first: the reference of the random tests.
struct ListBuffet {
  struct Entry {
    unsigned value;
    bool up_to_date;
  };

  bool readable(std::size_t offset) const {
    return entries.size() > offset && entries.at(offset).up_to_date;
  }
  bool removable(std::size_t count) const {
    if (count > entries.size()) return false;
    std::size_t good = 0;
    while (good < count && entries.at(good).up_to_date) ++good;
    return good == count;
  }
  void remove(std::size_t count) {
    while (count-- > 0) entries.pop_front();
  }
  /// Offsets of the entries whose update is still to come.
  std::deque<unsigned> awaited() const {
    std::deque<unsigned> offsets;
    for (unsigned offset = 0; offset < entries.size(); ++offset) {
      if (!entries[offset].up_to_date) offsets.push_back(offset);
    }
    return offsets;
  }

  std::deque<Entry> entries;
};

}  // namespace tensordash
