#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "hw/pe/connectivity.h"

namespace tensordash::engine {

/// Lane-steps of schedulers in real rows and columns, by what became of them.
struct LaneSteps {
  std::uint64_t taken = 0;         ///< a candidate was taken
  std::uint64_t waiting = 0;       ///< the tile is held up by a slower scheduler
  std::uint64_t tail = 0;          ///< nothing left in a window at the end of the pass
  std::uint64_t priority = 0;      ///< what was within reach went to other lanes
  std::uint64_t connectivity = 0;  ///< nothing was within reach

  LaneSteps& operator+=(const LaneSteps& other);
};

/// Groups of schedulers that share a schedule's pace, all with streams of the same length: a row
/// group of a one-sided tile, or a pass of a two-sided one.
///
/// Streams are bits, one a value, set where it is not zero. The streams of one side of a group lie
/// together: stream row k is `words` 64-bit words, in which bit (stream * lanes + lane) belongs to
/// that lane of that stream. Behind the last row follow `depth` rows of zeros.
struct ScheduleBatch {
  std::uint32_t stream_rows = 0;        ///< K, at least 1
  unsigned rows = 1;                    ///< side-B streams of a group
  unsigned columns = 1;                 ///< side-A streams of a group; 1 when one-sided
  std::vector<const std::uint64_t*> b;  ///< [group]
  std::vector<const std::uint64_t*> a;  ///< [group]; empty when one-sided
  std::vector<unsigned> real_rows;      ///< [group] streams that exist; the rest are zero
  std::vector<unsigned> real_columns;   ///< [group]; unused when one-sided
  /// [group], or empty: receive the rows that leave in each step.
  std::vector<std::vector<std::uint8_t>*> paces;

  std::size_t groups() const { return b.size(); }
};

/// Schedules many groups at once, one bit of a vector register each: every place of the window is a
/// vector of bits, and the priorities of the table become a handful of logic
/// operations on them. Instruction sets are chosen at run time.
class WindowScheduler {
 public:
  /// `table` must outlive the scheduler.
  explicit WindowScheduler(const Connectivity& table);

  /// Groups that are scheduled side by side on this machine; a batch should not hold more.
  static std::size_t batch_width();
  /// 64-bit words of a stream row of `streams` streams.
  std::size_t words(unsigned streams) const;

  /// Writes the steps of each group into `steps` [group]. `lanes`, if given, receives what became
  /// of every lane-step, added to what it holds. Throws std::invalid_argument for a batch that is
  /// wider than batch_width() or without stream rows.
  void run(const ScheduleBatch& batch, std::uint32_t* steps, LaneSteps* lanes) const;

 private:
  const Connectivity& table_;
  std::vector<std::uint32_t> places_;  ///< [deciding lane][option]: step * lanes + lane
};

}  // namespace tensordash::engine
