#include "models/engine/pair_totals.h"

#include <tbb/parallel_for.h>
#include <tbb/parallel_reduce.h>

#include <algorithm>
#include <cstring>
#include <numeric>
#include <vector>

#include "models/engine/bit_string.h"

namespace tensordash::engine {
namespace {

using Count = std::uint64_t;

Count unsigned_of(std::int64_t value) {
  return static_cast<Count>(value);
}

bool nonzero(float value, const ZeroRule& rule) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return (bits & 0x7fffffffU) > rule.largest_zero;
}

/// One axis of a window that slides over a tensor: which positions of the tensor meet a tap.
struct Axis {
  std::vector<std::vector<bool>> met;  ///< [tap][position]
  std::vector<Count> hits;             ///< [tap] positions met
};

/// Which tensor the window slides over.
enum class Over { inputs, outputs };

/// forward: input positions that lie under a tap for some output. backward_data: output positions
/// whose gradient reaches an input position through a tap.
Axis axis_of(const LayerShape& shape, std::size_t axis, Over over) {
  const std::int64_t size = axis == 0 ? shape.H : shape.W;
  const std::int64_t outputs = axis == 0 ? shape.P : shape.Q;
  const std::int64_t taps = axis == 0 ? shape.R : shape.S;
  Axis result;
  for (std::int64_t tap = 0; tap < taps; ++tap) {
    std::vector<bool> met(static_cast<std::size_t>(over == Over::inputs ? size : outputs));
    for (std::int64_t output = 0; output < outputs; ++output) {
      const std::int64_t input =
          output * shape.stride[axis] + tap * shape.dilation[axis] - shape.padding[axis];
      if (input < 0 || input >= size) continue;
      met[static_cast<std::size_t>(over == Over::inputs ? input : output)] = true;
    }
    result.hits.push_back(static_cast<Count>(std::count(met.begin(), met.end(), true)));
    result.met.push_back(std::move(met));
  }
  return result;
}

/// Input positions for which the division by the stride is exact, for every tap.
std::vector<Count> exact_positions(const LayerShape& shape, std::size_t axis) {
  const std::int64_t size = axis == 0 ? shape.H : shape.W;
  const std::int64_t taps = axis == 0 ? shape.R : shape.S;
  std::vector<Count> counts;
  for (std::int64_t tap = 0; tap < taps; ++tap) {
    Count exact = 0;
    for (std::int64_t at = 0; at < size; ++at) {
      const std::int64_t spread = at + shape.padding[axis] - tap * shape.dilation[axis];
      if (spread % shape.stride[axis] == 0) ++exact;
    }
    counts.push_back(exact);
  }
  return counts;
}

/// Bits of a plane that meet tap (r, s); a tensor's plane may hold several images of one position.
std::vector<std::uint64_t> tap_mask(const Axis& v, const Axis& h, std::size_t r, std::size_t s,
                                    std::size_t positions) {
  const std::size_t width = h.met[s].size();
  const std::size_t size = v.met[r].size() * width;
  std::vector<std::uint64_t> mask(words_for(positions));
  for (std::size_t bit = 0; bit < positions; ++bit) {
    const std::size_t at = bit % size;
    if (v.met[r][at / width] && h.met[s][at % width]) {
      mask[bit / 64] |= std::uint64_t{1} << (bit % 64);
    }
  }
  return mask;
}

/// Weights that are not zero, [channel of side B][tap], summed over the outputs of the group that
/// the channel belongs to.
std::vector<Count> nonzero_weights(Operation operation, const LayerShape& shape,
                                   const float* weights, const ZeroRule& rule) {
  const auto taps = static_cast<std::size_t>(shape.R * shape.S);
  const auto C = static_cast<std::size_t>(shape.channels_per_group());
  const auto M = static_cast<std::size_t>(shape.M);
  const auto filters = static_cast<std::size_t>(shape.filters_per_group());
  if (operation == Operation::forward) {
    const std::size_t filter_size = C * taps;
    std::vector<Count> counts(static_cast<std::size_t>(shape.groups) * filter_size);
    for (std::size_t m = 0; m < M; ++m) {
      Count* const of_group = counts.data() + m / filters * filter_size;
      const float* const filter = weights + m * filter_size;
      for (std::size_t at = 0; at < filter_size; ++at) of_group[at] += nonzero(filter[at], rule);
    }
    return counts;
  }
  std::vector<Count> counts(M * taps);
  for (std::size_t m = 0; m < M; ++m) {
    for (std::size_t c = 0; c < C; ++c) {
      const float* const taps_of = weights + (m * C + c) * taps;
      for (std::size_t tap = 0; tap < taps; ++tap) {
        counts[m * taps + tap] += nonzero(taps_of[tap], rule);
      }
    }
  }
  return counts;
}

/// forward and backward_data, where side B slides over a tensor of `channels` channels a group and
/// each of its streams meets `J` streams of side A.
PairTotals sliding_pairs(const StreamPlan& plan, const TensorBits& tensor, const Axis& v,
                         const Axis& h, Count J, const std::vector<Count>& weights) {
  const auto channels = static_cast<std::size_t>(tensor.channels());
  const std::size_t R = v.hits.size();
  const std::size_t S = h.hits.size();
  const Count N = unsigned_of(plan.shape().N);
  std::vector<std::vector<std::uint64_t>> masks;
  for (std::size_t r = 0; r < R; ++r) {
    for (std::size_t s = 0; s < S; ++s) {
      masks.push_back(tap_mask(v, h, r, s, static_cast<std::size_t>(tensor.positions())));
    }
  }
  using Range = tbb::blocked_range<std::size_t>;
  return tbb::parallel_reduce(
      Range(0, channels), PairTotals{},
      [&](const Range& range, PairTotals totals) {
        for (std::size_t channel = range.begin(); channel != range.end(); ++channel) {
          for (std::size_t tap = 0; tap < R * S; ++tap) {
            Count b = 0;
            for (std::int64_t image = 0; image < tensor.images(); ++image) {
              b += count_common(tensor.plane(image, static_cast<std::int64_t>(channel)),
                                masks[tap].data(), tensor.plane_words());
            }
            const Count a = weights[channel * R * S + tap];
            const Count inside = N * v.hits[tap / S] * h.hits[tap % S];
            totals.real += inside * J;
            totals.b_nonzero += b * J;
            totals.b_with_real += b * J;
            totals.a_with_real += inside * a;
            totals.effectual += b * a;
            totals.zeros.data += inside - b;
          }
        }
        return totals;
      },
      [](PairTotals a, const PairTotals& b) {
        a.real += b.real;
        a.b_nonzero += b.b_nonzero;
        a.b_with_real += b.b_with_real;
        a.a_with_real += b.a_with_real;
        a.effectual += b.effectual;
        a.zeros.data += b.zeros.data;
        return a;
      });
}

/// Values that are not zero at each position of all images, over the channels of a group.
std::vector<std::uint32_t> channel_counts(const TensorBits& tensor, std::int64_t group,
                                          std::int64_t channels) {
  const auto positions = static_cast<std::size_t>(tensor.images() * tensor.positions());
  const auto first = static_cast<std::size_t>(group * channels);
  const auto end = first + static_cast<std::size_t>(channels);
  const std::size_t first_word = first / 64;
  std::vector<std::uint64_t> mask(words_for(end) - first_word);
  for (std::size_t bit = first; bit < end; ++bit) {
    mask[bit / 64 - first_word] |= std::uint64_t{1} << (bit % 64);
  }
  std::vector<std::uint32_t> counts(positions);
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, positions, 1024), [&](const auto& range) {
    for (std::size_t at = range.begin(); at != range.end(); ++at) {
      const std::uint64_t* const pixel = tensor.pixel(static_cast<std::int64_t>(at)) + first_word;
      counts[at] = static_cast<std::uint32_t>(count_common(pixel, mask.data(), mask.size()));
    }
  });
  return counts;
}

