#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "hw/dma/dma_limits.h"
#include "models/mapping/memory_parameters.h"
#include "models/mapping/portion_plan.h"

namespace tensordash {

/// Where a tensor lies in DRAM, and how much of each group's slot is used.
struct StoredTensor {
  std::uint64_t data_base = 0;
  std::uint64_t directory_base = 0;
  std::uint32_t slot_bytes = 0;
  std::uint32_t transfer_bytes = unit_bytes;  ///< what the DRAM moves at least
  /// Units of unit_bytes that a group takes, [group]; empty: every group is stored raw and
  /// there is no directory.
  std::vector<std::uint16_t> units;

  std::uint32_t bytes(std::uint32_t group) const {
    if (units.empty()) return slot_bytes;
    const auto used = static_cast<std::uint32_t>(units[group] * unit_bytes);
    return (used + transfer_bytes - 1) / transfer_bytes * transfer_bytes;
  }
  /// Of groups 0 to `groups` - 1 together.
  std::uint64_t all_bytes(std::uint32_t groups) const {
    std::uint64_t sum = 0;
    for (std::uint32_t group = 0; group < groups; ++group) sum += bytes(group);
    return sum;
  }
};

/// What an operation reads of a tensor, each thing counted once.
struct ReadOnce {
  std::vector<bool> groups;  ///< [group]
  std::uint64_t bytes = 0;   ///< that DRAM moves for them, and for the lines of the directory
};

/// What the DMA reads, in the order in which it does: the groups of all portions, and the lines of
/// the directories, each some groups ahead of the first that needs it.
class LoadStream {
 public:
  /// Groups by which a directory line is read ahead.
  static constexpr std::size_t lines_ahead = 16;

  struct Item {
    bool line = false;          ///< a directory line; else a group
    Side side = Side::b;        ///< of whose tensor
    std::uint32_t group = 0;    ///< or the number of the line
    std::uint32_t portion = 0;  ///< group: place in PortionPlan::order()
    bool first = false;         ///< group: the first of its portion
    std::uint32_t needs = 0;    ///< group: lines that must have come before it is read
  };

  /// `directory`: whether tensors [side] have one.
  LoadStream(const PortionPlan& plan, std::array<bool, 2> directory);

  bool done() const { return ready_.empty(); }
  const Item& front() const { return ready_.front(); }
  void pop();

 private:
  void refill();

  const PortionPlan& plan_;
  std::array<bool, 2> directory_;
  std::array<std::uint32_t, 2> last_line_;
  std::size_t portion_ = 0, at_ = 0;
  std::uint32_t lines_ = 0;
  std::deque<Item> delayed_, ready_;
};

}  // namespace tensordash
