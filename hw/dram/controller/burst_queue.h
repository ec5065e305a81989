#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "hw/dram/burst.h"

namespace tensordash {

/// The bursts that wait in a channel: kept by bank and direction, and by age.
class BurstQueue {
 public:
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  static constexpr std::uint32_t closed_row = ~std::uint32_t{0};

  /// A waiting burst. `next` is the next younger one of its bank and direction.
  struct Entry {
    DramBurst burst;
    DramClock arrival = 0;
    std::uint64_t age = 0;  ///< order of arrival
    std::uint32_t next = none, previous = none;
    std::uint32_t younger = none, older = none;  ///< of the direction, any bank
    RowOutcome outcome = RowOutcome::hit;
    bool hazard = false;  ///< waits for an older burst to the same columns
  };

  /// One direction of one bank: entries from the oldest on, and the oldest that hits the open row.
  struct Line {
    std::uint32_t head = none, tail = none;
    std::uint32_t hit = none;
  };

  BurstQueue(unsigned capacity, unsigned banks);

  bool full() const { return free_ == none; }
  unsigned size() const { return counts_[0] + counts_[1]; }
  unsigned count(bool write) const { return counts_[write ? 1 : 0]; }

  const Entry& entry(std::uint32_t at) const { return entries_[at]; }
  Entry& entry(std::uint32_t at) { return entries_[at]; }
  const Line& line(unsigned bank, bool write) const { return lines_[bank][write ? 1 : 0]; }
  /// Oldest entry of a direction, or none.
  std::uint32_t oldest(bool write) const { return oldest_[write ? 1 : 0]; }
  /// Banks (bit i: bank i of the channel) with an entry of the direction.
  std::uint64_t waiting(bool write) const { return waiting_[write ? 1 : 0]; }
  bool waits(unsigned bank) const { return ((waiting_[0] | waiting_[1]) >> bank & 1U) != 0; }

  /// Adds a burst for a bank of the channel whose open row is given (or closed_row). There is room.
  std::uint32_t push(unsigned bank, const DramBurst& burst, DramClock arrival,
                     std::uint32_t open_row);
  /// Removes an entry that has been served.
  void remove(unsigned bank, std::uint32_t at, std::uint32_t open_row);
  /// The bank's open row is another one now, or none.
  void row_changed(unsigned bank, std::uint32_t open_row);

  /// The entry waits for an older one to the same columns that moves data the other way or writes.
  bool blocked(unsigned bank, std::uint32_t at);

 private:
  bool older_overlaps(unsigned bank, std::uint32_t at) const;
  /// How many entries of a direction have columns with the mark of these: none is none.
  std::uint16_t& marked(unsigned bank, const DramBurst& burst, std::size_t direction) {
    const std::uint32_t mixed = (burst.row * 0x9e37U) ^ (burst.column >> 4U) ^ (bank << 5U);
    return marks_[direction][mixed % marks];
  }
  std::uint32_t find_hit(std::uint32_t from, std::uint32_t open_row) const;

  static constexpr std::size_t marks = 1024;

  std::vector<Entry> entries_;
  std::array<std::array<std::uint16_t, marks>, 2> marks_{};  ///< [direction] entries
  std::vector<std::array<Line, 2>> lines_;
  std::array<unsigned, 2> counts_{};
  std::array<std::uint64_t, 2> waiting_{};
  std::array<std::uint32_t, 2> oldest_{none, none}, youngest_{none, none};
  std::uint32_t free_ = none;
  std::uint64_t age_ = 0;
};

}  // namespace tensordash