/// Sums of the pairs of backward_weights over all positions (n, p, q) of a group.
struct PositionSums {
  Count gradients = 0;    ///< output gradients that are not zero
  Count activations = 0;  ///< activations that are not zero, once for each tap above them
  Count inside = 0;       ///< places (c, r, s) inside the image
  Count gradients_inside = 0;
  Count effectual = 0;

  PositionSums operator+(const PositionSums& other) const {
    return {gradients + other.gradients, activations + other.activations, inside + other.inside,
            gradients_inside + other.gradients_inside, effectual + other.effectual};
  }
};

PositionSums position_sums(const LayerShape& shape, const std::vector<std::uint32_t>& activations,
                           const std::vector<std::uint32_t>& gradients) {
  const auto image = [&](std::size_t n, PositionSums& sums) {
    const std::uint32_t* const a =
        activations.data() + n * static_cast<std::size_t>(shape.H * shape.W);
    const std::uint32_t* const g =
        gradients.data() + n * static_cast<std::size_t>(shape.P * shape.Q);
    const Count C = unsigned_of(shape.channels_per_group());
    for (std::int64_t p = 0; p < shape.P; ++p) {
      for (std::int64_t q = 0; q < shape.Q; ++q) {
        Count under = 0;
        Count taps = 0;
        for (std::int64_t r = 0; r < shape.R; ++r) {
          const std::int64_t y = p * shape.stride[0] + r * shape.dilation[0] - shape.padding[0];
          if (y < 0 || y >= shape.H) continue;
          for (std::int64_t s = 0; s < shape.S; ++s) {
            const std::int64_t x = q * shape.stride[1] + s * shape.dilation[1] - shape.padding[1];
            if (x < 0 || x >= shape.W) continue;
            under += a[y * shape.W + x];
            ++taps;
          }
        }
        const Count above = g[p * shape.Q + q];
        sums.gradients += above;
        sums.activations += under;
        sums.inside += taps * C;
        sums.gradients_inside += above * taps * C;
        sums.effectual += above * under;
      }
    }
  };
  using Range = tbb::blocked_range<std::size_t>;
  return tbb::parallel_reduce(
      Range(0, static_cast<std::size_t>(shape.N)), PositionSums{},
      [&](const Range& range, PositionSums sums) {
        for (std::size_t n = range.begin(); n != range.end(); ++n) image(n, sums);
        return sums;
      },
      [](const PositionSums& a, const PositionSums& b) { return a + b; });
}

