#include "models/dataflow/stream_reader.h"

#include <algorithm>

namespace tensordash {
namespace {

__extension__ using Wide = unsigned __int128;

/// Why a tap of a window has no value.
enum class Tap { inside, outside, between };

/// Position of a tap in a gradient that is spread out by the stride.
Tap locate(std::int64_t spread, std::int64_t stride, std::int64_t size, std::int64_t& position) {
  if (spread % stride != 0) return Tap::between;
  position = spread / stride;
  return position >= 0 && position < size ? Tap::inside : Tap::outside;
}

std::uint64_t zeros_in(const float* values, std::int64_t count) {
  return static_cast<std::uint64_t>(std::count(values, values + count, 0.0F));
}

}  // namespace

/// Appends values to a stream, lane by lane, and counts zeros by their kind. Of the whole
/// reduction, which it is given, it keeps the rows of one block.
class StreamReader::Writer {
 public:
  /// `stream` gets the places of `segment`.
  Writer(float* stream, const Segment& segment, std::int64_t lanes, ZeroCounts* zeros)
      : stream_(stream),
        lanes_(lanes),
        first_(segment.first_k * lanes),
        end_(first_ + segment.K * lanes),
        zeros_(zeros) {}

  void value(float number) {
    if (at_ >= first_ && at_ < end_) {
      stream_[at_ - first_] = number;
      if (zeros_ != nullptr && number == 0.0F) ++zeros_->data;
    }
    ++at_;
  }
  void spatial(std::int64_t count) { fill(count, &ZeroCounts::spatial_padding); }
  void dilation(std::int64_t count) { fill(count, &ZeroCounts::dilation); }
  /// Fills the stream row begun.
  void end_row() { fill((lanes_ - at_ % lanes_) % lanes_, &ZeroCounts::lane_padding); }
  /// One value of each of `count` channels that lie `distance` apart, then the end of the row.
  void channels(const float* first, std::int64_t count, std::int64_t distance) {
    for (std::int64_t channel = 0; channel < count; ++channel) value(first[channel * distance]);
    end_row();
  }
  /// Passes over the next `count` places and true, when all of them belong to other blocks.
  bool skip(std::int64_t count) {
    if (at_ < end_ && at_ + count > first_) return false;
    at_ += count;
    return true;
  }
  /// The same for `count` channels with the filling of their last row.
  bool skip_channels(std::int64_t count) { return skip((count + lanes_ - 1) / lanes_ * lanes_); }

 private:
  void fill(std::int64_t count, std::uint64_t ZeroCounts::*kind) {
    const std::int64_t from = std::clamp(at_, first_, end_);
    const std::int64_t to = std::clamp(at_ + count, first_, end_);
    std::fill(stream_ + (from - first_), stream_ + (to - first_), 0.0F);
    if (zeros_ != nullptr) zeros_->*kind += static_cast<std::uint64_t>(to - from);
    at_ += count;
  }

