#include "models/memory/fetch_timeline.h"

#include <algorithm>
#include <limits>

namespace tensordash {
namespace {

std::uint64_t power_of_two_above(std::uint64_t value) {
  std::uint64_t power = 1;
  while (power <= value) power *= 2;
  return power;
}

/// Stream rows that a tile can fetch in an operation, at most.
std::uint64_t most_rows(const std::vector<FetchTimeline::SegmentFetch>& segments) {
  std::uint64_t rows = 1;
  for (const FetchTimeline::SegmentFetch& each : segments) {
    rows += each.segment->passes() * static_cast<std::uint64_t>(each.segment->K);
  }
  return rows;
}

}  // namespace

FetchTimeline::FetchTimeline(Side side, unsigned tile, unsigned tiles, const PortionPlan& plan,
                             const std::vector<SegmentFetch>& segments,
                             const MemoryParameters& parameters, const LandingLog& landings)
    : side_(side),
      tile_(tile),
      tiles_(tiles),
      plan_(plan),
      segments_(segments),
      landings_(landings),
      capacity_(parameters.scratchpad_rows()),
      bundle_rows_(parameters.sram_rows_per_clock),
      mask_(power_of_two_above(2 * std::min(capacity_, most_rows(segments))) - 1),
      ready_(mask_ + 1),
      shrunk_at_(mask_ + 1),
      bundles_(mask_ + 1) {
  for (const SegmentFetch& each : segments_) {
    passes_.emplace_back(*each.segment, side, each.use, tiles_, tile_);
  }
  at_pass_ = std::numeric_limits<std::uint64_t>::max();  // wraps to the first
  next_pass();
}

/// Goes to the next pass that fetches, and lets go of the portions that only earlier ones need.
void FetchTimeline::next_pass() {
  ++at_pass_;
  while (at_segment_ < segments_.size()) {
    while (at_pass_ < passes_[at_segment_].passes() && !passes_[at_segment_].fetches(at_pass_)) {
      ++at_pass_;
    }
    if (at_pass_ < passes_[at_segment_].passes()) break;
    ++at_segment_;
    at_pass_ = 0;
  }
  more_ = at_segment_ < segments_.size();
  if (more_) enter_pass();
  const Edge released = bundle_ == 0 ? 0 : free_ - 1;
  releases_.push_back({released, more_ ? need_.first : plan_.count(side_)});
}

void FetchTimeline::enter_pass() {
  const ScratchpadPlan& passes = passes_[at_segment_];
  const Segment& segment = *segments_[at_segment_].segment;
  const std::int64_t row_group = passes.row_group(at_pass_);
  const std::int64_t column_group = passes.column_group(at_pass_);
  need_ = plan_.need(side_, at_segment_, row_group, column_group);
  cost_ = &segments_[at_segment_].costs->of(side_ == Side::b ? row_group : column_group);
  at_bundle_ = 0;
  stream_rows_ = static_cast<std::uint64_t>(segment.K);
  streams_ = cost_->streams;
  sram_reads_ += cost_->reads;
  conflicts_ += cost_->conflicts;
  bundles_read_ += cost_->clocks.size();
  scratchpad_writes_ += stream_rows_ * streams_;
}

bool FetchTimeline::fetch() {
  if (!more_) return false;
  const std::uint64_t k = std::uint64_t{at_bundle_} * bundle_rows_;
  const std::uint64_t rows = std::min<std::uint64_t>(bundle_rows_, stream_rows_ - k);
  const std::uint32_t portion =
      need_.chunk_rows == 0
          ? need_.last
          : need_.first + static_cast<std::uint32_t>((k + rows - 1) / need_.chunk_rows);
  Bundle bundle;
  bundle.portion = portion;
  const Edge landed = landings_.landed(side_, portion);
  if (landed == never) return false;
  bundle.available = landed + 1;
  if (fetched_ + rows > capacity_) {
    const std::uint64_t must_have_left = fetched_ + rows - capacity_;
    if (must_have_left > shrunk_) return false;
    bundle.room = shrunk_at_[(must_have_left - 1) & mask_] + 1;
  }
  bundle.start = std::max({free_, bundle.available, bundle.room});
  bundle.clocks = cost_->clocks[at_bundle_];
  free_ = bundle.start + bundle.clocks;
  for (std::uint64_t row = 0; row < rows; ++row) ready_[fetched_++ & mask_] = free_ + latency - 1;
  bundle.last_row = fetched_;
  bundles_[bundle_++ & mask_] = bundle;
  ++at_bundle_;
  if (k + rows == stream_rows_) {
    next_pass();
  } else if (need_.chunk_rows != 0) {
    const auto next = static_cast<std::uint32_t>((k + rows) / need_.chunk_rows);
    if (need_.first + next > portion) releases_.push_back({free_ - 1, need_.first + next});
  }
  return true;
}

LandingLog::Reason FetchTimeline::reason(std::uint64_t row, Edge edge) const {
  // The bundle that brings the row, and from there back to the one that was being read.
  std::uint64_t bundle = bundle_ - 1;
  const std::uint64_t oldest = bundle_ > mask_ ? bundle_ - mask_ : 0;
  while (bundle > oldest && bundles_[(bundle - 1) & mask_].last_row >= row) --bundle;
  const Edge there = ready_[(row - 1) & mask_];
  if (bundles_[bundle & mask_].start <= edge) {
    const Bundle& last = bundles_[bundle & mask_];
    if (edge > last.start && edge < last.start + last.clocks) {
      return {StallCause::bank_conflict, last.start + last.clocks};
    }
    return {StallCause::sram, edge == last.start ? edge + 1 : there};
  }
  while (bundle > oldest && bundles_[(bundle - 1) & mask_].start > edge) --bundle;
  const Bundle& next = bundles_[bundle & mask_];
  if (bundle > oldest) {
    const Bundle& present = bundles_[(bundle - 1) & mask_];
    const Edge end = present.start + present.clocks;
    if (edge == present.start) return {StallCause::sram, edge + 1};
    if (edge < end) return {StallCause::bank_conflict, end};
  }
  if (edge < next.available) {
    // What the loads did at the edge before is what is seen now.
    LandingLog::Reason reason = landings_.reason(side_, next.portion, edge - 1);
    reason.until = std::min(reason.until + 1, next.available);
    return reason;
  }
  if (edge < next.room) return {StallCause::scratchpad, next.room};
  return {StallCause::sram, edge + 1};
}

}  // namespace tensordash
