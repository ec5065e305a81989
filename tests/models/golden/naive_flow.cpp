#include "tests/models/golden/naive_flow.h"

#include <array>
#include <cmath>
#include <random>
#include <utility>

namespace tensordash::golden_testing {
namespace {

using Index = std::int64_t;

/// An output index along one side: what its stream holds, and what it contributes to the output's
/// place.
struct Stream {
  std::array<Index, 3> tuple;
  std::vector<float> values;
};

/// One group and one stride phase.
struct Part {
  Index group;
  Index vertical = 0, horizontal = 0;
  bool whole = true;  // no phases
};

class Flow {
 public:
  Flow(const golden::Problem& problem, const golden::Geometry& geometry)
      : problem_(problem),
        shape_(problem.shape),
        geometry_(geometry),
        per_group_m_(shape_.M / shape_.groups),
        per_group_c_(shape_.C / shape_.groups) {}

  std::vector<NaivePass> run() {
    for (Index group = 0; group < shape_.groups; ++group) {
      if (problem_.operation == Operation::backward_data && problem_.dilation_zeros_removed) {
        for (Index v = 0; v < shape_.stride[0]; ++v) {
          for (Index h = 0; h < shape_.stride[1]; ++h) add(Part{group, v, h, false});
        }
      } else {
        add(Part{group});
      }
    }
    return passes_;
  }

 private:
  void add(const Part& part) {
    std::vector<Stream> sparse, dense;
    switch (problem_.operation) {
      case Operation::forward:
        sparse = windows(part);
        dense = filters(part);
        break;
      case Operation::backward_data:
        sparse = gradient_windows(part);
        dense = filters_by_channel(part);
        break;
      case Operation::backward_weights:
        sparse = gradient_planes(part);
        dense = shifted_activations(part);
        if (problem_.sparse == SparseOperand::activations) std::swap(sparse, dense);
    }
    if (sparse.empty() || sparse[0].values.empty()) return;
    for (std::size_t i = 0; i < sparse.size(); i += geometry_.rows) {
      for (std::size_t j = 0; j < dense.size(); j += geometry_.columns) {
        add_pass(part, sparse, i, dense, j);
      }
      ++row_groups_;
    }
  }

  void add_pass(const Part& part, const std::vector<Stream>& sparse, std::size_t i,
                const std::vector<Stream>& dense, std::size_t j) {
    NaivePass pass;
    pass.id = passes_.size();
    pass.row_group = row_groups_;
    pass.tile = static_cast<unsigned>(pass.id % geometry_.tiles);
    const std::vector<float> nothing(sparse[0].values.size(), 0.0f);
    pass.stream_rows = nothing.size() / geometry_.lanes;
    for (std::size_t c = j; c < j + geometry_.columns; ++c) {
      pass.a.push_back(c < dense.size() ? dense[c].values : nothing);
    }
    for (std::size_t r = i; r < i + geometry_.rows; ++r) {
      pass.b.push_back(r < sparse.size() ? sparse[r].values : nothing);
      pass.output.emplace_back();
      for (std::size_t c = j; c < j + geometry_.columns; ++c) {
        const bool real = r < sparse.size() && c < dense.size();
        pass.output.back().push_back(real ? place(part, sparse[r].tuple, dense[c].tuple) : -1);
      }
    }
    passes_.push_back(pass);
  }

  Index place(const Part& part, std::array<Index, 3> i, std::array<Index, 3> j) const {
    const Index m0 = part.group * per_group_m_;
    const Index c0 = part.group * per_group_c_;
    switch (problem_.operation) {
      case Operation::forward:
        return flat({i[0], m0 + j[0], i[1], i[2]}, {shape_.N, shape_.M, shape_.P, shape_.Q});
      case Operation::backward_data:
        return flat({i[0], c0 + j[0], i[1], i[2]}, {shape_.N, shape_.C, shape_.H, shape_.W});
      case Operation::backward_weights:
        break;
    }
    if (problem_.sparse == SparseOperand::activations) std::swap(i, j);
    return flat({m0 + i[0], j[0], j[1], j[2]}, {shape_.M, per_group_c_, shape_.R, shape_.S});
  }

