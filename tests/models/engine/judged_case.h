#pragma once

#include <cstring>
#include <vector>

#include "models/golden/golden.h"
#include "tests/models/engine/engine_case.h"

namespace tensordash::engine {

inline std::vector<std::uint32_t> bits_of(const std::vector<float>& values) {
  std::vector<std::uint32_t> bits(values.size());
  std::memcpy(bits.data(), values.data(), values.size() * sizeof(float));
  return bits;
}

inline golden::Problem golden_problem(const EngineCase& engine_case) {
  const dataflow_testing::RandomCase& the_case = engine_case.the_case;
  golden::Problem problem;
  problem.operation = the_case.orientation.operation;
  problem.sparse = the_case.orientation.sparse;
  problem.shape = the_case.layer.shape;
  const OperandTensors tensors = engine_case.tensors();
  problem.activations = tensors.activations;
  problem.weights = tensors.weights;
  problem.output_gradients = tensors.output_gradients;
  problem.sidedness = static_cast<golden::Sidedness>(engine_case.machine.sidedness);
  problem.dilation_zeros_removed = the_case.geometry.dilation_zeros_removed;
  return problem;
}

/// One pass of results as a monitor would have recorded it.
inline PassRecord record_of(const EngineCase& engine_case, const PassResults& results,
                            std::int64_t column_group) {
  const StreamGeometry& geometry = engine_case.plan.geometry();
  PassRecord record;
  const auto number =
      static_cast<std::uint64_t>(results.row_group * results.segment->column_groups + column_group);
  record.pass = results.segment->first_pass + number;
  record.tile = static_cast<unsigned>((results.segment->first_turn + number) % engine_case.tiles);
  record.schedulers_a_row =
      engine_case.machine.sidedness == Sidedness::two_sided ? geometry.columns : 1;
  for (const Slots& slots : *results.slots) record.slots.emplace_back(slots.begin(), slots.end());
  record.outputs.resize(std::size_t{geometry.rows} * geometry.columns);
  const std::int64_t first = (column_group - results.first_column_group) * geometry.columns;
  for (std::int64_t row = 0; row < geometry.rows; ++row) {
    if (results.row_group * geometry.rows + row >= results.segment->I) break;
    for (std::int64_t column = 0; column < geometry.columns; ++column) {
      if (first + column >= results.columns) break;
      record.outputs[static_cast<std::size_t>(row * geometry.columns + column)] =
          results.outputs[row * results.columns + first + column];
    }
  }
  return record;
}

inline golden::Geometry golden_geometry(const EngineCase& engine_case) {
  const StreamGeometry& geometry = engine_case.plan.geometry();
  return {geometry.rows, geometry.columns, engine_case.tiles, geometry.lanes,
          geometry.reduction_rows};
}

}  // namespace tensordash::engine
