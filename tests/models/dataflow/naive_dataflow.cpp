#include "tests/models/dataflow/naive_dataflow.h"

#include <algorithm>

namespace tensordash::dataflow_testing {
namespace {

bool within(std::int64_t value, std::int64_t size) {
  return 0 <= value && value < size;
}

std::int64_t input_place(const LayerShape& shape, std::size_t axis, std::int64_t output,
                         std::int64_t tap) {
  return output * shape.stride[axis] + tap * shape.dilation[axis] - shape.padding[axis];
}

std::vector<NaiveDataflow::Tuple> tuples(std::int64_t x, std::int64_t y, std::int64_t z) {
  std::vector<NaiveDataflow::Tuple> all;
  for (std::int64_t a = 0; a < x; ++a) {
    for (std::int64_t b = 0; b < y; ++b) {
      for (std::int64_t c = 0; c < z; ++c) all.push_back({a, b, c});
    }
  }
  return all;
}

std::vector<std::pair<std::int64_t, std::int64_t>> all_taps(const LayerShape& shape) {
  std::vector<std::pair<std::int64_t, std::int64_t>> taps;
  for (std::int64_t r = 0; r < shape.R; ++r) {
    for (std::int64_t s = 0; s < shape.S; ++s) taps.emplace_back(r, s);
  }
  return taps;
}

std::size_t flat(std::int64_t index) {
  return static_cast<std::size_t>(index);
}

}  // namespace

OperandTensors LayerTensors::view() const {
  return {activations.data(), weights.data(),
          output_gradients.empty() ? nullptr : output_gradients.data()};
}

float LayerTensors::activation(std::int64_t n, std::int64_t c, std::int64_t h,
                               std::int64_t w) const {
  return activations[flat(((n * shape.C + c) * shape.H + h) * shape.W + w)];
}

float LayerTensors::weight(std::int64_t m, std::int64_t c, std::int64_t r, std::int64_t s) const {
  return weights[flat(((m * (shape.C / shape.groups) + c) * shape.R + r) * shape.S + s)];
}

float LayerTensors::gradient(std::int64_t n, std::int64_t m, std::int64_t p, std::int64_t q) const {
  return output_gradients[flat(((n * shape.M + m) * shape.P + p) * shape.Q + q)];
}

void for_each_product(const LayerShape& shape, const std::function<void(const Product&)>& use) {
  const std::int64_t C = shape.C / shape.groups;
  const std::int64_t M = shape.M / shape.groups;
  for (std::int64_t n = 0; n < shape.N; ++n) {
    for (std::int64_t m = 0; m < shape.M; ++m) {
      for (const auto& [p, q, c] : tuples(shape.P, shape.Q, C)) {
        for (const auto& [r, s] : all_taps(shape)) {
          const std::int64_t h = input_place(shape, 0, p, r);
          const std::int64_t w = input_place(shape, 1, q, s);
          if (!within(h, shape.H) || !within(w, shape.W)) continue;
          use({n, m, p, q, c, m / M * C + c, r, s, h, w});
        }
      }
    }
  }
}

NaiveDataflow::NaiveDataflow(Operation operation, SparseOperand sparse, const LayerTensors& layer,
                             const StreamGeometry& geometry)
    : operation_(operation),
      sparse_(sparse),
      layer_(layer),
      shape_(layer.shape),
      geometry_(geometry) {
  const std::int64_t C = shape_.C / shape_.groups;
  const std::int64_t M = shape_.M / shape_.groups;
  const auto [U_v, U_h] = shape_.stride;
  for (std::int64_t group = 0; group < shape_.groups; ++group) {
    Part part;
    part.group = group;
    part.taps = all_taps(shape_);
    if (operation == Operation::forward) {
      part.i = tuples(shape_.N, shape_.P, shape_.Q);
      part.j = tuples(1, 1, M);
      add_part(part);
    } else if (operation == Operation::backward_weights) {
      part.i = tuples(1, 1, M);
      part.j = tuples(C, shape_.R, shape_.S);
      if (sparse == SparseOperand::activations) std::swap(part.i, part.j);
      add_part(part);
    } else if (!geometry.dilation_zeros_removed) {
      part.i = tuples(shape_.N, shape_.H, shape_.W);
      part.j = tuples(1, 1, C);
      add_part(part);
    } else {
      part.j = tuples(1, 1, C);
      for (const auto& [unused, phase_v, phase_h] : tuples(1, U_v, U_h)) {
        part.i.clear();
        part.taps.clear();
        for (const Tuple& i : tuples(shape_.N, shape_.H, shape_.W)) {
          if ((i[1] + shape_.padding[0]) % U_v != phase_v) continue;
          if ((i[2] + shape_.padding[1]) % U_h == phase_h) part.i.push_back(i);
        }
        for (const auto& tap : all_taps(shape_)) {
          if (tap.first * shape_.dilation[0] % U_v != phase_v) continue;
          if (tap.second * shape_.dilation[1] % U_h == phase_h) part.taps.push_back(tap);
        }
        add_part(part);
      }
    }
  }
  list_passes();
}

/// Channels that a stream row's lanes run over.
std::int64_t NaiveDataflow::reduced_channels() const {
  return (operation_ == Operation::forward ? shape_.C : shape_.M) / shape_.groups;
}

void NaiveDataflow::add_part(Part part) {
  if (part.i.empty() || part.taps.empty()) return;
  std::int64_t values = shape_.N * shape_.P * shape_.Q;
  if (operation_ != Operation::backward_weights) values = reduced_channels();
  std::int64_t rows = 0;
  while (rows * geometry_.lanes < values) ++rows;
  if (operation_ != Operation::backward_weights) {
    rows *= static_cast<std::int64_t>(part.taps.size());
  }
  part.whole = rows;
  for (std::int64_t row = 0; row < rows; ++row) {
    const bool begins =
        geometry_.reduction_rows == 0 ? row == 0 : row % geometry_.reduction_rows == 0;
    if (begins) {
      parts_.push_back(part);
      parts_.back().from = row;
    }
    ++parts_.back().K;
  }
}

void NaiveDataflow::list_passes() {
  std::uint64_t first_turn = 0;
  std::uint64_t turn = 0;
  for (std::size_t part = 0; part < parts_.size(); ++part) {
    // A tile takes up what it left.
    if (parts_[part].from == 0) first_turn = turn;
    turn = first_turn;
    const auto I = static_cast<std::int64_t>(parts_[part].i.size());
    const auto J = static_cast<std::int64_t>(parts_[part].j.size());
    for (std::int64_t i = 0; i < I; i += geometry_.rows) {
      for (std::int64_t j = 0; j < J; j += geometry_.columns) {
        Pass pass;
        pass.id = passes_.size();
        pass.turn = turn++;
        pass.part = part;
        pass.first_i = i;
        pass.first_j = j;
        while (pass.rows < geometry_.rows && i + pass.rows < I) ++pass.rows;
        while (pass.columns < geometry_.columns && j + pass.columns < J) ++pass.columns;
        passes_.push_back(pass);
      }
    }
  }
}

/// `place` is (unused, h, w), in the image or not.
StreamValue NaiveDataflow::activation(const Part& part, std::int64_t n, std::int64_t c,
                                      Tuple place) const {
  if (!within(place[1], shape_.H) || !within(place[2], shape_.W)) {
    return {0.0F, Origin::spatial_padding};
  }
  const std::int64_t channel = part.group * (shape_.C / shape_.groups) + c;
  return {layer_.activation(n, channel, place[1], place[2]), Origin::tensor};
}

/// The gradient that a filter's tap meets at output (n, h, w) of backward_data.
StreamValue NaiveDataflow::spread_gradient(const Part& part, std::int64_t m, Tuple output,
                                           std::pair<std::int64_t, std::int64_t> tap) const {
  const std::int64_t v = output[1] + shape_.padding[0] - tap.first * shape_.dilation[0];
  const std::int64_t u = output[2] + shape_.padding[1] - tap.second * shape_.dilation[1];
  if (v % shape_.stride[0] != 0 || u % shape_.stride[1] != 0) return {0.0F, Origin::dilation};
  const std::int64_t p = v / shape_.stride[0];
  const std::int64_t q = u / shape_.stride[1];
  if (!within(p, shape_.P) || !within(q, shape_.Q)) return {0.0F, Origin::spatial_padding};
  const std::int64_t filter = part.group * (shape_.M / shape_.groups) + m;
  return {layer_.gradient(output[0], filter, p, q), Origin::tensor};
}

/// Value `at` of a stream of backward_weights: gradients of a filter, or activations under a tap.
StreamValue NaiveDataflow::position(const Part& part, bool gradients, Tuple index,
                                    std::int64_t at) const {
  if (at >= shape_.N * shape_.P * shape_.Q) return {0.0F, Origin::lane_padding};
  const std::int64_t n = at / (shape_.P * shape_.Q);
  const std::int64_t p = at % (shape_.P * shape_.Q) / shape_.Q;
  const std::int64_t q = at % shape_.Q;
  if (!gradients) {
    return activation(
        part, n, index[0],
        {0, input_place(shape_, 0, p, index[1]), input_place(shape_, 1, q, index[2])});
  }
  const std::int64_t filter = part.group * (shape_.M / shape_.groups) + index[2];
  return {layer_.gradient(n, filter, p, q), Origin::tensor};
}

StreamValue NaiveDataflow::b(const Part& part, std::size_t i, std::int64_t of_part,
                             std::int64_t lane) const {
  const std::int64_t k = part.from + of_part;
  const Tuple& index = part.i[i];
  if (operation_ == Operation::backward_weights) {
    return position(part, sparse_ == SparseOperand::gradients, index, k * geometry_.lanes + lane);
  }
  const std::int64_t blocks = part.whole / static_cast<std::int64_t>(part.taps.size());
  const auto& tap = part.taps[flat(k / blocks)];
  const std::int64_t channel = k % blocks * geometry_.lanes + lane;
  if (channel >= reduced_channels()) return {0.0F, Origin::lane_padding};
  if (operation_ == Operation::backward_data) return spread_gradient(part, channel, index, tap);
  return activation(part, index[0], channel,
                    {0, input_place(shape_, 0, index[1], tap.first),
                     input_place(shape_, 1, index[2], tap.second)});
}

StreamValue NaiveDataflow::a(const Part& part, std::size_t j, std::int64_t of_part,
                             std::int64_t lane) const {
  const std::int64_t k = part.from + of_part;
  const Tuple& index = part.j[j];
  if (operation_ == Operation::backward_weights) {
    return position(part, sparse_ == SparseOperand::activations, index, k * geometry_.lanes + lane);
  }
  const std::int64_t blocks = part.whole / static_cast<std::int64_t>(part.taps.size());
  const auto& [r, s] = part.taps[flat(k / blocks)];
  const std::int64_t channel = k % blocks * geometry_.lanes + lane;
  if (channel >= reduced_channels()) return {0.0F, Origin::lane_padding};
  const std::int64_t M = shape_.M / shape_.groups;
  if (operation_ == Operation::forward) {
    return {layer_.weight(part.group * M + index[2], channel, r, s), Origin::tensor};
  }
  return {layer_.weight(part.group * M + channel, index[2], r, s), Origin::tensor};
}

std::int64_t NaiveDataflow::output(const Part& part, std::size_t i, std::size_t j) const {
  const std::int64_t C = shape_.C / shape_.groups;
  const std::int64_t M = shape_.M / shape_.groups;
  const Tuple& of_i = part.i[i];
  const Tuple& of_j = part.j[j];
  if (operation_ == Operation::forward) {
    const std::int64_t m = part.group * M + of_j[2];
    return ((of_i[0] * shape_.M + m) * shape_.P + of_i[1]) * shape_.Q + of_i[2];
  }
  if (operation_ == Operation::backward_data) {
    const std::int64_t c = part.group * C + of_j[2];
    return ((of_i[0] * shape_.C + c) * shape_.H + of_i[1]) * shape_.W + of_i[2];
  }
  const bool gradients = sparse_ == SparseOperand::gradients;
  const std::int64_t m = part.group * M + (gradients ? of_i : of_j)[2];
  const Tuple& tap = gradients ? of_j : of_i;
  return ((m * C + tap[0]) * shape_.R + tap[1]) * shape_.S + tap[2];
}

}  // namespace tensordash::dataflow_testing
