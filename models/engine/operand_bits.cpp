#include "models/engine/operand_bits.h"

#include <algorithm>

#include "models/engine/bit_string.h"

namespace tensordash::engine {
namespace {

__extension__ using Wide = unsigned __int128;

std::size_t blocks(std::int64_t count, std::size_t size) {
  return (static_cast<std::size_t>(count) + size - 1) / size;
}

/// A window's extent on one axis: output position times stride and tap times dilation, less
/// padding.
std::int64_t under(std::int64_t output, std::int64_t tap, const LayerShape& shape,
                   std::size_t axis) {
  return output * shape.stride[axis] + tap * shape.dilation[axis] - shape.padding[axis];
}

/// Takes the bits of a whole reduction and keeps those of one block.
class BlockBits {
 public:
  BlockBits(std::uint64_t* stream, const Segment& segment, std::size_t lanes)
      : stream_(stream),
        first_(static_cast<std::size_t>(segment.first_k) * lanes),
        end_(first_ + static_cast<std::size_t>(segment.K) * lanes) {}

  /// `count` bits of `from`, `first` on, to place `at` on of the whole reduction.
  void copy(std::size_t at, const std::uint64_t* from, std::size_t first, std::size_t count) {
    const std::size_t begin = std::max(at, first_);
    const std::size_t end = std::min(at + count, end_);
    if (begin < end) copy_bits(stream_, begin - first_, from, first + (begin - at), end - begin);
  }
  void set(std::size_t at, std::uint64_t bit) {
    if (at >= first_ && at < end_) stream_[(at - first_) / 64] |= bit << ((at - first_) % 64);
  }