  static Index flat(std::array<Index, 4> at, std::array<Index, 4> size) {
    return ((at[0] * size[1] + at[1]) * size[2] + at[2]) * size[3] + at[3];
  }

  void end_block(std::vector<float>& values) const {
    while (values.size() % geometry_.lanes != 0) values.push_back(0.0f);
  }

  float activation(Index n, Index c, Index h, Index w) const {
    if (h < 0 || w < 0 || h >= shape_.H || w >= shape_.W) return 0.0f;
    const Index at = flat({n, c, h, w}, {shape_.N, shape_.C, shape_.H, shape_.W});
    return problem_.activations[at];
  }

  float weight(Index m, Index c, Index r, Index s) const {
    return problem_.weights[flat({m, c, r, s}, {shape_.M, per_group_c_, shape_.R, shape_.S})];
  }

  /// The gradient of the output (p,q) with p * stride = up and q * stride = left, zero when there
  /// is none.
  float gradient(Index n, Index m, Index up, Index left) const {
    for (Index p = 0; p < shape_.P; ++p) {
      for (Index q = 0; q < shape_.Q; ++q) {
        if (p * shape_.stride[0] != up || q * shape_.stride[1] != left) continue;
        return problem_
            .output_gradients[flat({n, m, p, q}, {shape_.N, shape_.M, shape_.P, shape_.Q})];
      }
    }
    return 0.0f;
  }

  std::vector<Stream> windows(const Part& part) const {
    std::vector<Stream> streams;
    for (Index n = 0; n < shape_.N; ++n) {
      for (Index p = 0; p < shape_.P; ++p) {
        for (Index q = 0; q < shape_.Q; ++q) {
          Stream stream{{n, p, q}, {}};
          for (Index r = 0; r < shape_.R; ++r) {
            for (Index s = 0; s < shape_.S; ++s) {
              for (Index c = 0; c < per_group_c_; ++c) {
                stream.values.push_back(
                    activation(n, part.group * per_group_c_ + c,
                               p * shape_.stride[0] - shape_.padding[0] + r * shape_.dilation[0],
                               q * shape_.stride[1] - shape_.padding[1] + s * shape_.dilation[1]));
              }
              end_block(stream.values);
            }
          }
          streams.push_back(stream);
        }
      }
    }
    return streams;
  }

  std::vector<Stream> filters(const Part& part) const {
    std::vector<Stream> streams;
    for (Index m = 0; m < per_group_m_; ++m) {
      Stream stream{{m, 0, 0}, {}};
      for (Index r = 0; r < shape_.R; ++r) {
        for (Index s = 0; s < shape_.S; ++s) {
          for (Index c = 0; c < per_group_c_; ++c) {
            stream.values.push_back(weight(part.group * per_group_m_ + m, c, r, s));
          }
          end_block(stream.values);
        }
      }
      streams.push_back(stream);
    }
    return streams;
  }

  bool has_tap(const Part& part, Index r, Index s) const {
    return part.whole || (r * shape_.dilation[0] % shape_.stride[0] == part.vertical &&
                          s * shape_.dilation[1] % shape_.stride[1] == part.horizontal);
  }

  bool has_input(const Part& part, Index h, Index w) const {
    return part.whole || ((h + shape_.padding[0]) % shape_.stride[0] == part.vertical &&
                          (w + shape_.padding[1]) % shape_.stride[1] == part.horizontal);
  }

