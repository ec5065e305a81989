#include "models/memory/memory_timing.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <tuple>

#include "models/mapping/mapping_error.h"
#include "models/memory/dram_timeline.h"
#include "models/memory/load_timeline.h"
#include "models/memory/store_timeline.h"

namespace tensordash {
namespace {

/// Clocks between a tile's last step and its result in the accumulators.
constexpr Edge drain = 3;

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
    const unsigned results = problem.plan.geometry().rows * problem.plan.geometry().columns;
    const unsigned lanes = problem.parameters.lanes;
    const TileTimeline::Machine machine{
        problem.tiles, problem.depth,
        problem.parameters.result_rows() / ((results + lanes - 1) / lanes)};
    // The last step of a pass waits for the next one's place.
    if (machine.result_room < 2 && problem.plan.pass_count() > problem.tiles) {
      throw MappingError(fmt::format(
          "CM of a tile (sram.bank_kb) holds the results of {} passes; allowed here: at least 2",
          machine.result_room));
    }
    tiles_.reserve(problem.tiles);
    for (unsigned tile = 0; tile < problem.tiles; ++tile) {
      tiles_.emplace_back(tile, machine, plan_, fetches_, problem.paces, problem.parameters,
                          landings_);
    }
    touched_.assign(problem.tiles, true);
  }

  MemoryTiming run(const std::function<void(double)>& progress) {
    run_tiles();
    std::uint64_t turn = 0;
    while (!finished()) {
      take_answers();
      if (loads_.land(edge_)) touch_all();
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
    return outstanding_ == 0 && loads_.done() && stores_.done() && writes_left_ == 0 &&
           std::all_of(tiles_.begin(), tiles_.end(),
                       [](const TileTimeline& tile) { return tile.done(); });
  }

  void touch_all() { std::fill(touched_.begin(), touched_.end(), true); }

  void run_tiles() {
    for (unsigned tile = 0; tile < problem_.tiles; ++tile) {
      if (!touched_[tile]) continue;
      touched_[tile] = false;
      tiles_[tile].run();
    }
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
          --writes_left_;
          break;
      }
      last_answer_ = edge_;
    }
  }

  /// What the tiles did before this edge and others see now.
  void take_events() {
    for (unsigned tile = 0; tile < problem_.tiles; ++tile) {
      for (const Side side : both_sides) {
        auto& releases = tiles_[tile].fetches(side).releases();
        while (!releases.empty() && releases.front().edge < edge_) {
          loads_.release(side, tile, releases.front().before);
          releases.pop_front();
        }
      }
    }
    for (;;) {
      // Results of all tiles, in order of their edges.
      unsigned first = problem_.tiles;
      Edge soonest = edge_;
      for (unsigned tile = 0; tile < problem_.tiles; ++tile) {
        const auto& results = tiles_[tile].results();
        if (!results.empty() && results.front().edge < soonest) {
          soonest = results.front().edge;
          first = tile;
        }
      }
      if (first == problem_.tiles) return;
      stores_.result(first, tiles_[first].results().front());
      tiles_[first].results().pop_front();
      ++result_writes_;
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
        ++writes_left_;
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
    for (unsigned tile = 0; tile < problem_.tiles; ++tile) {
      for (const Side side : both_sides) {
        const auto& releases = tiles_[tile].fetches(side).releases();
        if (!releases.empty()) next = std::min(next, releases.front().edge + 1);
      }
      const auto& results = tiles_[tile].results();
      if (!results.empty()) next = std::min(next, results.front().edge + 1);
    }
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
    timing.cycles = std::max(timing.last_step + drain, last_answer_);
    timing.write_back = timing.cycles - (timing.last_step + drain);
    MemoryTraffic& traffic = timing.traffic;
    loads_.add_traffic(traffic);
    traffic.dram_write_bytes = stores_.bytes();
    traffic.dram_bursts = dram_.bursts();
    traffic.dram_row_hits = dram_.row_hits();
    traffic.result_writes = result_writes_;
    traffic.result_reads = stores_.result_reads();
    for (const TileTimeline& tile : tiles_) {
      traffic.scratchpad_reads += tile.scratchpad_reads();
      for (const Side side : both_sides) {
        const FetchTimeline& fetches = tile.fetches(side);
        traffic.sram_reads[index(side)] += fetches.sram_reads();
        traffic.bank_conflicts[index(side)] += fetches.conflicts();
        traffic.scratchpad_writes += fetches.scratchpad_writes();
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
  std::vector<Tag> tags_;
  std::vector<std::uint32_t> free_tags_;
  Edge edge_ = 0, last_answer_ = 0;
  unsigned outstanding_ = 0;
  std::uint64_t writes_left_ = 0, result_writes_ = 0;
};

auto tied(const MemoryTraffic& traffic) {
  return std::tie(traffic.dram_read_bytes, traffic.dram_directory_bytes, traffic.dram_write_bytes,
                  traffic.dram_bursts, traffic.dram_row_hits, traffic.loaded_groups,
                  traffic.transposed_groups, traffic.sram_writes, traffic.sram_reads,
                  traffic.bank_conflicts, traffic.scratchpad_writes, traffic.scratchpad_reads,
                  traffic.result_writes, traffic.result_reads);
}

}  // namespace

bool MemoryTraffic::operator==(const MemoryTraffic& other) const {
  return tied(*this) == tied(other);
}

MemoryTiming time_memory(const MemoryProblem& problem,
                         const std::function<void(double)>& progress) {
  return Run(problem).run(progress);
}

}  // namespace tensordash
