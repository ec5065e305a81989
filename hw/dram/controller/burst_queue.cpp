#include "hw/dram/controller/burst_queue.h"

namespace tensordash {

BurstQueue::BurstQueue(unsigned capacity, unsigned banks) : entries_(capacity), lines_(banks) {
  for (std::uint32_t at = capacity; at-- > 0;) {
    entries_[at].next = free_;
    free_ = at;
  }
}

std::uint32_t BurstQueue::find_hit(std::uint32_t from, std::uint32_t open_row) const {
  if (open_row == closed_row) return none;
  while (from != none && entries_[from].burst.row != open_row) from = entries_[from].next;
  return from;
}

bool BurstQueue::older_overlaps(unsigned bank, std::uint32_t at) const {
  const Entry& mine = entries_[at];
  for (const bool write : {false, true}) {
    if (!write && !mine.burst.write) continue;  // reads may pass reads
    for (std::uint32_t other = line(bank, write).head; other != none;
         other = entries_[other].next) {
      const Entry& theirs = entries_[other];
      if (theirs.age >= mine.age) break;
      if (theirs.burst.row == mine.burst.row && theirs.burst.column == mine.burst.column) {
        return true;
      }
    }
  }
  return false;
}

bool BurstQueue::blocked(unsigned bank, std::uint32_t at) {
  Entry& entry = entries_[at];
  if (entry.hazard) entry.hazard = older_overlaps(bank, at);
  return entry.hazard;
}

std::uint32_t BurstQueue::push(unsigned bank, const DramBurst& burst, DramClock arrival,
                               std::uint32_t open_row) {
  const std::size_t direction = burst.write ? 1 : 0;
  const std::uint32_t at = free_;
  Entry& entry = entries_[at];
  free_ = entry.next;
  Line& line = lines_[bank][direction];
  entry.arrival = arrival;
  entry.age = age_++;
  entry.next = none;
  entry.previous = line.tail;
  entry.younger = none;
  entry.older = youngest_[direction];
  entry.outcome = RowOutcome::hit;
  entry.burst = burst;
  (line.tail == none ? line.head : entries_[line.tail].next) = at;
  line.tail = at;
  (entry.older == none ? oldest_[direction] : entries_[entry.older].younger) = at;
  youngest_[direction] = at;
  if (line.hit == none && burst.row == open_row) line.hit = at;
  const bool others = marked(bank, burst, 1) != 0 || (burst.write && marked(bank, burst, 0) != 0);
  ++marked(bank, burst, direction);
  waiting_[direction] |= std::uint64_t{1} << bank;
  ++counts_[direction];
  entry.hazard = others && older_overlaps(bank, at);
  return at;
}

void BurstQueue::remove(unsigned bank, std::uint32_t at, std::uint32_t open_row) {
  Entry& entry = entries_[at];
  const std::size_t direction = entry.burst.write ? 1 : 0;
  Line& line = lines_[bank][direction];
  (entry.previous == none ? line.head : entries_[entry.previous].next) = entry.next;
  (entry.next == none ? line.tail : entries_[entry.next].previous) = entry.previous;
  (entry.older == none ? oldest_[direction] : entries_[entry.older].younger) = entry.younger;
  (entry.younger == none ? youngest_[direction] : entries_[entry.younger].older) = entry.older;
  if (line.hit == at) line.hit = find_hit(entry.next, open_row);
  if (line.head == none) waiting_[direction] &= ~(std::uint64_t{1} << bank);
  --marked(bank, entry.burst, direction);
  --counts_[direction];
  entry.next = free_;
  free_ = at;
}

void BurstQueue::row_changed(unsigned bank, std::uint32_t open_row) {
  for (Line& line : lines_[bank]) line.hit = find_hit(line.head, open_row);
}

}  // namespace tensordash
