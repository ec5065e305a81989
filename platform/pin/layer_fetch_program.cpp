#include "platform/pin/layer_fetch_program.h"

#include <algorithm>
#include <stdexcept>

namespace tensordash {

std::vector<ScratchpadPlan> MemoryPlan::passes(Side side, unsigned tile) const {
  std::vector<ScratchpadPlan> passes;
  for (const Segment& segment : plan.segments()) {
    passes.emplace_back(segment, side, scratchpad_use(segment, side, parameters, tiles), tiles,
                        tile);
  }
  return passes;
}

unsigned MemoryPlan::streams(Side side, const Segment& segment, std::int64_t row_group,
                             std::int64_t column_group) const {
  const std::int64_t per = operand(side).streams_per_pass();
  const std::int64_t first = (side == Side::b ? row_group : column_group) * per;
  return static_cast<unsigned>(std::min(per, operand(side).streams(segment) - first));
}

LayerFetchProgram::LayerFetchProgram(const MemoryPlan& memory, Side side, unsigned tile)
    : memory_(memory),
      side_(side),
      passes_(memory.passes(side, tile)),
      addresses_(side, tile, memory.operand(side), memory.portions, memory.parameters) {}

std::uint32_t LayerFetchProgram::begin() {
  at_segment_ = 0;
  at_pass_ = 0;
  addresses_.forget(memory_.portions.count(side_));
  to_fetching_pass();
  return more_ ? need_.first : memory_.portions.count(side_);
}

/// From the present pass, or a later one, to the first that fetches.
void LayerFetchProgram::to_fetching_pass() {
  while (at_segment_ < passes_.size()) {
    const ScratchpadPlan& passes = passes_[at_segment_];
    while (at_pass_ < passes.passes() && !passes.fetches(at_pass_)) ++at_pass_;
    if (at_pass_ < passes.passes()) break;
    ++at_segment_;
    at_pass_ = 0;
  }
  more_ = at_segment_ < passes_.size();
  if (!more_) return;
  const std::int64_t row_group = passes_[at_segment_].row_group(at_pass_);
  const std::int64_t column_group = passes_[at_segment_].column_group(at_pass_);
  need_ = memory_.portions.need(side_, at_segment_, row_group, column_group);
  first_stream_ =
      (side_ == Side::b ? row_group : column_group) * memory_.operand(side_).streams_per_pass();
  gatherers_.assign(memory_.streams(side_, segment(), row_group, column_group), {});
  k_ = 0;
}

bool LayerFetchProgram::next(FetchBundle& bundle) {
  if (!more_) return false;
  const std::int64_t rows =
      std::min<std::int64_t>(memory_.parameters.sram_rows_per_clock, segment().K - k_);
  bundle.rows = static_cast<unsigned>(rows);
  bundle.streams = static_cast<unsigned>(gatherers_.size());
  bundle.requests.clear();
  bundle.lanes.clear();
  bundle.keep.clear();
  requested_.clear();
  for (std::size_t stream = 0; stream < gatherers_.size(); ++stream) {
    Gatherer& gatherer = gatherers_[stream];
    for (std::int64_t row = 0; row < rows; ++row) {
      add_row(first_stream_ + static_cast<std::int64_t>(stream), k_ + row, gatherer, bundle);
    }
    bundle.keep.push_back(gatherer.source);
    if (gatherer.source != LaneSource::nothing) gatherer.source = LaneSource::kept;
  }
  const auto chunk_of = [this](std::int64_t k) {
    return need_.first + static_cast<std::uint32_t>(k / need_.chunk_rows);
  };
  bundle.portion = need_.chunk_rows == 0 ? need_.last : chunk_of(k_ + rows - 1);
  k_ += rows;
  bundle.release_before = need_.chunk_rows == 0 ? need_.first : chunk_of(k_);
  if (k_ == segment().K) {
    ++at_pass_;
    to_fetching_pass();
    bundle.release_before = more_ ? need_.first : memory_.portions.count(side_);
  }
  addresses_.forget(bundle.release_before);
  return true;
}

void LayerFetchProgram::add_row(std::int64_t stream, std::int64_t k, Gatherer& gatherer,
                                FetchBundle& bundle) {
  memory_.operand(side_).lanes_of(segment(), stream, k, lanes_);
  const SramLane* last = nullptr;
  for (const SramLane& lane : lanes_) {
    LaneSource source;
    if (lane.row.owner != SramLane::nothing) {
      // Lanes of the same row follow each other.
      if (last == nullptr || !(last->row == lane.row)) read(lane.row, k, gatherer, bundle);
      last = &lane;
      source = {gatherer.source, static_cast<std::uint8_t>(lane.lane)};
    }
    bundle.lanes.push_back(source);
  }
}

void LayerFetchProgram::read(const SramRow& row, std::int64_t k, Gatherer& gatherer,
                             FetchBundle& bundle) {
  if (gatherer.source != LaneSource::nothing && gatherer.row == row) return;
  gatherer.row = row;
  const auto found = std::find(requested_.begin(), requested_.end(), row);
  if (found - requested_.begin() >= LaneSource::nothing) {
    throw std::logic_error("a bundle of more rows than its lanes can name");
  }
  gatherer.source = static_cast<std::uint16_t>(found - requested_.begin());
  if (found != requested_.end()) return;
  PortionNeed need = need_;
  if (need.chunk_rows != 0) {
    need.first = need.last = need.first + static_cast<std::uint32_t>(k / need.chunk_rows);
  }
  bundle.requests.push_back(addresses_.find(need.first, need.last, row));
  requested_.push_back(row);
}

LayerPassProgram::LayerPassProgram(const MemoryPlan& memory, unsigned tile) : memory_(memory) {
  for (const Side side : both_sides) {
    passes_[static_cast<std::size_t>(side)] = memory.passes(side, tile);
  }
}

void LayerPassProgram::begin() {
  at_segment_ = 0;
  at_pass_ = 0;
  fetched_ = {};
  for (auto& rows : first_rows_) rows.clear();
}

bool LayerPassProgram::next(MemoryPass& pass) {
  while (at_segment_ < passes_[0].size() && at_pass_ == passes_[0][at_segment_].passes()) {
    ++at_segment_;
    at_pass_ = 0;
    for (auto& rows : first_rows_) rows.clear();
  }
  if (at_segment_ == passes_[0].size()) return false;
  const Segment& segment = memory_.plan.segments()[at_segment_];
  const std::uint64_t at = at_pass_++;
  pass.id = passes_[0][at_segment_].pass(at);
  pass.stream_rows = static_cast<std::uint64_t>(segment.K);
  pass.resumes = segment.block > 0;
  const std::int64_t row_group = passes_[0][at_segment_].row_group(at);
  const std::int64_t column_group = passes_[0][at_segment_].column_group(at);
  for (const Side side : both_sides) {
    const auto index = static_cast<std::size_t>(side);
    const ScratchpadPlan& plan = passes_[index][at_segment_];
    std::uint64_t& first_row = first_rows_[index][side == Side::b ? row_group : column_group];
    if (plan.fetches(at)) {
      first_row = fetched_[index];
      fetched_[index] += pass.stream_rows;
    }
    pass.streams[index] = {first_row, memory_.streams(side, segment, row_group, column_group),
                           plan.last_use(at), plan.left_over(at)};
  }
  return true;
}

}  // namespace tensordash
