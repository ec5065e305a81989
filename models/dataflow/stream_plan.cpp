#include "models/dataflow/stream_plan.h"

#include <algorithm>
#include <numeric>

namespace tensordash {
namespace {

std::int64_t blocks(std::int64_t count, std::int64_t size) {
  return (count + size - 1) / size;
}

std::vector<std::int64_t> all_of(std::int64_t count) {
  std::vector<std::int64_t> values(static_cast<std::size_t>(count));
  std::iota(values.begin(), values.end(), 0);
  return values;
}

/// Numbers x below `count` with (x * factor + shift) mod modulus == phase.
std::vector<std::int64_t> congruent(std::int64_t count, std::int64_t factor, std::int64_t shift,
                                    std::int64_t modulus, std::int64_t phase) {
  std::vector<std::int64_t> values;
  for (std::int64_t x = 0; x < count; ++x) {
    if ((x * factor + shift) % modulus == phase) values.push_back(x);
  }
  return values;
}

std::int64_t size_of(const std::vector<std::int64_t>& values) {
  return static_cast<std::int64_t>(values.size());
}

}  // namespace

StreamPlan::StreamPlan(Operation operation, SparseOperand sparse, const LayerShape& shape,
                       const StreamGeometry& geometry)
    : operation_(operation), sparse_(sparse), shape_(shape), geometry_(geometry) {
  for (std::int64_t group = 0; group < shape_.groups; ++group) add_segments(group);
}

void StreamPlan::add_segments(std::int64_t group) {
  Segment segment;
  segment.group = group;
  segment.taps_v = all_of(shape_.R);
  segment.taps_h = all_of(shape_.S);
  switch (operation_) {
    case Operation::forward:
      segment.out_v = all_of(shape_.P);
      segment.out_h = all_of(shape_.Q);
      add_segment(segment);
      return;
    case Operation::backward_weights:
      add_segment(segment);
      return;
    case Operation::backward_data:
      break;
  }
  if (!geometry_.dilation_zeros_removed) {
    segment.out_v = all_of(shape_.H);
    segment.out_h = all_of(shape_.W);
    add_segment(segment);
    return;
  }
  const auto [U_v, U_h] = shape_.stride;
  for (std::int64_t phase_v = 0; phase_v < U_v; ++phase_v) {
    segment.out_v = congruent(shape_.H, 1, shape_.padding[0], U_v, phase_v);
    segment.taps_v = congruent(shape_.R, shape_.dilation[0], 0, U_v, phase_v);
    if (segment.out_v.empty() || segment.taps_v.empty()) continue;
    for (std::int64_t phase_h = 0; phase_h < U_h; ++phase_h) {
      segment.out_h = congruent(shape_.W, 1, shape_.padding[1], U_h, phase_h);
      segment.taps_h = congruent(shape_.S, shape_.dilation[1], 0, U_h, phase_h);
      add_segment(segment);
    }
  }
}

void StreamPlan::add_segment(Segment segment) {
  const std::int64_t taps = size_of(segment.taps_v) * size_of(segment.taps_h);
  const std::int64_t positions = size_of(segment.out_v) * size_of(segment.out_h);
  const std::int64_t C = shape_.channels_per_group();
  const std::int64_t M = shape_.filters_per_group();
  switch (operation_) {
    case Operation::forward:
      segment.I = shape_.N * positions;
      segment.J = M;
      segment.K = taps * blocks(C, geometry_.lanes);
      break;
    case Operation::backward_data:
      segment.I = shape_.N * positions;
      segment.J = C;
      segment.K = taps * blocks(M, geometry_.lanes);
      break;
    case Operation::backward_weights:
      segment.I = sparse_ == SparseOperand::gradients ? M : C * taps;
      segment.J = sparse_ == SparseOperand::gradients ? C * taps : M;
      segment.K = blocks(shape_.N * shape_.P * shape_.Q, geometry_.lanes);
      break;
  }
  if (segment.I == 0 || segment.K == 0) return;
  segment.row_groups = blocks(segment.I, geometry_.rows);
  segment.column_groups = blocks(segment.J, geometry_.columns);
  segment.first_turn = turns_;
  turns_ += segment.passes();
  const std::int64_t whole = segment.K;
  const std::int64_t rows =
      geometry_.reduction_rows > 0 ? std::min(geometry_.reduction_rows, whole) : whole;
  segment.blocks = blocks(whole, rows);
  for (; segment.block < segment.blocks; ++segment.block) {
    segment.first_k = segment.block * rows;
    segment.K = std::min(rows, whole - segment.first_k);
    segment.first_pass = pass_count();
    segments_.push_back(segment);
  }
}

std::uint64_t StreamPlan::pass_count() const {
  return segments_.empty() ? 0 : segments_.back().first_pass + segments_.back().passes();
}

PassPlace StreamPlan::pass(std::uint64_t id) const {
  const auto after = std::upper_bound(
      segments_.begin(), segments_.end(), id,
      [](std::uint64_t pass, const Segment& segment) { return pass < segment.first_pass; });
  const Segment& segment = *(after - 1);
  const auto within = static_cast<std::int64_t>(id - segment.first_pass);
  PassPlace place;
  place.segment = &segment;
  place.number = id - segment.first_pass;
  place.first_i = within / segment.column_groups * geometry_.rows;
  place.first_j = within % segment.column_groups * geometry_.columns;
  place.rows =
      static_cast<unsigned>(std::min<std::int64_t>(geometry_.rows, segment.I - place.first_i));
  place.columns =
      static_cast<unsigned>(std::min<std::int64_t>(geometry_.columns, segment.J - place.first_j));
  return place;
}

std::int64_t StreamPlan::output_count() const {
  switch (operation_) {
    case Operation::forward:
      return shape_.output_count();
    case Operation::backward_data:
      return shape_.activation_count();
    case Operation::backward_weights:
      break;
  }
  return shape_.weight_count();
}

std::int64_t StreamPlan::output_index(const Segment& segment, std::int64_t i,
                                      std::int64_t j) const {
  const std::int64_t C = shape_.channels_per_group();
  const std::int64_t M = shape_.filters_per_group();
  if (operation_ == Operation::backward_weights) {
    const std::int64_t filter_size = C * shape_.R * shape_.S;
    const bool gradients = sparse_ == SparseOperand::gradients;
    const std::int64_t m = gradients ? i : j;
    const std::int64_t within = gradients ? j : i;
    return (segment.group * M + m) * filter_size + within;
  }
  const std::int64_t x = segment.out_h[static_cast<std::size_t>(i % size_of(segment.out_h))];
  const std::int64_t above = i / size_of(segment.out_h);
  const std::int64_t y = segment.out_v[static_cast<std::size_t>(above % size_of(segment.out_v))];
  const std::int64_t n = above / size_of(segment.out_v);
  if (operation_ == Operation::forward) {
    return ((n * shape_.M + segment.group * M + j) * shape_.P + y) * shape_.Q + x;
  }
  return ((n * shape_.C + segment.group * C + j) * shape_.H + y) * shape_.W + x;
}

std::optional<OutputPlace> StreamPlan::output_place(std::int64_t index) const {
  const std::int64_t C = shape_.channels_per_group();
  const std::int64_t M = shape_.filters_per_group();
  if (operation_ == Operation::backward_weights) {
    const std::int64_t filter_size = C * shape_.R * shape_.S;
    const std::int64_t m = index / filter_size;
    const std::int64_t within = index % filter_size;
    for (const Segment& segment : segments_) {
      if (segment.group != m / M || !segment.last_block()) continue;
      if (sparse_ == SparseOperand::gradients) return OutputPlace{&segment, m % M, within};
      return OutputPlace{&segment, within, m % M};
    }
    return std::nullopt;
  }
  const bool forward = operation_ == Operation::forward;
  const std::int64_t height = forward ? shape_.P : shape_.H;
  const std::int64_t width = forward ? shape_.Q : shape_.W;
  const std::int64_t channels = forward ? shape_.M : shape_.C;
  const std::int64_t a_group = forward ? M : C;
  const std::int64_t x = index % width;
  const std::int64_t y = index / width % height;
  const std::int64_t channel = index / width / height % channels;
  const std::int64_t n = index / width / height / channels;
  for (const Segment& segment : segments_) {
    if (segment.group != channel / a_group || !segment.last_block()) continue;
    const auto v = std::lower_bound(segment.out_v.begin(), segment.out_v.end(), y);
    const auto h = std::lower_bound(segment.out_h.begin(), segment.out_h.end(), x);
    if (v == segment.out_v.end() || *v != y || h == segment.out_h.end() || *h != x) continue;
    const std::int64_t row = n * size_of(segment.out_v) + (v - segment.out_v.begin());
    return OutputPlace{&segment, row * size_of(segment.out_h) + (h - segment.out_h.begin()),
                       channel % a_group};
  }
  return std::nullopt;
}

std::uint64_t StreamPlan::pass_of(const OutputPlace& place) const {
  const std::int64_t row_group = place.i / geometry_.rows;
  const std::int64_t column_group = place.j / geometry_.columns;
  return place.segment->first_pass +
         static_cast<std::uint64_t>(row_group * place.segment->column_groups + column_group);
}

}  // namespace tensordash
