#include "models/mapping/side_operand.h"

#include <algorithm>
#include <numeric>

namespace tensordash {
namespace {

std::int64_t size_of(const std::vector<std::int64_t>& values) {
  return static_cast<std::int64_t>(values.size());
}

OperandTensor tensor_of(const StreamPlan& plan, Side side) {
  switch (plan.operation()) {
    case Operation::forward:
      return side == Side::b ? OperandTensor::activations : OperandTensor::weights;
    case Operation::backward_data:
      return side == Side::b ? OperandTensor::gradients : OperandTensor::weights;
    case Operation::backward_weights:
      break;
  }
  const bool gradients_b = plan.sparse() == SparseOperand::gradients;
  return (side == Side::b) == gradients_b ? OperandTensor::gradients : OperandTensor::activations;
}

AccessKind kind_of(const StreamPlan& plan, Side side) {
  switch (plan.operation()) {
    case Operation::forward:
      return side == Side::b ? AccessKind::windows : AccessKind::filters;
    case Operation::backward_data:
      return side == Side::b ? AccessKind::windows : AccessKind::turned_filters;
    case Operation::backward_weights:
      break;
  }
  return AccessKind::positions;
}

TensorLayout layout_of(const StreamPlan& plan, OperandTensor tensor) {
  const LayerShape& shape = plan.shape();
  const unsigned lanes = plan.geometry().lanes;
  switch (tensor) {
    case OperandTensor::activations:
      return TensorLayout::of_activations(shape, lanes);
    case OperandTensor::gradients:
      return TensorLayout::of_outputs(shape, lanes);
    case OperandTensor::weights:
      break;
  }
  return TensorLayout::of_weights(shape, lanes);
}

}  // namespace

SideOperand::SideOperand(const StreamPlan& plan, Side side)
    : plan_(plan),
      side_(side),
      tensor_(tensor_of(plan, side)),
      kind_(kind_of(plan, side)),
      layout_(layout_of(plan, tensor_)) {
  const LayerShape& shape = plan.shape();
  const std::int64_t taps = shape.R * shape.S;
  const bool activations = tensor_ == OperandTensor::activations;
  one_position_ = activations ? shape.H * shape.W == 1 : shape.P * shape.Q == 1;
  switch (kind_) {
    case AccessKind::windows:
      channels_ = activations ? shape.channels_per_group() : shape.filters_per_group();
      break;
    case AccessKind::filters:
      channels_ = shape.filters_per_group();
      rows_per_channel_ = taps * blocks(shape.channels_per_group(), layout_.lanes());
      break;
    case AccessKind::turned_filters:
      channels_ = shape.channels_per_group();
      rows_per_channel_ = taps * blocks(shape.filters_per_group(), layout_.lanes());
      break;
    case AccessKind::positions:
      channels_ = activations ? shape.channels_per_group() : shape.filters_per_group();
      rows_per_channel_ = layout_.lines() * layout_.x_blocks();
      if (activations) taps_of_stream_ = taps;
      break;
  }
}

std::int64_t SideOperand::operand_row(std::int64_t out, std::int64_t tap, int axis) const {
  const LayerShape& shape = plan_.shape();
  const auto at = static_cast<std::size_t>(axis);
  const std::int64_t stride = shape.stride[at];
  const std::int64_t reach = tap * shape.dilation[at];
  if (plan_.operation() == Operation::backward_data) {
    const std::int64_t place = out + shape.padding[at] - reach;
    if (place < 0 || place % stride != 0) return -1;
    const std::int64_t size = axis == 0 ? shape.P : shape.Q;
    return place / stride < size ? place / stride : -1;
  }
  const std::int64_t place = out * stride - shape.padding[at] + reach;
  const std::int64_t size = axis == 0 ? shape.H : shape.W;
  return place >= 0 && place < size ? place : -1;
}

std::int64_t SideOperand::line(const Segment& segment, std::int64_t n, std::int64_t y,
                               std::int64_t tap) const {
  const std::int64_t row = operand_row(segment.out_v[static_cast<std::size_t>(y)],
                                       segment.taps_v[static_cast<std::size_t>(tap)], 0);
  if (row < 0) return -1;
  if (one_position_) return 0;
  const LayerShape& shape = plan_.shape();
  return n * (tensor_ == OperandTensor::activations ? shape.H : shape.P) + row;
}

void SideOperand::window_rows(const Segment& segment, std::int64_t stream, std::int64_t k,
                              std::vector<SramRow>& rows) const {
  const std::int64_t width = size_of(segment.out_h);
  const std::int64_t height = size_of(segment.out_v);
  const std::int64_t n = stream / width / height;
  const std::int64_t channel_blocks = layout_.channel_blocks_per_group();
  const std::int64_t tap = k / channel_blocks;
  const std::int64_t at_line =
      line(segment, n, stream / width % height, tap / size_of(segment.taps_h));
  const std::int64_t column =
      operand_row(segment.out_h[static_cast<std::size_t>(stream % width)],
                  segment.taps_h[static_cast<std::size_t>(tap % size_of(segment.taps_h))], 1);
  if (at_line < 0 || column < 0) return;
  const std::int64_t x = one_position_ ? n : column;
  rows.push_back({at_line * layout_.width() + x, k % channel_blocks});
}

template <typename Take>
void SideOperand::visit_positions(std::int64_t stream, std::int64_t k, const Take& take) const {
  const LayerShape& shape = plan_.shape();
  const bool activations = tensor_ == OperandTensor::activations;
  const std::int64_t tap = stream % taps_of_stream_;
  const std::int64_t count = shape.N * shape.P * shape.Q;
  const std::int64_t end = std::min<std::int64_t>(count, (k + 1) * layout_.lanes());
  const std::int64_t owner = channel(stream);
  for (std::int64_t position = k * layout_.lanes(); position < end; ++position) {
    std::int64_t h = position / shape.Q % shape.P;
    std::int64_t w = position % shape.Q;
    const std::int64_t n = position / shape.Q / shape.P;
    if (activations) {
      h = operand_row(h, tap / shape.S, 0);
      w = operand_row(w, tap % shape.S, 1);
      if (h < 0 || w < 0) continue;
    }
    const std::int64_t height = activations ? shape.H : shape.P;
    const std::int64_t at_line = one_position_ ? 0 : n * height + h;
    const std::int64_t x = one_position_ ? n : w;
    take(static_cast<std::size_t>(position - k * layout_.lanes()),
         SramRow{owner, at_line * layout_.x_blocks() + x / layout_.lanes()},
         static_cast<unsigned>(x % layout_.lanes()));
  }
}

void SideOperand::rows_of(const Segment& segment, std::int64_t stream, std::int64_t of_block,
                          std::vector<SramRow>& rows) const {
  const std::int64_t k = segment.first_k + of_block;
  switch (kind_) {
    case AccessKind::windows:
      window_rows(segment, stream, k, rows);
      break;
    case AccessKind::filters:
      rows.push_back({stream, k});
      break;
    case AccessKind::turned_filters: {
      // Removed dilation zeros leave only some of the taps in a segment.
      const std::int64_t filter_blocks = layout_.x_blocks();
      const std::int64_t tap = k / filter_blocks;
      const std::int64_t r =
          segment.taps_v[static_cast<std::size_t>(tap / size_of(segment.taps_h))];
      const std::int64_t s =
          segment.taps_h[static_cast<std::size_t>(tap % size_of(segment.taps_h))];
      rows.push_back({stream, (r * plan_.shape().S + s) * filter_blocks + k % filter_blocks});
      break;
    }
    case AccessKind::positions: {
      const std::size_t before = rows.size();
      visit_positions(stream, k, [&](std::size_t /*lane*/, const SramRow& row, unsigned /*from*/) {
        if (rows.size() == before || !(rows.back() == row)) rows.push_back(row);
      });
      break;
    }
  }
}

std::vector<std::int64_t> SideOperand::places(const Segment& segment) const {
  std::vector<std::int64_t> found;
  if (segment.blocks == 1) {
    found.resize(static_cast<std::size_t>(rows_per_channel_));
    std::iota(found.begin(), found.end(), 0);
    return found;
  }
  std::vector<bool> read(static_cast<std::size_t>(rows_per_channel_), false);
  std::vector<SramRow> rows;
  // Channels are alike; the streams of one differ by their taps.
  for (std::int64_t stream = 0; stream < taps_of_stream_; ++stream) {
    for (std::int64_t k = 0; k < segment.K; ++k) {
      rows.clear();
      rows_of(segment, stream, k, rows);
      for (const SramRow& row : rows) read[static_cast<std::size_t>(row.place)] = true;
    }
  }
  for (std::int64_t place = 0; place < rows_per_channel_; ++place) {
    if (read[static_cast<std::size_t>(place)]) found.push_back(place);
  }
  return found;
}

std::vector<std::int64_t> SideOperand::window_blocks(const Segment& segment) const {
  const std::int64_t all = layout_.channel_blocks_per_group();
  std::vector<std::int64_t> found;
  for (std::int64_t block = 0; block < all; ++block) {
    // The first stream row from the block's on that reads these channels.
    const std::int64_t k = (block - segment.first_k % all + all) % all;
    if (k < segment.K) found.push_back(block);
  }
  return found;
}

void SideOperand::lanes_of(const Segment& segment, std::int64_t stream, std::int64_t k,
                           std::vector<SramLane>& lanes) const {
  lanes.assign(static_cast<std::size_t>(layout_.lanes()), {});
  if (kind_ == AccessKind::positions) {
    visit_positions(stream, segment.first_k + k,
                    [&](std::size_t lane, const SramRow& row, unsigned from) {
                      lanes[lane] = {row, from};
                    });
    return;
  }
  std::vector<SramRow> rows;
  rows_of(segment, stream, k, rows);
  if (rows.empty()) return;
  for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
    lanes[lane] = {rows.front(), static_cast<unsigned>(lane)};
  }
}