 private:
  std::uint64_t* stream_;
  std::size_t first_, end_;
};

/// Every lane's bits of row k of four streams of 16 lanes, for the paper's tile.
void interleave_4x16(const std::vector<const std::uint64_t*>& streams, std::size_t K,
                     std::uint64_t* out) {
  const auto piece = [&](std::size_t stream, std::size_t k) {
    return streams[stream] == nullptr ? 0 : streams[stream][k / 4] >> (k % 4 * 16) & 0xffffU;
  };
  const bool whole = std::none_of(streams.begin(), streams.end(),
                                  [](const std::uint64_t* stream) { return stream == nullptr; });
  std::size_t k = 0;
  if (whole) {
    for (; k + 4 <= K; k += 4) {
      // A 4 x 4 transposition of 16-bit pieces.
      const std::uint64_t a = streams[0][k / 4], b = streams[1][k / 4];
      const std::uint64_t c = streams[2][k / 4], d = streams[3][k / 4];
      const std::uint64_t even = 0x0000ffff0000ffffULL;
      const std::uint64_t ab_even = (a & even) | (b & even) << 16;
      const std::uint64_t ab_odd = (a >> 16 & even) | (b & ~even);
      const std::uint64_t cd_even = (c & even) | (d & even) << 16;
      const std::uint64_t cd_odd = (c >> 16 & even) | (d & ~even);
      out[k] = (ab_even & 0xffffffffU) | cd_even << 32;
      out[k + 1] = (ab_odd & 0xffffffffU) | cd_odd << 32;
      out[k + 2] = ab_even >> 32 | (cd_even >> 32 << 32);
      out[k + 3] = ab_odd >> 32 | (cd_odd >> 32 << 32);
    }
  }
  for (; k < K; ++k) {
    out[k] = piece(0, k) | piece(1, k) << 16 | piece(2, k) << 32 | piece(3, k) << 48;
  }
}

}  // namespace

TensorBits weight_bits(Operation operation, const LayerShape& shape, const float* weights,
                       const ZeroRule& rule) {
  const std::int64_t C = shape.channels_per_group();
  if (operation == Operation::backward_data) {
    return {weights, 1, shape.M, C * shape.R * shape.S, rule};
  }
  return {weights, shape.M, C, shape.R * shape.S, rule};
}

SparseOperand sparse_operand(Operation operation, const OperandBits& bits) {
  if (operation == Operation::forward) return SparseOperand::activations;
  if (operation == Operation::backward_data) return SparseOperand::gradients;
  const auto size = [](const TensorBits& tensor) {
    return static_cast<std::uint64_t>(tensor.images() * tensor.channels() * tensor.positions());
  };
  const std::uint64_t activations = size(*bits.activations);
  const std::uint64_t gradients = size(*bits.output_gradients);
  // Fractions compared exactly, by cross-multiplication.
  const Wide of_activations = Wide{activations - bits.activations->nonzero()} * gradients;
  const Wide of_gradients = Wide{gradients - bits.output_gradients->nonzero()} * activations;
  return of_activations > of_gradients ? SparseOperand::activations : SparseOperand::gradients;
}

StreamBits::StreamBits(const StreamPlan& plan, const OperandBits& bits)
    : plan_(plan), shape_(plan.shape()), bits_(bits), lanes_(plan.geometry().lanes) {}

std::size_t StreamBits::stream_words(const Segment& segment) const {
  return words_for(static_cast<std::size_t>(segment.K) * lanes_);
}

void StreamBits::side_b(const Segment& segment, std::int64_t i, std::uint64_t* stream) const {
  std::fill_n(stream, stream_words(segment), std::uint64_t{0});
  switch (plan_.operation()) {
    case Operation::forward:
      return activation_window(segment, i, stream);
    case Operation::backward_data:
      return gradient_window(segment, i, stream);
    case Operation::backward_weights:
      break;
  }
  if (plan_.sparse() == SparseOperand::gradients) return gradient_plane(segment, i, stream);
  return activation_tap(segment, i, stream);
}

void StreamBits::side_a(const Segment& segment, std::int64_t j, std::uint64_t* stream) const {
  std::fill_n(stream, stream_words(segment), std::uint64_t{0});
  switch (plan_.operation()) {
    case Operation::forward:
      return filter(segment, j, stream);
    case Operation::backward_data:
      return filter_channel(segment, j, stream);
    case Operation::backward_weights:
      break;
  }
  if (plan_.sparse() == SparseOperand::gradients) return activation_tap(segment, j, stream);
  return gradient_plane(segment, j, stream);
}

void StreamBits::activation_window(const Segment& segment, std::int64_t i,
                                   std::uint64_t* stream) const {
  BlockBits block(stream, segment, lanes_);
  const std::int64_t q = i % shape_.Q;
  const std::int64_t p = i / shape_.Q % shape_.P;
  const std::int64_t n = i / shape_.Q / shape_.P;
  const auto C = static_cast<std::size_t>(shape_.channels_per_group());
  const std::size_t first = static_cast<std::size_t>(segment.group) * C;
  const std::size_t tap_bits = blocks(shape_.channels_per_group(), lanes_) * lanes_;
  std::size_t at = 0;
  for (const std::int64_t r : segment.taps_v) {
    const std::int64_t y = under(p, r, shape_, 0);
    if (y < 0 || y >= shape_.H) {
      at += segment.taps_h.size() * tap_bits;
      continue;
    }
    for (const std::int64_t s : segment.taps_h) {
      const std::int64_t x = under(q, s, shape_, 1);
      if (x >= 0 && x < shape_.W) {
        block.copy(at, bits_.activations->pixel((n * shape_.H + y) * shape_.W + x), first, C);
      }
      at += tap_bits;
    }
  }
}

void StreamBits::gradient_window(const Segment& segment, std::int64_t i,
                                 std::uint64_t* stream) const {
  BlockBits block(stream, segment, lanes_);
  const auto width = static_cast<std::int64_t>(segment.out_h.size());
  const auto height = static_cast<std::int64_t>(segment.out_v.size());
  const std::int64_t w = segment.out_h[static_cast<std::size_t>(i % width)];
  const std::int64_t h = segment.out_v[static_cast<std::size_t>(i / width % height)];
  const std::int64_t n = i / width / height;
  const auto M = static_cast<std::size_t>(shape_.filters_per_group());
  const std::size_t first = static_cast<std::size_t>(segment.group) * M;
  const std::size_t tap_bits = blocks(shape_.filters_per_group(), lanes_) * lanes_;
  std::size_t at = 0;
  for (const std::int64_t r : segment.taps_v) {
    const std::int64_t up = h + shape_.padding[0] - r * shape_.dilation[0];
    const std::int64_t p = up / shape_.stride[0];
    if (up % shape_.stride[0] != 0 || up < 0 || p >= shape_.P) {
      at += segment.taps_h.size() * tap_bits;
      continue;
    }
    for (const std::int64_t s : segment.taps_h) {
      const std::int64_t left = w + shape_.padding[1] - s * shape_.dilation[1];
      const std::int64_t q = left / shape_.stride[1];
      if (left % shape_.stride[1] == 0 && left >= 0 && q < shape_.Q) {
        block.copy(at, bits_.output_gradients->pixel((n * shape_.P + p) * shape_.Q + q), first, M);
      }
      at += tap_bits;
    }
  }
}

void StreamBits::filter(const Segment& segment, std::int64_t m, std::uint64_t* stream) const {
  BlockBits block(stream, segment, lanes_);
  const auto C = static_cast<std::size_t>(shape_.channels_per_group());
  const std::size_t tap_bits = blocks(shape_.channels_per_group(), lanes_) * lanes_;
  const std::int64_t filter = segment.group * shape_.filters_per_group() + m;
  std::size_t at = 0;
  for (const std::int64_t r : segment.taps_v) {
    for (const std::int64_t s : segment.taps_h) {
      const std::int64_t tap = r * shape_.S + s;
      block.copy(at, bits_.weights->pixel(filter * shape_.R * shape_.S + tap), 0, C);
      at += tap_bits;
    }
  }
}

void StreamBits::filter_channel(const Segment& segment, std::int64_t c,
                                std::uint64_t* stream) const {
  BlockBits block(stream, segment, lanes_);
  const auto M = static_cast<std::size_t>(shape_.filters_per_group());
  const std::size_t first = static_cast<std::size_t>(segment.group) * M;
  const std::size_t tap_bits = blocks(shape_.filters_per_group(), lanes_) * lanes_;
  std::size_t at = 0;
  for (const std::int64_t r : segment.taps_v) {
    for (const std::int64_t s : segment.taps_h) {
      const std::int64_t position = (c * shape_.R + r) * shape_.S + s;
      block.copy(at, bits_.weights->pixel(position), first, M);
      at += tap_bits;
    }
  }
}

void StreamBits::gradient_plane(const Segment& segment, std::int64_t m,
                                std::uint64_t* stream) const {
  BlockBits block(stream, segment, lanes_);
  const TensorBits& gradients = *bits_.output_gradients;
  const auto positions = static_cast<std::size_t>(gradients.positions());
  const std::int64_t channel = segment.group * shape_.filters_per_group() + m;
  std::size_t at = 0;
  for (std::int64_t image = 0; image < gradients.images(); ++image, at += positions) {
    block.copy(at, gradients.plane(image, channel), 0, positions);
  }
}

void StreamBits::activation_tap(const Segment& segment, std::int64_t tap,
                                std::uint64_t* stream) const {
  BlockBits block(stream, segment, lanes_);
  const TensorBits& activations = *bits_.activations;
  const std::int64_t s = tap % shape_.S;
  const std::int64_t r = tap / shape_.S % shape_.R;
  const std::int64_t c = segment.group * shape_.channels_per_group() + tap / shape_.S / shape_.R;
  // Outputs q of which the tap lies inside the image: from first_q up to end_q.
  const std::int64_t U = shape_.stride[1];
  const std::int64_t shift = under(0, s, shape_, 1);
  const std::int64_t first_q = shift >= 0 ? 0 : (-shift + U - 1) / U;
  const std::int64_t last_x = shape_.W - 1 - shift;
  const std::int64_t end_q = last_x < 0 ? 0 : std::min(shape_.Q, last_x / U + 1);
  if (first_q >= end_q) return;
  const std::int64_t image_size = shape_.H * shape_.W;
  for (std::int64_t n = 0; n < shape_.N; ++n) {
    // Images of a single position were packed as positions of one image.
    const bool apart = activations.positions() == image_size;
    const std::uint64_t* const plane = activations.plane(apart ? n : 0, c);
    const std::int64_t offset = apart ? 0 : n;
    for (std::int64_t p = 0; p < shape_.P; ++p) {
      const std::int64_t y = under(p, r, shape_, 0);
      if (y < 0 || y >= shape_.H) continue;
      const std::int64_t from = offset + y * shape_.W + under(first_q, s, shape_, 1);
      const auto to = static_cast<std::size_t>((n * shape_.P + p) * shape_.Q + first_q);
      const auto count = static_cast<std::size_t>(end_q - first_q);
      if (U == 1) {
        block.copy(to, plane, static_cast<std::size_t>(from), count);
        continue;
      }
      for (std::size_t q = 0; q < count; ++q) {
        const auto x = static_cast<std::size_t>(from + static_cast<std::int64_t>(q) * U);
        block.set(to + q, plane[x / 64] >> (x % 64) & 1U);
      }
    }
  }
}

void interleave(const std::vector<const std::uint64_t*>& streams, std::int64_t K, unsigned lanes,
                std::size_t words, std::uint64_t* out) {
  const auto rows = static_cast<std::size_t>(K);
  if (streams.size() == 4 && lanes == 16) return interleave_4x16(streams, rows, out);
  std::fill_n(out, rows * words, std::uint64_t{0});
  for (std::size_t stream = 0; stream < streams.size(); ++stream) {
    if (streams[stream] == nullptr) continue;
    for (std::size_t k = 0; k < rows; ++k) {
      or_bits(out + k * words, stream * lanes, read_bits(streams[stream], k * lanes, lanes), lanes);
    }
  }
}

}  // namespace tensordash::engine
