#pragma once

#include <memory>

#include "models/engine/operation_outputs.h"
#include "tests/models/dataflow/random_case.h"

namespace tensordash::engine {

/// A random layer with a random machine, ready for the engine.
struct EngineCase {
  explicit EngineCase(unsigned seed, bool blocked = false)
      : the_case(seed, blocked),
        tiles(number(1, 20)),
        depth(number(1, 4)),
        is_paper(number(0, 1) == 0),
        table(Connectivity::named(is_paper ? "paper" : "dnnsim", the_case.geometry.lanes, depth)),
        plan(the_case.plan()) {
    machine.tiles = tiles;
    machine.sidedness = static_cast<Sidedness>(number(0, 2));
    machine.elastic = number(0, 1) == 0;
    machine.table = &table;
    // At times as tight as a large layer's.
    if (number(0, 2) == 0) {
      machine.most_stream_bytes = number(0, 3000);
      machine.most_column_bytes = number(0, 3000);
    }
    pack();
  }
  EngineCase(const EngineCase&) = delete;
  EngineCase& operator=(const EngineCase&) = delete;
  ~EngineCase() = default;

  /// Again, after values of the layer were changed.
  void pack(const ZeroRule& rule = fp32_zeros) {
    const LayerShape& shape = the_case.layer.shape;
    const OperandTensors view = tensors();
    activations = TensorBits(view.activations, shape.N, shape.C, shape.H * shape.W, rule);
    gradients = TensorBits(view.output_gradients, shape.N, shape.M, shape.P * shape.Q, rule);
    weights = weight_bits(the_case.orientation.operation, shape, view.weights, rule);
  }

  OperandTensors tensors() const { return the_case.layer.view(); }
  OperandBits bits() const { return {&activations, &gradients, &weights}; }
  OperationTiming timing() const {
    return time_operation(plan, bits(), tensors().weights, fp32_zeros, machine);
  }

  unsigned number(unsigned low, unsigned high) {
    return static_cast<unsigned>(dataflow_testing::pick(the_case.random, low, high));
  }

  dataflow_testing::RandomCase the_case;
  unsigned tiles, depth;
  bool is_paper;
  Connectivity table;
  StreamPlan plan;
  Machine machine;
  TensorBits activations, gradients, weights;
};

}  // namespace tensordash::engine