  std::vector<Stream> gradient_windows(const Part& part) const {
    std::vector<Stream> streams;
    for (Index n = 0; n < shape_.N; ++n) {
      for (Index h = 0; h < shape_.H; ++h) {
        for (Index w = 0; w < shape_.W; ++w) {
          if (!has_input(part, h, w)) continue;
          Stream stream{{n, h, w}, {}};
          for (Index r = 0; r < shape_.R; ++r) {
            for (Index s = 0; s < shape_.S; ++s) {
              if (!has_tap(part, r, s)) continue;
              for (Index m = 0; m < per_group_m_; ++m) {
                stream.values.push_back(gradient(n, part.group * per_group_m_ + m,
                                                 h + shape_.padding[0] - r * shape_.dilation[0],
                                                 w + shape_.padding[1] - s * shape_.dilation[1]));
              }
              end_block(stream.values);
            }
          }
          streams.push_back(stream);
        }
      }
    }
    return streams;
  }

  std::vector<Stream> filters_by_channel(const Part& part) const {
    std::vector<Stream> streams;
    for (Index c = 0; c < per_group_c_; ++c) {
      Stream stream{{c, 0, 0}, {}};
      for (Index r = 0; r < shape_.R; ++r) {
        for (Index s = 0; s < shape_.S; ++s) {
          if (!has_tap(part, r, s)) continue;
          for (Index m = 0; m < per_group_m_; ++m) {
            stream.values.push_back(weight(part.group * per_group_m_ + m, c, r, s));
          }
          end_block(stream.values);
        }
      }
      streams.push_back(stream);
    }
    return streams;
  }

  template <typename Value>
  std::vector<float> over_positions(Value value) const {
    std::vector<float> values;
    for (Index n = 0; n < shape_.N; ++n) {
      for (Index p = 0; p < shape_.P; ++p) {
        for (Index q = 0; q < shape_.Q; ++q) values.push_back(value(n, p, q));
      }
    }
    end_block(values);
    return values;
  }

  std::vector<Stream> gradient_planes(const Part& part) const {
    std::vector<Stream> streams;
    for (Index m = 0; m < per_group_m_; ++m) {
      streams.push_back({{m, 0, 0}, over_positions([&](Index n, Index p, Index q) {
                           return gradient(n, part.group * per_group_m_ + m, p * shape_.stride[0],
                                           q * shape_.stride[1]);
                         })});
    }
    return streams;
  }

  std::vector<Stream> shifted_activations(const Part& part) const {
    std::vector<Stream> streams;
    for (Index c = 0; c < per_group_c_; ++c) {
      for (Index r = 0; r < shape_.R; ++r) {
        for (Index s = 0; s < shape_.S; ++s) {
          streams.push_back(
              {{c, r, s}, over_positions([&](Index n, Index p, Index q) {
                 return activation(
                     n, part.group * per_group_c_ + c,
                     p * shape_.stride[0] - shape_.padding[0] + r * shape_.dilation[0],
                     q * shape_.stride[1] - shape_.padding[1] + s * shape_.dilation[1]);
               })});
        }
      }
    }
    return streams;
  }