  float* stream_;
  std::int64_t lanes_;
  std::int64_t first_, end_;  ///< places of the block
  std::int64_t at_ = 0;       ///< place of the whole reduction
  ZeroCounts* zeros_;
};

StreamReader::StreamReader(const StreamPlan& plan, const OperandTensors& tensors)
    : plan_(plan), shape_(plan.shape()), tensors_(tensors) {}

void StreamReader::side_b(const Segment& segment, std::int64_t i, float* stream,
                          ZeroCounts* zeros) const {
  Writer writer(stream, segment, plan_.geometry().lanes, zeros);
  switch (plan_.operation()) {
    case Operation::forward:
      return activation_window(segment, i, writer);
    case Operation::backward_data:
      return gradient_window(segment, i, writer);
    case Operation::backward_weights:
      break;
  }
  if (plan_.sparse() == SparseOperand::gradients) return gradient_plane(segment, i, writer);
  return activation_tap(segment, i, writer);
}

void StreamReader::side_a(const Segment& segment, std::int64_t j, float* stream) const {
  Writer writer(stream, segment, plan_.geometry().lanes, nullptr);
  switch (plan_.operation()) {
    case Operation::forward:
      return filter(segment, j, writer);
    case Operation::backward_data:
      return filter_channel(segment, j, writer);
    case Operation::backward_weights:
      break;
  }
  if (plan_.sparse() == SparseOperand::gradients) return activation_tap(segment, j, writer);
  return gradient_plane(segment, j, writer);
}

void StreamReader::activation_window(const Segment& segment, std::int64_t i, Writer& writer) const {
  const std::int64_t q = i % shape_.Q;
  const std::int64_t p = i / shape_.Q % shape_.P;
  const std::int64_t n = i / shape_.Q / shape_.P;
  const std::int64_t C = shape_.channels_per_group();
  const std::int64_t plane = shape_.H * shape_.W;
  const float* image = tensors_.activations + (n * shape_.C + segment.group * C) * plane;
  for (const std::int64_t r : segment.taps_v) {
    for (const std::int64_t s : segment.taps_h) {
      if (writer.skip_channels(C)) continue;
      const std::int64_t y = p * shape_.stride[0] + r * shape_.dilation[0] - shape_.padding[0];
      const std::int64_t x = q * shape_.stride[1] + s * shape_.dilation[1] - shape_.padding[1];
      if (y >= 0 && y < shape_.H && x >= 0 && x < shape_.W) {
        writer.channels(image + y * shape_.W + x, C, plane);
      } else {
        writer.spatial(C);
        writer.end_row();
      }
    }
  }
}

void StreamReader::gradient_window(const Segment& segment, std::int64_t i, Writer& writer) const {
  const auto width = static_cast<std::int64_t>(segment.out_h.size());
  const auto height = static_cast<std::int64_t>(segment.out_v.size());
  const std::int64_t w = segment.out_h[static_cast<std::size_t>(i % width)];
  const std::int64_t h = segment.out_v[static_cast<std::size_t>(i / width % height)];
  const std::int64_t n = i / width / height;
  const std::int64_t M = shape_.filters_per_group();
  const std::int64_t plane = shape_.P * shape_.Q;
  const float* gradients = tensors_.output_gradients + (n * shape_.M + segment.group * M) * plane;
  for (const std::int64_t r : segment.taps_v) {
    for (const std::int64_t s : segment.taps_h) {
      if (writer.skip_channels(M)) continue;
      std::int64_t p = 0;
      std::int64_t q = 0;
      const Tap v =
          locate(h + shape_.padding[0] - r * shape_.dilation[0], shape_.stride[0], shape_.P, p);
      const Tap u =
          locate(w + shape_.padding[1] - s * shape_.dilation[1], shape_.stride[1], shape_.Q, q);
      if (v == Tap::inside && u == Tap::inside) {
        writer.channels(gradients + p * shape_.Q + q, M, plane);
      } else {
        if (v == Tap::between || u == Tap::between) {
          writer.dilation(M);
        } else {
          writer.spatial(M);
        }
        writer.end_row();
      }
    }
  }
}

void StreamReader::filter(const Segment& segment, std::int64_t m, Writer& writer) const {
  const std::int64_t C = shape_.channels_per_group();
  const std::int64_t plane = shape_.R * shape_.S;
  const float* weights =
      tensors_.weights + (segment.group * shape_.filters_per_group() + m) * C * plane;
  for (const std::int64_t r : segment.taps_v) {
    for (const std::int64_t s : segment.taps_h) {
      if (writer.skip_channels(C)) continue;
      writer.channels(weights + r * shape_.S + s, C, plane);
    }
  }
}

void StreamReader::filter_channel(const Segment& segment, std::int64_t c, Writer& writer) const {
  const std::int64_t C = shape_.channels_per_group();
  const std::int64_t M = shape_.filters_per_group();
  const std::int64_t plane = shape_.R * shape_.S;
  const float* weights = tensors_.weights + (segment.group * M * C + c) * plane;
  for (const std::int64_t r : segment.taps_v) {
    for (const std::int64_t s : segment.taps_h) {
      if (writer.skip_channels(M)) continue;
      writer.channels(weights + r * shape_.S + s, M, C * plane);
    }
  }
}

void StreamReader::gradient_plane(const Segment& segment, std::int64_t m, Writer& writer) const {
  const std::int64_t plane = shape_.P * shape_.Q;
  const std::int64_t channel = segment.group * shape_.filters_per_group() + m;
  for (std::int64_t n = 0; n < shape_.N; ++n) {
    if (writer.skip(plane)) continue;
    const float* gradients = tensors_.output_gradients + (n * shape_.M + channel) * plane;
    for (std::int64_t at = 0; at < plane; ++at) writer.value(gradients[at]);
  }
  writer.end_row();
}

void StreamReader::activation_tap(const Segment& segment, std::int64_t tap, Writer& writer) const {
  const std::int64_t s = tap % shape_.S;
  const std::int64_t r = tap / shape_.S % shape_.R;
  const std::int64_t c = segment.group * shape_.channels_per_group() + tap / shape_.S / shape_.R;
  for (std::int64_t n = 0; n < shape_.N; ++n) {
    const float* image = tensors_.activations + (n * shape_.C + c) * shape_.H * shape_.W;
    for (std::int64_t p = 0; p < shape_.P; ++p) {
      if (writer.skip(shape_.Q)) continue;
      const std::int64_t y = p * shape_.stride[0] + r * shape_.dilation[0] - shape_.padding[0];
      for (std::int64_t q = 0; q < shape_.Q; ++q) {
        const std::int64_t x = q * shape_.stride[1] + s * shape_.dilation[1] - shape_.padding[1];
        if (y >= 0 && y < shape_.H && x >= 0 && x < shape_.W) {
          writer.value(image[y * shape_.W + x]);
        } else {
          writer.spatial(1);
        }
      }
    }
  }
  writer.end_row();
}

SparseOperand sparse_operand(Operation operation, const LayerShape& shape,
                             const OperandTensors& tensors) {
  if (operation == Operation::forward) return SparseOperand::activations;
  if (operation == Operation::backward_data) return SparseOperand::gradients;
  const std::int64_t activations = shape.activation_count();
  const std::int64_t gradients = shape.output_count();
  // Fractions compared exactly, by cross-multiplication.
  const Wide of_activations =
      Wide{zeros_in(tensors.activations, activations)} * static_cast<std::uint64_t>(gradients);
  const Wide of_gradients =
      Wide{zeros_in(tensors.output_gradients, gradients)} * static_cast<std::uint64_t>(activations);
  return of_activations > of_gradients ? SparseOperand::activations : SparseOperand::gradients;
}

}  // namespace tensordash
