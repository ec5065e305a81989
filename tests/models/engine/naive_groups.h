#pragma once

#include <algorithm>

#include "models/engine/scalar_scheduler.h"
#include "models/engine/window_scheduler.h"

namespace tensordash::engine {

/// Schedules one group of a batch, scheduler after scheduler and row after row, and tells apart its
/// lane-steps by the words of the ledger.
class NaiveGroup {
 public:
  NaiveGroup(const ScheduleBatch& batch, std::size_t group, const Connectivity& table)
      : table_(table), scheduler_(table), length_(batch.stream_rows) {
    const bool two_sided = !batch.a.empty();
    for (unsigned row = 0; row < batch.rows; ++row) {
      for (unsigned column = 0; column < batch.columns; ++column) {
        Pe pe;
        pe.is_real =
            row < batch.real_rows[group] && (!two_sided || column < batch.real_columns[group]);
        pe.left.resize(length_ + table.depth());
        for (unsigned k = 0; k < length_; ++k) {
          for (unsigned lane = 0; lane < table.lanes(); ++lane) {
            bool candidate = bit(batch.b[group], batch.rows, k, row, lane);
            if (two_sided) candidate &= bit(batch.a[group], batch.columns, k, column, lane);
            pe.left[k] |= std::uint64_t{candidate} << lane;
          }
        }
        pes_.push_back(pe);
      }
    }
  }

  /// Returns the steps; adds to `sums`.
  std::uint32_t run(LaneSteps& sums) {
    std::uint32_t steps = 0;
    for (unsigned position = 0; position < length_; ++steps) {
      const unsigned held = std::min(table_.depth(), length_ - position);
      unsigned advance = held;
      for (Pe& pe : pes_) {
        std::copy_n(pe.left.begin() + position, table_.depth(), pe.start.begin());
        pe.window = pe.start;
        pe.drained = scheduler_.decide(pe.window, held, pe.taken);
        std::copy_n(pe.window.begin(), table_.depth(), pe.left.begin() + position);
        advance = std::min(advance, pe.drained);
      }
      for (const Pe& pe : pes_) {
        if (pe.is_real) classify(pe, held, advance, sums);
      }
      position += advance;
    }
    return steps;
  }

 private:
  struct Pe {
    bool is_real = false;
    std::vector<std::uint64_t> left;  ///< [stream row] candidates, a bit a lane
    ScalarScheduler::Window start{}, window{};
    std::uint16_t taken[max_lanes] = {};
    unsigned drained = 0;
  };

  bool bit(const std::uint64_t* streams, unsigned count, unsigned k, unsigned stream,
           unsigned lane) const {
    const std::size_t words = (std::size_t{count} * table_.lanes() + 63) / 64;
    const std::size_t at = std::size_t{stream} * table_.lanes() + lane;
    return (streams[k * words + at / 64] >> (at % 64) & 1U) != 0;
  }

  bool reaches_a_candidate(const Pe& pe, unsigned lane) const {
    for (unsigned option = 0; option < table_.options().size(); ++option) {
      const WindowPlace place = table_.place(lane, option);
      if ((pe.start[place.step] >> place.lane & 1U) != 0) return true;
    }
    return false;
  }

  void classify(const Pe& pe, unsigned held, unsigned advance, LaneSteps& sums) const {
    const bool empty =
        std::all_of(pe.window.begin(), pe.window.end(), [](std::uint64_t row) { return row == 0; });
    for (unsigned lane = 0; lane < table_.lanes(); ++lane) {
      if (pe.taken[lane] != ScalarScheduler::idle) {
        ++sums.taken;
      } else if (pe.drained > advance) {
        ++sums.waiting;
      } else if (held < table_.depth() && empty) {
        ++sums.tail;
      } else if (reaches_a_candidate(pe, lane)) {
        ++sums.priority;
      } else {
        ++sums.connectivity;
      }
    }
  }

  const Connectivity& table_;
  ScalarScheduler scheduler_;
  unsigned length_;
  std::vector<Pe> pes_;
};

}  // namespace tensordash::engine
