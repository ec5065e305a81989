#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "models/dataflow/segment_pace.h"
#include "models/dataflow/stream_plan.h"
#include "models/mapping/fetch_costs.h"
#include "models/mapping/output_plan.h"
#include "models/mapping/portion_plan.h"
#include "models/memory/edge.h"
#include "models/memory/landing_log.h"
#include "models/memory/load_stream.h"
#include "models/memory/load_timeline.h"
#include "models/memory/request_stream.h"
#include "models/memory/store_timeline.h"
#include "models/memory/tile_timeline.h"
#include "models/memory/timed_operation.h"

namespace tensordash {

/// What an operation needs of the machine to be timed with whatever memory is behind it.
struct OperationProblem {
  /// Both outlive the problem.
  OperationProblem(const StreamPlan& streams, const MemoryParameters& memory)
      : plan(streams), parameters(memory) {}

  const StreamPlan& plan;
  const MemoryParameters& parameters;
  unsigned tiles = 16;
  unsigned depth = 3;                    ///< of the staging buffers
  std::vector<SegmentPace> paces;        ///< [segment]; empty: the dense schedule
  std::array<StoredTensor, 2> operands;  ///< [side]
  StoredTensor outputs;
};

/// An operation from memory to memory, clock for clock as the pin-level machine takes it.
class OperationTimeline : public RequestStream {
 public:
  /// `problem` outlives the timeline. Throws MappingError for a layer that does not fit.
  explicit OperationTimeline(const OperationProblem& problem);

  Edge edge() const override { return edge_; }
  void answered(std::uint32_t tag) override;
  /// Throws std::logic_error when loads and tiles wait for each other, which is a defect.
  void step(RequestPort& port) override;
  bool finished() const override;
  /// How much has been loaded, 0 to 1.
  double part() const { return loads_.part(); }

  /// Of a finished operation, but for what the memory itself counts.
  MemoryTiming result() const;

 private:
  /// What an answer is for.
  struct Tag {
    enum Kind : std::uint8_t { group, line, write };
    Kind kind = group;
    std::uint32_t number = 0;
  };

  void touch_all();
  void run_tiles();
  void note_event(unsigned tile);
  void take_events();
  void issue(RequestPort& port);
  void request(RequestPort& port, std::uint64_t address, unsigned bytes, bool write, Tag tag);
  void go_on();

  const OperationProblem& problem_;
  SideOperand b_, a_;
  PortionPlan plan_;
  OutputPlan outputs_;
  LandingLog landings_;
  LoadTimeline loads_;
  StoreTimeline stores_;
  std::vector<FetchCosts> costs_;
  std::array<std::vector<FetchTimeline::SegmentFetch>, 2> fetches_;
  std::vector<TileTimeline> tiles_;
  std::vector<bool> touched_;
  bool any_touched_ = true;
  std::vector<Edge> next_events_;  ///< [tile]
  Edge next_event_ = never;
  std::vector<Tag> tags_;
  std::vector<std::uint32_t> free_tags_;
  Edge edge_ = 0, last_answer_ = 0;
  unsigned outstanding_ = 0;
  std::uint64_t result_writes_ = 0;
};

}  // namespace tensordash
