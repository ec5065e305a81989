#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "models/mapping/fetch_costs.h"
#include "models/mapping/portion_plan.h"
#include "models/mapping/scratchpad_plan.h"
#include "models/memory/landing_log.h"

namespace tensordash {

/// A tile lets go of its portions of a side below `before`, after edge `edge`.
struct ReleaseEvent {
  Edge edge = 0;
  std::uint32_t before = 0;
};

/// One side of one tile from its SRAM to its scratchpads: when each bundle of stream rows is
/// fetched. A bundle starts one clock after the one before has all its rows, when its portion has
/// landed and the scratchpads have room, and may enter the staging buffers `latency` clocks after
/// its last read.
///
/// Rows are counted over the whole operation, as they are fetched.
class FetchTimeline {
 public:
  /// From the last read of a bundle to the edge at which its rows can leave the scratchpad: SRAM
  /// output, scratchpad.
  static constexpr Edge latency = 2;

  struct SegmentFetch {
    const Segment* segment = nullptr;
    const FetchCosts* costs = nullptr;
    ScratchpadUse use = ScratchpadUse::stream;
  };

  FetchTimeline(Side side, unsigned tile, unsigned tiles, const PortionPlan& plan,
                const std::vector<SegmentFetch>& segments, const MemoryParameters& parameters,
                const LandingLog& landings);

  /// The edge at which rows before `row` can all leave the scratchpad, or never: not known yet.
  Edge ready(std::uint64_t row) {
    if (row == 0) return 0;
    while (fetched_ < row) {
      if (!fetch()) return never;
    }
    return ready_[(row - 1) & mask_];
  }

  /// `count` rows leave the scratchpads for good at `edge`.
  void shrink(std::uint64_t count, Edge edge) {
    for (std::uint64_t row = 0; row < count; ++row) shrunk_at_[shrunk_++ & mask_] = edge;
  }

  /// Fetches all that can be without the staging buffers moving on.
  void run_ahead() {
    while (fetch()) {
    }
  }

  /// Why rows before `row`, which are known to come, were not there at `edge`.
  LandingLog::Reason reason(std::uint64_t row, Edge edge) const;

  std::deque<ReleaseEvent>& releases() { return releases_; }
  std::uint64_t sram_reads() const { return sram_reads_; }
  std::uint64_t conflicts() const { return conflicts_; }
  /// Clocks in which bundles were read.
  std::uint64_t clocks() const { return bundles_read_ + conflicts_; }
  /// Rows written into the scratchpads of all streams.
  std::uint64_t scratchpad_writes() const { return scratchpad_writes_; }

 private:
  struct Bundle {
    Edge start = 0;      ///< of the first read
    Edge clocks = 0;     ///< of reads
    Edge room = 0;       ///< the scratchpads have room from here on
    Edge available = 0;  ///< the portion is in the SRAM from here on
    std::uint32_t portion = 0;
    std::uint64_t last_row = 0;
  };

  bool fetch();
  void next_pass();
  void enter_pass();

  const Side side_;
  const unsigned tile_, tiles_;
  const PortionPlan& plan_;
  const std::vector<SegmentFetch>& segments_;
  const LandingLog& landings_;
  const std::uint64_t capacity_;
  const std::uint32_t bundle_rows_;
  std::uint64_t mask_;
  std::vector<Edge> ready_, shrunk_at_;
  std::vector<Bundle> bundles_;
  std::uint64_t fetched_ = 0, shrunk_ = 0, bundle_ = 0;
  Edge free_ = 0;  ///< the next bundle may start here

  // The pass whose streams are being fetched.
  std::size_t at_segment_ = 0;
  std::vector<ScratchpadPlan> passes_;  ///< [segment]
  std::uint64_t at_pass_ = 0;
  bool more_ = true;
  PortionNeed need_;
  const FetchCost* cost_ = nullptr;
  std::uint32_t at_bundle_ = 0;
  std::uint64_t K_ = 0;
  std::uint64_t streams_ = 0;
  std::deque<ReleaseEvent> releases_;
  std::uint64_t sram_reads_ = 0, conflicts_ = 0, bundles_read_ = 0, scratchpad_writes_ = 0;
};

}  // namespace tensordash
