#include "models/golden/stream_reader.h"

namespace tensordash::golden {
namespace {

/// The places of one block, which lie somewhere in those of the whole reduction.
class Places {
 public:
  Places(const Section& section, std::size_t lanes, float* out, std::size_t stride)
      : begin_(static_cast<std::int64_t>(lanes) * section.skipped_rows),
        end_(begin_ + static_cast<std::int64_t>(lanes) * section.stream_rows),
        out_(out),
        stride_(stride) {}

  /// Copies `count` values that lie `distance` apart to the places from `place` on, as far as these
  /// belong to the block.
  void copy(std::int64_t place, const float* from, std::int64_t count, std::int64_t distance) {
    const std::int64_t last = place + count < end_ ? count : end_ - place;
    for (std::int64_t k = place < begin_ ? begin_ - place : 0; k < last; ++k) {
      out_[static_cast<std::size_t>(place + k - begin_) * stride_] = from[k * distance];
    }
  }

 private:
  std::int64_t begin_, end_;
  float* out_;
  std::size_t stride_;
};

/// Calls visit(r, s, place) for the filter positions of a section, `place` being where the
/// position's first value stands in the whole reduction.
template <typename Visit>
void for_each_tap(const Section& section, std::size_t lanes, Visit visit) {
  const auto tap_count = static_cast<std::int64_t>(section.taps[0].size() * section.taps[1].size());
  const std::int64_t places_a_tap =
      section.whole_rows / tap_count * static_cast<std::int64_t>(lanes);
  std::int64_t place = 0;
  for (std::int64_t r : section.taps[0]) {
    for (std::int64_t s : section.taps[1]) {
      visit(r, s, place);
      place += places_a_tap;
    }
  }
}

struct Position {
  std::int64_t n, down, across;
};

Position output_position(const Section& section, std::int64_t i) {
  const std::int64_t across = i % section.count[1];
  i /= section.count[1];
  return {i / section.count[0], section.first[0] + i % section.count[0] * section.step[0],
          section.first[1] + across * section.step[1]};
}

}  // namespace

void StreamReader::read_row(const Section& section, std::int64_t i, float* out,
                            std::size_t stride) const {
  switch (problem_.operation) {
    case Operation::forward:
      return read_window(section, i, out, stride);
    case Operation::backward_data:
      return read_gradients_around(section, i, out, stride);
    case Operation::backward_weights:
      break;
  }
  if (problem_.sparse == SparseOperand::gradients) {
    read_gradients_of(section, i, out, stride);
  } else {
    read_activations_under(section, i, out, stride);
  }
}

void StreamReader::read_column(const Section& section, std::int64_t j, float* out,
                               std::size_t stride) const {
  switch (problem_.operation) {
    case Operation::forward:
      return read_filter(section, j, out, stride);
    case Operation::backward_data:
      return read_weights_to(section, j, out, stride);
    case Operation::backward_weights:
      break;
  }
  if (problem_.sparse == SparseOperand::gradients) {
    read_activations_under(section, j, out, stride);
  } else {
    read_gradients_of(section, j, out, stride);
  }
}

void StreamReader::read_window(const Section& section, std::int64_t i, float* out,
                               std::size_t stride) const {
  const LayerShape& shape = problem_.shape;
  const Position output = output_position(section, i);
  const std::int64_t plane = shape.H * shape.W;
  const float* image = problem_.activations +
                       (output.n * shape.C + section.group * shape.channels_per_group()) * plane;
  Places places(section, lanes_, out, stride);
  for_each_tap(section, lanes_, [&](std::int64_t r, std::int64_t s, std::int64_t place) {
    const std::int64_t h = output.down * shape.stride[0] - shape.padding[0] + r * shape.dilation[0];
    const std::int64_t w =
        output.across * shape.stride[1] - shape.padding[1] + s * shape.dilation[1];
    if (h < 0 || h >= shape.H || w < 0 || w >= shape.W) return;
    places.copy(place, image + h * shape.W + w, shape.channels_per_group(), plane);
  });
}

void StreamReader::read_gradients_around(const Section& section, std::int64_t i, float* out,
                                         std::size_t stride) const {
  const LayerShape& shape = problem_.shape;
  const Position input = output_position(section, i);
  const std::int64_t plane = shape.P * shape.Q;
  const float* image = problem_.output_gradients +
                       (input.n * shape.M + section.group * shape.filters_per_group()) * plane;
  Places places(section, lanes_, out, stride);
  for_each_tap(section, lanes_, [&](std::int64_t r, std::int64_t s, std::int64_t place) {
    const std::int64_t up = input.down + shape.padding[0] - r * shape.dilation[0];
    const std::int64_t left = input.across + shape.padding[1] - s * shape.dilation[1];
    if (up < 0 || left < 0 || up % shape.stride[0] != 0 || left % shape.stride[1] != 0) return;
    const std::int64_t p = up / shape.stride[0];
    const std::int64_t q = left / shape.stride[1];
    if (p >= shape.P || q >= shape.Q) return;
    places.copy(place, image + p * shape.Q + q, shape.filters_per_group(), plane);
  });
}

void StreamReader::read_filter(const Section& section, std::int64_t filter, float* out,
                               std::size_t stride) const {
  const LayerShape& shape = problem_.shape;
  const std::int64_t taps = shape.R * shape.S;
  const float* weights = problem_.weights + (section.group * shape.filters_per_group() + filter) *
                                                shape.channels_per_group() * taps;
  Places places(section, lanes_, out, stride);
  for_each_tap(section, lanes_, [&](std::int64_t r, std::int64_t s, std::int64_t place) {
    places.copy(place, weights + r * shape.S + s, shape.channels_per_group(), taps);
  });
}

void StreamReader::read_weights_to(const Section& section, std::int64_t channel, float* out,
                                   std::size_t stride) const {
  const LayerShape& shape = problem_.shape;
  const std::int64_t taps = shape.R * shape.S;
  const std::int64_t filter_size = shape.channels_per_group() * taps;
  const float* weights =
      problem_.weights + section.group * shape.filters_per_group() * filter_size + channel * taps;
  Places places(section, lanes_, out, stride);
  for_each_tap(section, lanes_, [&](std::int64_t r, std::int64_t s, std::int64_t place) {
    places.copy(place, weights + r * shape.S + s, shape.filters_per_group(), filter_size);
  });
}

void StreamReader::read_gradients_of(const Section& section, std::int64_t filter, float* out,
                                     std::size_t stride) const {
  const LayerShape& shape = problem_.shape;
  const std::int64_t plane = shape.P * shape.Q;
  const std::int64_t m = section.group * shape.filters_per_group() + filter;
  Places places(section, lanes_, out, stride);
  for (std::int64_t n = 0; n < shape.N; ++n) {
    places.copy(n * plane, problem_.output_gradients + (n * shape.M + m) * plane, plane, 1);
  }
}

void StreamReader::read_activations_under(const Section& section, std::int64_t weight, float* out,
                                          std::size_t stride) const {
  const LayerShape& shape = problem_.shape;
  const std::int64_t s = weight % shape.S;
  const std::int64_t r = weight / shape.S % shape.R;
  const std::int64_t c = section.group * shape.channels_per_group() + weight / (shape.R * shape.S);
  Places places(section, lanes_, out, stride);
  std::int64_t place = 0;
  for (std::int64_t n = 0; n < shape.N; ++n) {
    const float* image = problem_.activations + (n * shape.C + c) * shape.H * shape.W;
    for (std::int64_t p = 0; p < shape.P; ++p) {
      const std::int64_t h = p * shape.stride[0] - shape.padding[0] + r * shape.dilation[0];
      for (std::int64_t q = 0; q < shape.Q; ++q, ++place) {
        const std::int64_t w = q * shape.stride[1] - shape.padding[1] + s * shape.dilation[1];
        if (h < 0 || h >= shape.H || w < 0 || w >= shape.W) continue;
        places.copy(place, image + h * shape.W + w, 1, 1);
      }
    }
  }
}

}  // namespace tensordash::golden
