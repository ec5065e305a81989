#include "hw/dram/controller/burst_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace tensordash {
namespace {

constexpr unsigned banks = 4;

// The queue as a list in order of age.
class NaiveQueue {
 public:
  struct Waiting {
    std::uint32_t at;  // of the real queue
    unsigned bank;
    DramBurst burst;
    DramClock arrival;
  };

  std::vector<Waiting> waiting;  // the oldest first

  template <typename Condition>
  std::uint32_t first(Condition condition) const {
    const auto found = std::find_if(waiting.begin(), waiting.end(), condition);
    return found == waiting.end() ? BurstQueue::none : found->at;
  }
  std::uint32_t oldest(bool write) const {
    return first([write](const Waiting& each) { return each.burst.write == write; });
  }
  std::uint32_t head(unsigned bank, bool write) const {
    return first([bank, write](const Waiting& each) {
      return each.bank == bank && each.burst.write == write;
    });
  }
  std::uint32_t hit(unsigned bank, bool write, std::uint32_t row) const {
    return first([bank, write, row](const Waiting& each) {
      return each.bank == bank && each.burst.write == write && each.burst.row == row;
    });
  }
  std::uint64_t banks_waiting(bool write) const {
    std::uint64_t set = 0;
    for (const Waiting& each : waiting) {
      if (each.burst.write == write) set |= std::uint64_t{1} << each.bank;
    }
    return set;
  }
  bool blocked(std::size_t number) const {
    const Waiting& mine = waiting[number];
    return std::any_of(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(number),
                       [&mine](const Waiting& other) {
                         return other.bank == mine.bank && other.burst.row == mine.burst.row &&
                                other.burst.column == mine.burst.column &&
                                (other.burst.write || mine.burst.write);
                       });
  }
};

void expect_same(BurstQueue& queue, const NaiveQueue& naive,
                 const std::array<std::uint32_t, banks>& open_rows, unsigned capacity) {
  ASSERT_EQ(queue.size(), naive.waiting.size());
  ASSERT_EQ(queue.full(), naive.waiting.size() == capacity);
  for (const bool write : {false, true}) {
    ASSERT_EQ(queue.count(write),
              std::count_if(naive.waiting.begin(), naive.waiting.end(),
                            [write](const auto& each) { return each.burst.write == write; }));
    ASSERT_EQ(queue.oldest(write), naive.oldest(write));
    ASSERT_EQ(queue.waiting(write), naive.banks_waiting(write));
    for (unsigned bank = 0; bank < banks; ++bank) {
      ASSERT_EQ(queue.line(bank, write).head, naive.head(bank, write));
      ASSERT_EQ(queue.line(bank, write).hit, naive.hit(bank, write, open_rows[bank]));
      ASSERT_EQ(queue.waits(bank),
                ((naive.banks_waiting(false) | naive.banks_waiting(true)) >> bank & 1U) != 0);
      // From the oldest of the line to the youngest.
      std::uint32_t at = queue.line(bank, write).head;
      for (const NaiveQueue::Waiting& each : naive.waiting) {
        if (each.bank != bank || each.burst.write != write) continue;
        ASSERT_EQ(at, each.at);
        ASSERT_EQ(queue.entry(at).burst.owner, each.burst.owner);
        ASSERT_EQ(queue.entry(at).arrival, each.arrival);
        at = queue.entry(at).next;
      }
      ASSERT_EQ(at, BurstQueue::none);
    }
    std::uint32_t at = queue.oldest(write);
    for (const NaiveQueue::Waiting& each : naive.waiting) {
      if (each.burst.write != write) continue;
      ASSERT_EQ(at, each.at);
      at = queue.entry(at).younger;
    }
    ASSERT_EQ(at, BurstQueue::none);
  }
  for (std::size_t number = 0; number < naive.waiting.size(); ++number) {
    ASSERT_EQ(queue.blocked(naive.waiting[number].bank, naive.waiting[number].at),
              naive.blocked(number));
  }
}

TEST(BurstQueue, IsAListInOrderOfAge) {
  for (const unsigned capacity : {2U, 3U, 16U, 64U}) {
    std::mt19937 random(capacity);
    BurstQueue queue(capacity, banks);
    NaiveQueue naive;
    std::array<std::uint32_t, banks> open_rows;
    open_rows.fill(BurstQueue::closed_row);
    unsigned blocked = 0;
    for (unsigned step = 0; step < 4000; ++step) {
      const unsigned bank = random() % banks;
      // Times of filling and of emptying.
      const unsigned push_share = step / 200 % 2 == 0 ? 6 : 2;
      const unsigned action = random() % 10;
      if (action < push_share) {
        if (queue.full()) continue;
        DramBurst burst;
        burst.row = random() % 3;
        burst.column = random() % 3 * 16;
        burst.write = random() % 2 == 0;
        burst.owner = step;
        const std::uint32_t at = queue.push(bank, burst, 10 * step, open_rows[bank]);
        naive.waiting.push_back({at, bank, burst, 10 * step});
      } else if (action < 9) {
        if (naive.waiting.empty()) continue;
        const auto number = static_cast<std::ptrdiff_t>(random() % naive.waiting.size());
        const NaiveQueue::Waiting gone = naive.waiting[static_cast<std::size_t>(number)];
        if (queue.blocked(gone.bank, gone.at)) {
          ++blocked;  // Nobody serves those.
          continue;
        }
        queue.remove(gone.bank, gone.at, open_rows[gone.bank]);
        naive.waiting.erase(naive.waiting.begin() + number);
      } else {
        open_rows[bank] = random() % 4 == 0 ? BurstQueue::closed_row : random() % 3;
        queue.row_changed(bank, open_rows[bank]);
      }
      ASSERT_NO_FATAL_FAILURE(expect_same(queue, naive, open_rows, capacity)) << "step " << step;
    }
    EXPECT_GT(blocked, 0U);
  }
}

}  // namespace
}  // namespace tensordash