unsigned SideOperand::bank(const SramRow& row, unsigned banks) const {
  switch (kind_) {
    case AccessKind::windows:
      return static_cast<unsigned>(row.owner % layout_.width() % banks);
    case AccessKind::filters:
    case AccessKind::turned_filters:
      return static_cast<unsigned>(row.owner % banks);
    case AccessKind::positions:
      break;
  }
  return static_cast<unsigned>((row.owner + row.place) % banks);
}

std::int64_t SideOperand::group(const Segment& segment, const SramRow& row) const {
  const std::int64_t lanes = layout_.lanes();
  const std::int64_t first_block = segment.group * layout_.channel_blocks_per_group();
  switch (kind_) {
    case AccessKind::windows: {
      const std::int64_t at_line = row.owner / layout_.width();
      const std::int64_t x = row.owner % layout_.width();
      return layout_.position_group(at_line, x / lanes, first_block + row.place);
    }
    case AccessKind::filters: {
      const std::int64_t channel_blocks = layout_.channel_blocks();
      const std::int64_t tap = row.place / channel_blocks;
      return layout_.weight_group(segment.group, row.owner / lanes, tap / plan_.shape().S,
                                  tap % plan_.shape().S, row.place % channel_blocks);
    }
    case AccessKind::turned_filters: {
      const std::int64_t tap = row.place / layout_.x_blocks();
      return layout_.weight_group(segment.group, row.place % layout_.x_blocks(),
                                  tap / plan_.shape().S, tap % plan_.shape().S, row.owner / lanes);
    }
    case AccessKind::positions:
      break;
  }
  return layout_.position_group(row.place / layout_.x_blocks(), row.place % layout_.x_blocks(),
                                first_block + row.owner / lanes);
}

SramRow SideOperand::landed_row(std::int64_t group, unsigned number) const {
  const std::int64_t lanes = layout_.lanes();
  const std::int64_t channel_block = group % layout_.channel_blocks();
  const std::int64_t block_in_group = channel_block % layout_.channel_blocks_per_group();
  const std::int64_t place = group / layout_.channel_blocks();
  const std::int64_t taps = plan_.shape().R * plan_.shape().S;
  switch (kind_) {
    case AccessKind::windows: {
      const std::int64_t x = place % layout_.x_blocks() * lanes + number;
      return {place / layout_.x_blocks() * layout_.width() + x, block_in_group};
    }
    case AccessKind::filters:
      return {place / taps % layout_.x_blocks() * lanes + number,
              place % taps * layout_.channel_blocks() + channel_block};
    case AccessKind::turned_filters:
      return {channel_block * lanes + number,
              place % taps * layout_.x_blocks() + place / taps % layout_.x_blocks()};
    case AccessKind::positions:
      break;
  }
  return {block_in_group * lanes + number, place};
}

}  // namespace tensordash