PairTotals weight_gradient_pairs(const StreamPlan& plan, const OperandBits& bits) {
  const LayerShape& shape = plan.shape();
  const Count C = unsigned_of(shape.channels_per_group());
  const Count M = unsigned_of(shape.filters_per_group());
  const Count taps = unsigned_of(shape.R * shape.S);
  const Count positions = unsigned_of(shape.N * shape.P * shape.Q);
  PairTotals totals;
  for (std::int64_t group = 0; group < shape.groups; ++group) {
    const PositionSums sums =
        position_sums(shape, channel_counts(*bits.activations, group, shape.channels_per_group()),
                      channel_counts(*bits.output_gradients, group, shape.filters_per_group()));
    totals.real += M * sums.inside;
    totals.effectual += sums.effectual;
    if (plan.sparse() == SparseOperand::gradients) {
      totals.b_nonzero += sums.gradients * C * taps;
      totals.b_with_real += sums.gradients_inside;
      totals.a_with_real += M * sums.activations;
      totals.zeros.data += M * positions - sums.gradients;
    } else {
      totals.b_nonzero += sums.activations * M;
      totals.b_with_real += sums.activations * M;
      totals.a_with_real += sums.gradients_inside;
      totals.zeros.data += sums.inside - sums.activations;
      totals.zeros.spatial_padding += positions * C * taps - sums.inside;
    }
  }
  return totals;
}

Count total_of(const std::vector<Count>& counts) {
  return std::accumulate(counts.begin(), counts.end(), Count{0});
}

/// Values of a stream that the tensors or their surroundings give; the rest is lane padding.
Count stream_values(const StreamPlan& plan, const Segment& segment) {
  const LayerShape& shape = plan.shape();
  const auto taps = static_cast<Count>(segment.taps_v.size() * segment.taps_h.size());
  switch (plan.operation()) {
    case Operation::forward:
      return taps * unsigned_of(shape.channels_per_group());
    case Operation::backward_data:
      return taps * unsigned_of(shape.filters_per_group());
    case Operation::backward_weights:
      break;
  }
  return unsigned_of(shape.N * shape.P * shape.Q);
}

}  // namespace

PairTotals count_pairs(const StreamPlan& plan, const OperandBits& bits, const float* weights,
                       const ZeroRule& rule) {
  const LayerShape& shape = plan.shape();
  const Count N = unsigned_of(shape.N);
  PairTotals totals;
  switch (plan.operation()) {
    case Operation::forward: {
      const Axis v = axis_of(shape, 0, Over::inputs);
      const Axis h = axis_of(shape, 1, Over::inputs);
      totals = sliding_pairs(plan, *bits.activations, v, h, unsigned_of(shape.filters_per_group()),
                             nonzero_weights(plan.operation(), shape, weights, rule));
      const Count all = unsigned_of(shape.P * shape.R * shape.Q * shape.S);
      totals.zeros.spatial_padding =
          N * unsigned_of(shape.C) * (all - total_of(v.hits) * total_of(h.hits));
      break;
    }
    case Operation::backward_data: {
      const Axis v = axis_of(shape, 0, Over::outputs);
      const Axis h = axis_of(shape, 1, Over::outputs);
      totals =
          sliding_pairs(plan, *bits.output_gradients, v, h, unsigned_of(shape.channels_per_group()),
                        nonzero_weights(plan.operation(), shape, weights, rule));
      const Count all = unsigned_of(shape.H * shape.R * shape.W * shape.S);
      const Count exact = total_of(exact_positions(shape, 0)) * total_of(exact_positions(shape, 1));
      const Count values = N * unsigned_of(shape.M);
      totals.zeros.spatial_padding = values * (exact - total_of(v.hits) * total_of(h.hits));
      if (!plan.geometry().dilation_zeros_removed) {
        totals.zeros.dilation = values * (all - exact);
      }
      break;
    }
    case Operation::backward_weights:
      totals = weight_gradient_pairs(plan, bits);
      break;
  }
  for (const Segment& segment : plan.segments()) {
    const Count places = unsigned_of(segment.K) * plan.geometry().lanes;
    totals.places += places * unsigned_of(segment.I) * unsigned_of(segment.J);
    // Blocks of a reduction share its values.
    totals.zeros.lane_padding += unsigned_of(segment.I) * places;
    if (segment.last_block()) {
      totals.zeros.lane_padding -= unsigned_of(segment.I) * stream_values(plan, segment);
    }
  }
  return totals;
}

}  // namespace tensordash::engine
