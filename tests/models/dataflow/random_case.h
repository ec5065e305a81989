#pragma once

#include <ostream>
#include <vector>

#include "models/dataflow/stream_plan.h"
#include "tests/models/dataflow/random_layer.h"

namespace tensordash::dataflow_testing {

/// One way to run an operation.
struct Orientation {
  Operation operation;
  SparseOperand sparse;
};

/// Every operation, the weight gradients with either operand on the sparse side.
inline constexpr Orientation orientations[] = {
    {Operation::forward, SparseOperand::activations},
    {Operation::backward_data, SparseOperand::gradients},
    {Operation::backward_weights, SparseOperand::gradients},
    {Operation::backward_weights, SparseOperand::activations},
};

/// A layer, a way to run it and a machine, all from one seed.
struct RandomCase {
  /// `blocked`: with reductions in blocks, most of them of more than one.
  explicit RandomCase(unsigned seed, bool blocked = false) : random(seed) {
    layer = random_tensors(random_shape(random), random);
    geometry.lanes = static_cast<unsigned>(pick(random, 0, 1) == 0 ? 16 : pick(random, 1, 20));
    geometry.rows = static_cast<unsigned>(pick(random, 1, 6));
    geometry.columns = static_cast<unsigned>(pick(random, 1, 6));
    geometry.dilation_zeros_removed = pick(random, 0, 1) == 0;
    orientation = orientations[pick(random, 0, 3)];
    if (blocked) {
      std::mt19937 rows(seed);
      geometry.reduction_rows = pick(rows, 0, 3) == 0 ? pick(rows, 1, 40) : pick(rows, 1, 4);
    }
  }

  StreamPlan plan() const {
    return {orientation.operation, orientation.sparse, layer.shape, geometry};
  }
  NaiveDataflow naive() const {
    return {orientation.operation, orientation.sparse, layer, geometry};
  }

  std::mt19937 random;
  LayerTensors layer;
  StreamGeometry geometry;
  Orientation orientation{};
};

inline std::ostream& operator<<(std::ostream& out, const RandomCase& the_case) {
  const LayerShape& s = the_case.layer.shape;
  const StreamGeometry& g = the_case.geometry;
  return out << name_of(the_case.orientation.operation) << ", sparse "
             << name_of(the_case.orientation.sparse) << ", NCHW " << s.N << ' ' << s.C << ' ' << s.H
             << ' ' << s.W << ", MRS " << s.M << ' ' << s.R << ' ' << s.S << ", PQ " << s.P << ' '
             << s.Q << ", stride " << s.stride[0] << ' ' << s.stride[1] << ", padding "
             << s.padding[0] << ' ' << s.padding[1] << ", dilation " << s.dilation[0] << ' '
             << s.dilation[1] << ", groups " << s.groups << (s.linear ? ", linear" : "") << "; "
             << g.rows << 'x' << g.columns << " PEs of " << g.lanes << " lanes, dilation zeros "
             << (g.dilation_zeros_removed ? "removed" : "kept") << ", blocks of "
             << g.reduction_rows << " rows";
}

/// Seeds of the random comparisons: enough for every corner to come up many times.
inline constexpr unsigned random_cases = 1500;

}  // namespace tensordash::dataflow_testing
