#include "models/memory/operation_timeline.h"

#include <algorithm>
#include <stdexcept>

#include "hw/pe/pipeline_clocks.h"

namespace tensordash {
namespace {

std::size_t index(Side side) {
  return static_cast<std::size_t>(side);
}

}  // namespace

OperationTimeline::OperationTimeline(const OperationProblem& problem)
    : problem_(problem),
      b_(problem.plan, Side::b),
      a_(problem.plan, Side::a),
      plan_(problem.plan, b_, a_, problem.parameters, problem.tiles),
      outputs_(problem.plan),
      landings_(plan_.count(Side::b), plan_.count(Side::a), {b_.transposed(), a_.transposed()}),
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

bool OperationTimeline::finished() const {
  return outstanding_ == 0 && loads_.done() && stores_.done() && stores_.writes().empty() &&
         std::all_of(tiles_.begin(), tiles_.end(),
                     [](const TileTimeline& tile) { return tile.done(); });
}

void OperationTimeline::touch_all() {
  std::fill(touched_.begin(), touched_.end(), true);
  any_touched_ = true;
}

void OperationTimeline::run_tiles() {
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
void OperationTimeline::note_event(unsigned tile) {
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

void OperationTimeline::answered(std::uint32_t number) {
  const Tag tag = tags_[number];
  free_tags_.push_back(number);
  --outstanding_;
  last_answer_ = edge_;
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
}

void OperationTimeline::step(RequestPort& port) {
  if (loads_.land()) touch_all();
  run_tiles();
  take_events();
  stores_.run(edge_);
  run_tiles();
  issue(port);
  if (!finished()) go_on();
}

/// What the tiles did before this edge and others see now.
void OperationTimeline::take_events() {
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

void OperationTimeline::issue(RequestPort& port) {
  const MemoryParameters& parameters = problem_.parameters;
  for (unsigned count = 0; count < parameters.dma_requests_per_clock; ++count) {
    if (outstanding_ == parameters.dma_outstanding) break;
    auto& writes = stores_.writes();
    if (!writes.empty() && writes.front().edge <= edge_) {
      const StoreTimeline::Write write = writes.front();
      writes.pop_front();
      request(port, write.address, write.bytes, true, {Tag::write, 0});
      continue;
    }
    LoadTimeline::Request load;
    if (!loads_.next(edge_, load)) break;
    request(port, load.address, load.bytes, false,
            {load.line ? Tag::line : Tag::group, load.number});
  }
  loads_.note_credit(edge_, outstanding_ < parameters.dma_outstanding);
}

void OperationTimeline::request(RequestPort& port, std::uint64_t address, unsigned bytes,
                                bool write, Tag tag) {
  std::uint32_t number = 0;
  if (free_tags_.empty()) {
    number = static_cast<std::uint32_t>(tags_.size());
    tags_.push_back(tag);
  } else {
    number = free_tags_.back();
    free_tags_.pop_back();
    tags_[number] = tag;
  }
  ++outstanding_;
  port.request(edge_, address, bytes, write, number);
}

/// To the next edge at which something can happen.
void OperationTimeline::go_on() {
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

MemoryTiming OperationTimeline::result() const {
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

}  // namespace tensordash
