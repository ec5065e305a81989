#include "models/mapping/output_plan.h"

#include <algorithm>

namespace tensordash {

TensorLayout output_layout(Operation operation, const LayerShape& shape, unsigned lanes) {
  switch (operation) {
    case Operation::forward:
      return TensorLayout::of_outputs(shape, lanes);
    case Operation::backward_data:
      return TensorLayout::of_activations(shape, lanes);
    case Operation::backward_weights:
      break;
  }
  return TensorLayout::of_weights(shape, lanes);
}

OutputPlan::OutputPlan(const StreamPlan& plan)
    : plan_(plan), layout_(output_layout(plan.operation(), plan.shape(), plan.geometry().lanes)) {
  passes_into_.assign(static_cast<std::size_t>(layout_.groups()), 0);
  for (const Segment& segment : plan.segments()) {
    rows_.push_back(segment.last_block() ? parts(segment, true) : Parts());
    columns_.push_back(segment.last_block() ? parts(segment, false) : Parts());
    // Every row part meets every column part.
    const auto count = [&](const Parts& of_groups) {
      std::vector<std::pair<std::int64_t, std::uint32_t>> counts;
      std::vector<std::int64_t> all;
      for (const auto& of_group : of_groups)
        all.insert(all.end(), of_group.begin(), of_group.end());
      std::sort(all.begin(), all.end());
      for (const std::int64_t each : all) {
        if (counts.empty() || counts.back().first != each) counts.emplace_back(each, 0);
        ++counts.back().second;
      }
      return counts;
    };
    if (!segment.last_block()) continue;
    const auto columns = count(columns_.back());
    for (const auto& [row_part, rows] : count(rows_.back())) {
      for (const auto& [column_part, of_columns] : columns) {
        passes_into_[static_cast<std::size_t>(row_part + column_part)] += rows * of_columns;
      }
    }
  }
}

/// The output side of a stream: where its index puts an output among the groups.
std::int64_t OutputPlan::part(const Segment& segment, bool row_side, std::int64_t index) const {
  const LayerShape& shape = plan_.shape();
  const std::int64_t lanes = layout_.lanes();
  if (plan_.operation() == Operation::backward_weights) {
    const bool filters = row_side == (plan_.sparse() == SparseOperand::gradients);
    if (filters) return layout_.weight_group(segment.group, index / lanes, 0, 0, 0);
    const std::int64_t taps = shape.R * shape.S;
    const std::int64_t tap = index % taps;
    return layout_.weight_group(0, 0, tap / shape.S, tap % shape.S, index / taps / lanes);
  }
  if (!row_side) {
    return segment.group * layout_.channel_blocks_per_group() + index / lanes;
  }
  const auto width = static_cast<std::int64_t>(segment.out_h.size());
  const auto height = static_cast<std::int64_t>(segment.out_v.size());
  const std::int64_t x = segment.out_h[static_cast<std::size_t>(index % width)];
  const std::int64_t y = segment.out_v[static_cast<std::size_t>(index / width % height)];
  const std::int64_t n = index / width / height;
  const bool forward = plan_.operation() == Operation::forward;
  const std::int64_t rows = forward ? shape.P : shape.H;
  const std::int64_t columns = forward ? shape.Q : shape.W;
  if (rows * columns == 1) return layout_.position_group(0, n / lanes, 0);
  return layout_.position_group(n * rows + y, x / lanes, 0);
}

OutputPlan::Parts OutputPlan::parts(const Segment& segment, bool row_side) const {
  const std::int64_t count = row_side ? segment.I : segment.J;
  const std::int64_t per = row_side ? plan_.geometry().rows : plan_.geometry().columns;
  Parts parts;
  for (std::int64_t first = 0; first < count; first += per) {
    std::vector<std::int64_t> found;
    for (std::int64_t index = first; index < std::min(count, first + per); ++index) {
      const std::int64_t at = part(segment, row_side, index);
      if (std::find(found.begin(), found.end(), at) == found.end()) found.push_back(at);
    }
    parts.push_back(std::move(found));
  }
  return parts;
}

void OutputPlan::groups_of(std::size_t segment, std::int64_t row_group, std::int64_t column_group,
                           std::vector<std::int64_t>& groups) const {
  for (const std::int64_t row : rows_[segment][static_cast<std::size_t>(row_group)]) {
    for (const std::int64_t column : columns_[segment][static_cast<std::size_t>(column_group)]) {
      groups.push_back(row + column);
    }
  }
}

std::uint64_t OutputPlan::least_room(unsigned tiles) const {
  std::vector<std::uint32_t> missing = passes_into_;
  std::vector<std::vector<std::uint64_t>> waiting(missing.size());  // [group] passes
  std::vector<std::uint32_t> open(static_cast<std::size_t>(plan_.pass_count()));
  std::vector<std::uint64_t> held(tiles, 0);
  std::uint64_t most = 0;
  std::vector<std::int64_t> groups;
  for (std::size_t segment = 0; segment < plan_.segments().size(); ++segment) {
    const Segment& of = plan_.segments()[segment];
    for (std::uint64_t at = 0; at < of.passes(); ++at) {
      const std::uint64_t id = of.first_pass + at;
      const unsigned tile = of.tile(at, tiles);
      if (of.block == 0) most = std::max(most, ++held[tile]);
      if (!of.last_block()) continue;
      groups.clear();
      groups_of(segment, static_cast<std::int64_t>(at) / of.column_groups,
                static_cast<std::int64_t>(at) % of.column_groups, groups);
      open[static_cast<std::size_t>(id)] = static_cast<std::uint32_t>(groups.size());
      for (const std::int64_t group : groups) {
        auto& passes = waiting[static_cast<std::size_t>(group)];
        passes.push_back(id);
        if (--missing[static_cast<std::size_t>(group)] > 0) continue;
        for (const std::uint64_t pass : passes) {
          if (--open[static_cast<std::size_t>(pass)] == 0) {
            --held[plan_.tile_of(pass, tiles)];
          }
        }
        std::vector<std::uint64_t>().swap(passes);
      }
    }
  }
  return most;
}

}  // namespace tensordash
