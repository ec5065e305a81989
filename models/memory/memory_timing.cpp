#include "models/memory/memory_timing.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <tuple>

#include "hw/pe/pipeline_clocks.h"
#include "models/mapping/mapping_error.h"
#include "models/memory/dram_timeline.h"
#include "models/memory/load_timeline.h"
#include "models/memory/store_timeline.h"

namespace tensordash {
namespace {

std::size_t index(Side side) {
  return static_cast<std::size_t>(side);
}

/// Tags of requests: what an answer is for.
struct Tag {
  enum Kind : std::uint8_t { group, line, write };
  Kind kind = group;
  std::uint32_t number = 0;
};

/// The whole machine, edge after edge; edges at which nothing can happen are left out.
class Run {
 public:
  explicit Run(const MemoryProblem& problem)
      : problem_(problem),
        b_(problem.plan, Side::b),
        a_(problem.plan, Side::a),
        plan_(problem.plan, b_, a_, problem.parameters, problem.tiles),
        outputs_(problem.plan),
        landings_(plan_.count(Side::b), plan_.count(Side::a), {b_.transposed(), a_.transposed()}),
        dram_(problem.dram, problem.clock_ps),
        loads_(plan_, {&b_, &a_}, problem.operands, problem.parameters, problem.tiles, landings_),
        stores_(outputs_, problem.outputs, problem.parameters, [this](unsigned tile, Edge edge) {
          tiles_[tile].result_taken(edge);
          touched_[tile] = true;
          any_touched_ = true;
        }) {
    const auto& segments = problem.plan.segments();
    costs_.reserve(2 * segments.size());
    for (const Segment& segment : segments) {
      for (const Side side : both_sides) {
        costs_.emplace_back(side == Side::b ? b_ : a_, segment, problem.parameters);
        fetches_[index(side)].push_back(
            {&segment, &costs_.back(),
             scratchpad_use(segment, side, problem.parameters, problem.tiles)});
      }
    }
    const TileTimeline::Machine machine{
        problem.tiles, problem.depth,
        result_room(problem.plan, outputs_, problem.parameters, problem.tiles)};
    tiles_.reserve(problem.tiles);
    for (unsigned tile = 0; tile < problem.tiles; ++tile) {
      tiles_.emplace_back(tile, machine, plan_, fetches_, problem.paces, problem.parameters,
                          landings_);
    }
    touched_.assign(problem.tiles, true);
    next_events_.assign(problem.tiles, never);
  }

  MemoryTiming run(const std::function<void(double)>& progress) {
    run_tiles();
    std::uint64_t turn = 0;
    while (!finished()) {
      take_answers();
      if (loads_.land()) touch_all();
      run_tiles();
      take_events();
      stores_.run(edge_);
      run_tiles();
      issue();
      if (progress && ++turn % 65536 == 0) progress(loads_.part());
      if (finished()) break;
      go_on();
    }
    return result();
  }

 private:
  bool finished() const {
    return outstanding_ == 0 && loads_.done() && stores_.done() && stores_.writes().empty() &&
           std::all_of(tiles_.begin(), tiles_.end(),
                       [](const TileTimeline& tile) { return tile.done(); });
  }

  void touch_all() {
    std::fill(touched_.begin(), touched_.end(), true);
    any_touched_ = true;
  }

  void run_tiles() {
    if (!any_touched_) return;
    any_touched_ = false;
    for (unsigned tile = 0; tile < problem_.tiles; ++tile) {
      if (!touched_[tile]) continue;
      touched_[tile] = false;
      tiles_[tile].run();
      note_event(tile);
    }
  }

  /// When others see the next thing that the tile does.
  void note_event(unsigned tile) {
    Edge next = never;
    for (const Side side : both_sides) {
      const auto& releases = tiles_[tile].fetches(side).releases();
      if (!releases.empty()) next = std::min(next, releases.front().edge + 1);
    }
    const auto& results = tiles_[tile].results();
    if (!results.empty()) next = std::min(next, results.front().edge + 1);
    next_events_[tile] = next;
    next_event_ = std::min(next_event_, next);
  }

  void take_answers() {
    std::uint32_t number = 0;
    while (dram_.answered(edge_, number)) {
      const Tag tag = tags_[number];
      free_tags_.push_back(number);
      --outstanding_;
      switch (tag.kind) {
        case Tag::group:
          loads_.group_part(tag.number, edge_);
          break;
        case Tag::line:
          loads_.line(tag.number);
          break;
        case Tag::write:
          break;
      }
      last_answer_ = edge_;
    }
  }

  /// What the tiles did before this edge and others see now.
  void take_events() {
    if (next_event_ > edge_) return;
    for (unsigned tile = 0; tile < problem_.tiles; ++tile) {
      if (next_events_[tile] > edge_) continue;
      for (const Side side : both_sides) {
        auto& releases = tiles_[tile].fetches(side).releases();
        while (!releases.empty() && releases.front().edge < edge_) {
          loads_.release(side, tile, releases.front().before);
          releases.pop_front();
        }
      }
    }
    // Groups are put in order of their edges by the stores, so results may come tile by tile.
    next_event_ = never;
    for (unsigned tile = 0; tile < problem_.tiles; ++tile) {
      if (next_events_[tile] <= edge_) {
        auto& results = tiles_[tile].results();
        while (!results.empty() && results.front().edge < edge_) {
          stores_.result(tile, results.front());
          results.pop_front();
          ++result_writes_;
        }
        note_event(tile);
      }
      next_event_ = std::min(next_event_, next_events_[tile]);
    }
  }

