#include "models/memory/tile_timeline.h"

#include <algorithm>

namespace tensordash {

TileTimeline::TileTimeline(unsigned tile, const Machine& machine, const PortionPlan& plan,
                           const std::array<std::vector<FetchTimeline::SegmentFetch>, 2>& segments,
                           const std::vector<SegmentPace>& paces,
                           const MemoryParameters& parameters, const LandingLog& landings)
    : machine_(machine),
      segments_(segments),
      paces_(paces),
      scratchpad_banks_(parameters.scratchpad_banks),
      fetches_{
          FetchTimeline(Side::b, tile, machine.tiles, plan, segments[0], parameters, landings),
          FetchTimeline(Side::a, tile, machine.tiles, plan, segments[1], parameters, landings)} {
  for (const Side side : both_sides) {
    const auto at = static_cast<std::size_t>(side);
    for (const auto& each : segments_[at]) {
      plans_[at].emplace_back(*each.segment, side, each.use, machine.tiles, tile);
    }
  }
  has_next_ = next_pass(next_);
  done_ = !has_next_;
}

/// The pass after the one that was asked for last.
bool TileTimeline::next_pass(Pass& pass) {
  while (at_segment_ < plans_[0].size() && at_pass_ == plans_[0][at_segment_].passes()) {
    ++at_segment_;
    at_pass_ = 0;
  }
  if (at_segment_ == plans_[0].size()) return false;
  pass.segment = at_segment_;
  pass.at = at_pass_++;
  const Segment& segment = *segments_[0][pass.segment].segment;
  pass.of = &segment;
  pass.K = static_cast<std::uint64_t>(segment.K);
  const std::int64_t row_group = plans_[0][pass.segment].row_group(pass.at);
  const std::int64_t column_group = plans_[0][pass.segment].column_group(pass.at);
  for (const Side side : both_sides) {
    const auto at = static_cast<std::size_t>(side);
    SideUse& use = pass.sides[at];
    use.fetched = plans_[at][pass.segment].fetches(pass.at);
    use.last_use = plans_[at][pass.segment].last_use(pass.at);
    use.left_over = plans_[at][pass.segment].left_over(pass.at);
    use.streams =
        segments_[at][pass.segment].costs->of(side == Side::b ? row_group : column_group).streams;
    if (use.fetched) {
      use.base = rows_taken_[at];
      rows_taken_[at] += pass.K;
    }
  }
  pass.advance = nullptr;
  if (!paces_.empty()) {
    const SegmentPace& pace = paces_[pass.segment];
    const std::int64_t at =
        pace.by_pass ? row_group * segment.column_groups + column_group : row_group;
    pass.advance = pace.advance.data() + pace.first[static_cast<std::size_t>(at)];
  }
  return true;
}

/// CM must have room for the outputs of a pass that begins at `edge` or later; later blocks find
/// their place there.
bool TileTimeline::room_for_result(Edge& edge) const {
  if (results_reserved_ < machine_.result_room) return true;
  const std::uint64_t must_be_taken = results_reserved_ - machine_.result_room + 1;
  if (must_be_taken > results_known_ + results_taken_.size()) return false;
  if (must_be_taken > results_known_) {
    edge = results_taken_[static_cast<std::size_t>(must_be_taken - results_known_ - 1)] + 1;
  }
  return true;
}

bool TileTimeline::enter(const Pass& pass, std::uint64_t from, std::uint64_t to, bool starts_pass) {
  Edge room = 0;
  const bool reserves = starts_pass && pass.of->block == 0;
  if (reserves && !room_for_result(room)) return false;
  std::array<Edge, 2> ready{};
  std::array<std::uint64_t, 2> rows{};
  Edge edge = std::max(now_ + 1, room);
  for (std::size_t side = 0; side < 2; ++side) {
    if (!pass.sides[side].fetched || to == from) continue;
    rows[side] = pass.sides[side].base + to;
    ready[side] = fetches_[side].ready(rows[side]);
    if (ready[side] == never) return false;
    edge = std::max(edge, ready[side]);
  }
  const std::uint64_t entering = to - from;
  if (entering > scratchpad_banks_) edge += (entering - 1) / scratchpad_banks_;
  if (edge > now_ + 1) count_stalls(now_ + 1, edge, room, rows, ready);
  now_ = edge;
  for (std::size_t side = 0; side < 2; ++side) {
    const SideUse& use = pass.sides[side];
    if (use.last_use) fetches_[side].shrink(entering, edge);
    if (to == pass.K && entering > 0) fetches_[side].shrink(use.left_over, edge);
    scratchpad_reads_ += entering * use.streams;
  }
  if (starts_pass && !reserves) ++partial_reads_;
  if (reserves) {
    ++results_reserved_;
    while (results_known_ + machine_.result_room < results_reserved_) {
      results_taken_.pop_front();
      ++results_known_;
    }
  }
  return true;
}

void TileTimeline::count_stalls(Edge from, Edge to, Edge room,
                                const std::array<std::uint64_t, 2>& rows,
                                const std::array<Edge, 2>& ready) {
  for (Edge edge = from; edge < to;) {
    LandingLog::Reason reason{StallCause::scratchpad, to};
    if (edge < room) {
      reason = {StallCause::credit, room};
    } else if (edge < ready[0]) {
      reason = fetches_[0].reason(rows[0], edge);
      reason.until = std::min(reason.until, ready[0]);
    } else if (edge < ready[1]) {
      reason = fetches_[1].reason(rows[1], edge);
      reason.until = std::min(reason.until, ready[1]);
    }
    const Edge until = std::min(reason.until, to);
    stalls_[static_cast<std::size_t>(reason.cause)] += until - edge;
    edge = until;
  }
}

void TileTimeline::run() {
  if (!begun_ && !done_) {
    if (enter(next_, 0, std::min<std::uint64_t>(machine_.depth, next_.K), true)) {
      note_edge();
      begun_ = true;
      pass_ = next_;
      has_next_ = next_pass(next_);
      entered_ = std::min<std::uint64_t>(machine_.depth, pass_.K);
      position_ = step_ = 0;
    }
  }
  while (begun_ && !done_) {
    const std::uint64_t advance = pass_.advance == nullptr ? 1 : pass_.advance[step_];
    const std::uint64_t position = position_ + advance;
    if (position < pass_.K) {
      const std::uint64_t to = std::min(pass_.K, position + machine_.depth);
      if (!enter(pass_, entered_, to, false)) break;
      note_edge();
      entered_ = to;
      position_ = position;
      ++step_;
      ++steps_;
      continue;
    }
    const std::uint64_t first_rows =
        has_next_ ? std::min<std::uint64_t>(machine_.depth, next_.K) : 0;
    if (has_next_) {
      if (!enter(next_, 0, first_rows, true)) break;
    } else {
      ++now_;
    }
    note_edge();
    ++steps_;
    if (pass_.of->last_block()) {
      results_.push_back({now_ + result_latency, static_cast<std::uint32_t>(pass_.segment),
                          plans_[0][pass_.segment].row_group(pass_.at),
                          plans_[0][pass_.segment].column_group(pass_.at)});
    } else {
      ++partial_writes_;
    }
    if (!has_next_) {
      done_ = true;
      break;
    }
    pass_ = next_;
    has_next_ = next_pass(next_);
    entered_ = first_rows;
    position_ = step_ = 0;
  }
  for (FetchTimeline& fetch : fetches_) fetch.run_ahead();
}

}  // namespace tensordash
