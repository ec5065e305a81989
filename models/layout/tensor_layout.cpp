#include "models/layout/tensor_layout.h"

#include <algorithm>

namespace tensordash {
TensorLayout TensorLayout::of_positions(std::int64_t N, std::int64_t channels,
                                        std::int64_t conv_groups, std::int64_t height,
                                        std::int64_t width, unsigned lanes) {
  TensorLayout layout;
  layout.lanes_ = lanes;
  layout.batch_is_x_ = height == 1 && width == 1;
  layout.lines_ = layout.batch_is_x_ ? 1 : N * height;
  layout.height_ = height;
  layout.width_ = layout.batch_is_x_ ? N : width;
  layout.x_blocks_ = blocks(layout.width_, lanes);
  layout.conv_groups_ = conv_groups;
  layout.channels_ = channels / conv_groups;
  layout.group_blocks_ = blocks(layout.channels_, lanes);
  layout.channel_blocks_ = layout.group_blocks_ * conv_groups;
  return layout;
}

TensorLayout TensorLayout::of_activations(const LayerShape& shape, unsigned lanes) {
  return of_positions(shape.N, shape.C, shape.groups, shape.H, shape.W, lanes);
}

TensorLayout TensorLayout::of_outputs(const LayerShape& shape, unsigned lanes) {
  return of_positions(shape.N, shape.M, shape.groups, shape.P, shape.Q, lanes);
}

TensorLayout TensorLayout::of_weights(const LayerShape& shape, unsigned lanes) {
  TensorLayout layout;
  layout.lanes_ = lanes;
  layout.weights_ = true;
  layout.lines_ = shape.groups;
  layout.width_ = shape.filters_per_group();
  layout.x_blocks_ = blocks(layout.width_, lanes);
  layout.tap_rows_ = shape.R;
  layout.tap_columns_ = shape.S;
  layout.conv_groups_ = shape.groups;
  layout.channels_ = shape.channels_per_group();
  layout.group_blocks_ = layout.channel_blocks_ = blocks(layout.channels_, lanes);
  return layout;
}

std::int64_t TensorLayout::groups() const {
  return lines_ * x_blocks_ * tap_rows_ * tap_columns_ * channel_blocks_;
}

GroupExtent TensorLayout::extent(std::int64_t group) const {
  GroupExtent extent;
  const std::int64_t channel_block = group % channel_blocks_;
  const std::int64_t conv_group = channel_block / group_blocks_;
  const std::int64_t channel = channel_block % group_blocks_ * lanes_;
  extent.height = static_cast<unsigned>(std::min<std::int64_t>(lanes_, channels_ - channel));
  std::int64_t rest = group / channel_blocks_;
  const std::int64_t tap = rest % (tap_rows_ * tap_columns_);  // none but tap 0 for positions
  rest /= tap_rows_ * tap_columns_;
  const std::int64_t x = rest % x_blocks_ * lanes_;
  const std::int64_t line = rest / x_blocks_;
  extent.width = static_cast<unsigned>(std::min<std::int64_t>(lanes_, width_ - x));
  if (weights_) {
    extent.x_stride = channels_ * tap_rows_ * tap_columns_;
    extent.y_stride = tap_rows_ * tap_columns_;
    extent.first = (line * width_ + x) * extent.x_stride + channel * extent.y_stride + tap;
    return extent;
  }
  const std::int64_t all_channels = channels_ * conv_groups_;
  const std::int64_t first_channel = conv_group * channels_ + channel;
  if (batch_is_x_) {
    extent.x_stride = all_channels;
    extent.first = x * all_channels + first_channel;
    return extent;
  }
  extent.y_stride = height_ * width_;
  const std::int64_t image = line / height_;
  extent.first = ((image * all_channels + first_channel) * height_ + line % height_) * width_ + x;
  return extent;
}

}  // namespace tensordash