  golden::Problem problem_;
  LayerShape shape_;
  golden::Geometry geometry_;
  Index per_group_m_, per_group_c_;
  std::vector<NaivePass> passes_;
  std::size_t row_groups_ = 0;
};

std::vector<float> random_values(std::int64_t count, double zeros, std::mt19937& random) {
  std::uniform_real_distribution<double> chance(0.0, 1.0);
  std::normal_distribution<double> value(0.0, 1.0);
  std::vector<float> values;
  for (std::int64_t k = 0; k < count; ++k) {
    if (chance(random) < zeros) {
      values.push_back(chance(random) < 0.5 ? 0.0f : -0.0f);
    } else {
      values.push_back(static_cast<float>(value(random) * std::exp(value(random))));
    }
  }
  return values;
}

}  // namespace

golden::Problem Layer::problem(Operation operation, SparseOperand sparse,
                               golden::Sidedness sidedness, bool removed) const {
  golden::Problem result;
  result.operation = operation;
  result.sparse = sparse;
  result.shape = shape;
  if (operation != Operation::backward_data) result.activations = activations.data();
  if (operation != Operation::backward_weights) result.weights = weights.data();
  if (operation != Operation::forward) result.output_gradients = output_gradients.data();
  result.sidedness = sidedness;
  result.dilation_zeros_removed = removed;
  return result;
}

LayerShape conv_shape(Axes batch_and_channels, Axes image, std::int64_t filters, Axes kernel,
                      Axes stride, Axes padding, Axes dilation, std::int64_t groups) {
  LayerShape shape;
  shape.N = batch_and_channels[0];
  shape.C = batch_and_channels[1];
  shape.M = filters;
  shape.H = image[0];
  shape.W = image[1];
  shape.R = kernel[0];
  shape.S = kernel[1];
  shape.P = (shape.H + 2 * padding[0] - dilation[0] * (shape.R - 1) - 1) / stride[0] + 1;
  shape.Q = (shape.W + 2 * padding[1] - dilation[1] * (shape.S - 1) - 1) / stride[1] + 1;
  shape.stride = stride;
  shape.padding = padding;
  shape.dilation = dilation;
  shape.groups = groups;
  return shape;
}

LayerShape dense_shape(std::int64_t batch, std::int64_t inputs, std::int64_t outputs) {
  LayerShape shape = conv_shape({batch, inputs}, {1, 1}, outputs, {1, 1});
  shape.linear = true;
  return shape;
}

Layer random_layer(const std::string& name, const LayerShape& shape, unsigned seed, double zeros) {
  std::mt19937 random(seed);
  Layer layer;
  layer.name = name;
  layer.shape = shape;
  layer.activations = random_values(shape.activation_count(), zeros, random);
  layer.weights = random_values(shape.weight_count(), zeros / 2, random);
  layer.output_gradients = random_values(shape.output_count(), zeros, random);
  return layer;
}

std::vector<Layer> corner_layers() {
  return {
      random_layer("plain", conv_shape({1, 5}, {5, 4}, 6, {3, 2}), 1, 0.5),
      random_layer("all_unequal", conv_shape({2, 6}, {7, 9}, 4, {3, 2}, {2, 3}, {1, 2}, {1, 2}, 2),
                   2, 0.5),
      random_layer("more_channels_than_lanes",
                   conv_shape({1, 19}, {4, 5}, 18, {2, 2}, {1, 1}, {1, 0}), 3, 0.6),
      random_layer("depthwise", conv_shape({2, 3}, {6, 5}, 6, {3, 3}, {1, 1}, {1, 1}, {1, 1}, 3), 4,
                   0.4),
      random_layer("kernel_smaller_than_stride", conv_shape({1, 4}, {10, 8}, 5, {2, 1}, {4, 3}), 5,
                   0.5),
      random_layer("small_kernel_padded", conv_shape({1, 2}, {5, 7}, 3, {1, 2}, {3, 3}, {2, 1}), 6,
                   0.3),
      random_layer("dilated_strided",
                   conv_shape({1, 3}, {11, 12}, 4, {3, 3}, {2, 2}, {2, 2}, {2, 3}), 7, 0.5),
      random_layer("rows_never_reached", conv_shape({1, 2}, {8, 9}, 2, {2, 3}, {3, 2}), 8, 0.2),
      random_layer("phase_without_inputs", conv_shape({1, 2}, {2, 3}, 2, {3, 2}, {3, 1}, {1, 0}),
                   11, 0.3),
      random_layer("dense", dense_shape(5, 37, 21), 9, 0.6),
      random_layer("one_value", conv_shape({1, 1}, {1, 1}, 1, {1, 1}), 10, 0.0),
  };
}

std::vector<NaivePass> naive_passes(const golden::Problem& problem,
                                    const golden::Geometry& geometry) {
  return Flow(problem, geometry).run();
}

}  // namespace tensordash::golden_testing