  void issue() {
    const MemoryParameters& parameters = problem_.parameters;
    for (unsigned count = 0; count < parameters.dma_requests_per_clock; ++count) {
      if (outstanding_ == parameters.dma_outstanding) break;
      auto& writes = stores_.writes();
      if (!writes.empty() && writes.front().edge <= edge_) {
        const StoreTimeline::Write write = writes.front();
        writes.pop_front();
        request(write.address, write.bytes, true, {Tag::write, 0});
        continue;
      }
      LoadTimeline::Request load;
      if (!loads_.next(edge_, load)) break;
      request(load.address, load.bytes, false, {load.line ? Tag::line : Tag::group, load.number});
    }
    loads_.note_credit(edge_, outstanding_ < parameters.dma_outstanding);
  }

  void request(std::uint64_t address, unsigned bytes, bool write, Tag tag) {
    std::uint32_t number = 0;
    if (free_tags_.empty()) {
      number = static_cast<std::uint32_t>(tags_.size());
      tags_.push_back(tag);
    } else {
      number = free_tags_.back();
      free_tags_.pop_back();
      tags_[number] = tag;
    }
    dram_.request(edge_, address, bytes, write, number);
    ++outstanding_;
  }

  /// To the next edge at which something can happen.
  void go_on() {
    if (outstanding_ > 0) {
      ++edge_;
      return;
    }
    Edge next = stores_.next(edge_);
    if (!stores_.writes().empty()) {
      next = std::min(next, std::max(edge_ + 1, stores_.writes().front().edge));
    }
    next = std::min(next, next_event_);
    if (loads_.could_issue()) next = std::min(next, edge_ + 1);
    if (next == never) throw std::logic_error("loads, tiles and stores wait for each other");
    edge_ = std::max(next, edge_ + 1);
  }

  MemoryTiming result() {
    MemoryTiming timing;
    for (const TileTimeline& tile : tiles_) {
      timing.tile_steps.push_back(tile.steps());
      timing.tile_ends.push_back(tile.steps() == 0 ? 0 : tile.end());
      timing.tile_stalls.push_back(tile.stalls());
      timing.steps = std::max(timing.steps, tile.steps());
      timing.last_step = std::max(timing.last_step, timing.tile_ends.back());
    }
    // Without any pass there is still the clock that fills the windows.
    const Edge ended = std::max<Edge>(timing.last_step, 1) + drain_clocks;
    timing.cycles = std::max(ended, last_answer_);
    timing.write_back = timing.cycles - ended;
    MemoryTraffic& traffic = timing.traffic;
    loads_.add_traffic(traffic);
    traffic.dram_write_bytes = stores_.bytes();
    traffic.dram_bursts = dram_.bursts();
    traffic.dram_row_hits = dram_.row_hits();
    traffic.result_writes = result_writes_;
    traffic.result_reads = stores_.result_reads();
    for (const TileTimeline& tile : tiles_) {
      traffic.scratchpad_reads += tile.scratchpad_reads();
      traffic.partial_writes += tile.partial_writes();
      traffic.partial_reads += tile.partial_reads();
      for (const Side side : both_sides) {
        const FetchTimeline& fetches = tile.fetches(side);
        traffic.sram_reads[index(side)] += fetches.sram_reads();
        traffic.bank_conflicts[index(side)] += fetches.conflicts();
        traffic.fetch_clocks[index(side)] += fetches.clocks();
        traffic.scratchpad_writes += fetches.scratchpad_writes();
      }
    }
    for (const Side side : both_sides) {
      timing.read[index(side)] = loads_.read(side);
      const auto& fetches = fetches_[index(side)];
      for (std::size_t segment = 0; segment < fetches.size(); ++segment) {
        timing.kept[index(side)].push_back(
            {plan_.residency(side, segment).mode, fetches[segment].use});
      }
    }
    return timing;
  }

  const MemoryProblem& problem_;
  SideOperand b_, a_;
  PortionPlan plan_;
  OutputPlan outputs_;
  LandingLog landings_;
  DramTimeline dram_;
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

auto tied(const MemoryTraffic& traffic) {
  return std::tie(traffic.dram_read_bytes, traffic.dram_directory_bytes, traffic.dram_write_bytes,
                  traffic.dram_bursts, traffic.dram_row_hits, traffic.loaded_groups,
                  traffic.transposed_groups, traffic.sram_writes, traffic.sram_reads,
                  traffic.bank_conflicts, traffic.fetch_clocks, traffic.scratchpad_writes,
                  traffic.scratchpad_reads, traffic.result_writes, traffic.result_reads,
                  traffic.partial_writes, traffic.partial_reads);
}

}  // namespace

bool MemoryTraffic::operator==(const MemoryTraffic& other) const {
  return tied(*this) == tied(other);
}

std::uint64_t result_room(const StreamPlan& plan, const OutputPlan& outputs,
                          const MemoryParameters& parameters, unsigned tiles) {
  const unsigned results = plan.geometry().rows * plan.geometry().columns;
  const unsigned rows = (results + parameters.lanes - 1) / parameters.lanes;
  const std::uint64_t room = parameters.result_rows() / rows;
  if (room * tiles >= plan.turn_count()) return room;
  // The next pass has its place before the last step of the one before.
  const std::uint64_t needed = outputs.least_room(tiles) + 1;
  if (room >= needed) return room;
  throw MappingError(fmt::format(
      "CM of a tile (sram.banks x sram.bank_kb) holds the outputs of {} passes; "
      "allowed here: at least {}, so that groups of outputs can be completed{}",
      room, needed, plan.blocked() ? " and partial sums stay there (mapping.reduction_rows)" : ""));
}

MemoryTiming time_memory(const MemoryProblem& problem,
                         const std::function<void(double)>& progress) {
  return Run(problem).run(progress);
}

}  // namespace tensordash
