#include "models/memory/store_timeline.h"

#include <algorithm>
#include <utility>

namespace tensordash {

StoreTimeline::StoreTimeline(const OutputPlan& plan, const StoredTensor& image,
                             const MemoryParameters& parameters,
                             std::function<void(unsigned, Edge)> taken)
    : plan_(plan),
      image_(image),
      rows_per_clock_(parameters.dma_rows_per_clock),
      taken_(std::move(taken)),
      completed_(static_cast<std::size_t>(plan.layout().groups()), 0),
      members_(static_cast<std::size_t>(plan.layout().groups())),
      left_(plan.layout().groups()) {
  for (std::int64_t group = 0; group < left_; ++group) {
    missing_.push_back(plan.passes_into(group));
    // Outputs that no window reaches are +0 and are written all the same.
    if (missing_.back() == 0) collected_.push({0, group});
  }
}

void StoreTimeline::result(unsigned tile, const ResultEvent& result) {
  groups_.clear();
  plan_.groups_of(result.segment, result.row_group, result.column_group, groups_);
  std::uint32_t number = 0;
  if (free_results_.empty()) {
    number = static_cast<std::uint32_t>(results_.size());
    results_.emplace_back();
  } else {
    number = free_results_.back();
    free_results_.pop_back();
  }
  results_[number] = {tile, static_cast<std::uint32_t>(groups_.size())};
  for (const std::int64_t group : groups_) {
    const auto at = static_cast<std::size_t>(group);
    members_[at].push_back(number);
    Edge& completed = completed_[at];
    completed = std::max(completed, result.edge);
    if (--missing_[at] == 0) collected_.push({completed, group});
  }
}

void StoreTimeline::run(Edge edge) {
  while (!collected_.empty() && writes_.size() < dma_most_writes_waiting) {
    // Groups are begun at the edges when they can be, not later ones.
    const Edge start = std::max(collected_.top().edge + 1, free_);
    if (start > edge) return;
    const std::int64_t group = collected_.top().group;
    collected_.pop();
    store(group, std::max(start, edge));
  }
}

Edge StoreTimeline::next(Edge edge) const {
  if (collected_.empty() || writes_.size() >= dma_most_writes_waiting) return never;
  return std::max({collected_.top().edge + 1, free_, edge + 1});
}

void StoreTimeline::store(std::int64_t group, Edge start) {
  const auto at = static_cast<std::size_t>(group);
  const unsigned width = plan_.layout().extent(group).width;
  free_ = start + (width + rows_per_clock_ - 1) / rows_per_clock_;
  result_reads_ += members_[at].size();
  for (const std::uint32_t number : members_[at]) {
    if (--results_[number].groups > 0) continue;
    taken_(results_[number].tile, free_);
    free_results_.push_back(number);
  }
  std::vector<std::uint32_t>().swap(members_[at]);
  split(free_, image_.data_base + at * image_.slot_bytes, image_.slot_bytes);
  --left_;
}

void StoreTimeline::split(Edge edge, std::uint64_t address, std::uint64_t bytes) {
  bytes_ += bytes;
  while (bytes > 0) {
    const auto part = static_cast<unsigned>(
        std::min<std::uint64_t>(bytes, dma_request_bytes - address % dma_request_bytes));
    writes_.push_back({edge, address, part});
    address += part;
    bytes -= part;
  }
}

}  // namespace tensordash
