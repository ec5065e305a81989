#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "models/dataflow/segment_pace.h"
#include "models/memory/fetch_timeline.h"

namespace tensordash {

/// The outputs of a pass stand in CM after edge `edge`.
struct ResultEvent {
  Edge edge = 0;
  std::uint32_t segment = 0;
  std::int64_t row_group = 0, column_group = 0;
};

/// One tile through all its passes, with the stalls that memory causes. A step takes place at an
/// edge at which all stream rows that would enter the windows stand in the scratchpads; else the
/// whole tile waits. So memory never changes a schedule.
class TileTimeline {
 public:
  /// Clocks from a pass's last step to the write of its outputs into CM.
  static constexpr Edge result_latency = 4;

  struct Machine {
    unsigned tiles = 16;
    unsigned depth = 3;
    std::uint64_t result_room = 0;  ///< passes whose outputs CM holds, blocks of them together
    /// Where given, gets the edges at which windows are filled first or a step takes place.
    std::vector<Edge>* edges = nullptr;
  };

  /// `paces` [segment], or empty for the dense schedule; everything must outlive the timeline.
  TileTimeline(unsigned tile, const Machine& machine, const PortionPlan& plan,
               const std::array<std::vector<FetchTimeline::SegmentFetch>, 2>& segments,
               const std::vector<SegmentPace>& paces, const MemoryParameters& parameters,
               const LandingLog& landings);

  /// Goes on as far as the landings and the room in CM that are known allow.
  void run();

  /// CM has room for another pass's outputs after `edge`.
  void result_taken(Edge edge) { results_taken_.push_back(edge); }

  bool done() const { return done_; }
  /// The edge of the last step; 0 when the tile has no pass.
  Edge end() const { return now_; }
  std::uint64_t steps() const { return steps_; }
  const std::array<std::uint64_t, stall_causes>& stalls() const { return stalls_; }
  /// Stream rows that entered staging buffers, of all streams.
  std::uint64_t scratchpad_reads() const { return scratchpad_reads_; }

  FetchTimeline& fetches(Side side) { return fetches_[static_cast<std::size_t>(side)]; }
  const FetchTimeline& fetches(Side side) const { return fetches_[static_cast<std::size_t>(side)]; }
  /// Of passes that finish their outputs.
  std::deque<ResultEvent>& results() { return results_; }
  /// Passes whose partial sums were written into CM for a later block, and read from there.
  std::uint64_t partial_writes() const { return partial_writes_; }
  std::uint64_t partial_reads() const { return partial_reads_; }

 private:
  /// Which rows of the scratchpads a pass reads.
  struct SideUse {
    bool fetched = false;         ///< the pass has them fetched
    bool last_use = false;        ///< they leave as they are read
    std::uint64_t left_over = 0;  ///< rows that leave with the pass's last one
    std::uint64_t base = 0;       ///< fetched: number of its first row
    std::uint64_t streams = 0;
  };

  struct Pass {
    const Segment* of = nullptr;
    std::size_t segment = 0;
    std::uint64_t at = 0;  ///< number of the tile's pass in the segment
    std::uint64_t K = 0;
    std::array<SideUse, 2> sides;
    const std::uint8_t* advance = nullptr;  ///< of its first step; null: dense
  };

  bool next_pass(Pass& pass);
  /// Waits for `rows` more rows of `pass` and lets them enter at the edge after `now_` or later.
  bool enter(const Pass& pass, std::uint64_t from, std::uint64_t to, bool starts_pass);
  void count_stalls(Edge from, Edge to, Edge room, const std::array<std::uint64_t, 2>& rows,
                    const std::array<Edge, 2>& ready);
  bool room_for_result(Edge& edge) const;
  void note_edge() const {
    if (machine_.edges != nullptr) machine_.edges->push_back(now_);
  }

  const Machine machine_;
  const std::array<std::vector<FetchTimeline::SegmentFetch>, 2>& segments_;
  const std::vector<SegmentPace>& paces_;
  const unsigned scratchpad_banks_;
  std::array<std::vector<ScratchpadPlan>, 2> plans_;  ///< [side][segment]
  std::array<FetchTimeline, 2> fetches_;
  std::array<std::uint64_t, 2> rows_taken_{};  ///< rows of the passes that were given a base

  bool begun_ = false, done_ = false;
  Edge now_ = 0;  ///< of the last step, or the first fill of the windows
  Pass pass_, next_;
  bool has_next_ = false;
  std::size_t at_segment_ = 0;  ///< of the pass after `next_`
  std::uint64_t at_pass_ = 0;
  std::uint64_t step_ = 0, position_ = 0, entered_ = 0;
  std::uint64_t results_reserved_ = 0, results_known_ = 0;
  std::deque<Edge> results_taken_;
  std::uint64_t steps_ = 0, scratchpad_reads_ = 0;
  std::uint64_t partial_writes_ = 0, partial_reads_ = 0;
  std::array<std::uint64_t, stall_causes> stalls_{};
  std::deque<ResultEvent> results_;
};

}  // namespace tensordash
