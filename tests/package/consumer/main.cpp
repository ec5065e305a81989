// Uses what is installed from outside of the source tree; the last line tells how it went.

#include <iostream>
#include <vector>

#include "hw/dram/lpddr4.h"
#include "models/engine/operation_timing.h"
#include "models/layout/dram_image.h"
#include "models/layout/image_memory.h"
#include "models/network/network.h"
#include "platform/config/config.h"

namespace {

/// Values of which every third is not zero.
std::vector<float> sparse(std::int64_t count) {
  std::vector<float> values(static_cast<std::size_t>(count));
  for (std::size_t at = 0; at < values.size(); at += 3) values[at] = static_cast<float>(at + 1);
  return values;
}

/// The steps of a forward convolution on the fast engine.
bool skips_zeros(const tensordash::LayerShape& shape, tensordash::Config& config) {
  using tensordash::engine::TensorBits;
  const std::vector<float> activations = sparse(shape.activation_count());
  const std::vector<float> weights(static_cast<std::size_t>(shape.weight_count()), 1.0F);
  const TensorBits bits(activations.data(), shape.N, shape.C, shape.H * shape.W,
                        tensordash::engine::fp32_zeros);
  tensordash::StreamGeometry geometry;
  geometry.rows = config.number("tile.rows");
  geometry.columns = config.number("tile.columns");
  const tensordash::StreamPlan plan(tensordash::Operation::forward,
                                    tensordash::SparseOperand::activations, shape, geometry);
  const tensordash::Connectivity table = config.connectivity();
  tensordash::engine::Machine machine;
  machine.tiles = config.number("tiles");
  machine.table = &table;
  tensordash::engine::OperandBits operands;
  operands.activations = &bits;
  const auto timing = tensordash::engine::time_operation(plan, operands, weights.data(),
                                                         tensordash::engine::fp32_zeros, machine);
  std::cout << timing.steps << " steps, dense " << timing.dense_steps << '\n';
  return timing.steps > 0 && 2 * timing.steps < timing.dense_steps;
}

/// A tensor, compressed in memory and back.
bool comes_back(const tensordash::LayerShape& shape) {
  const tensordash::TensorImage image{tensordash::TensorLayout::of_activations(shape, 16), 4, 0,
                                      1 << 30, true};
  const std::vector<float> values = sparse(shape.activation_count());
  tensordash::ImageMemory memory;
  tensordash::store_tensor(image, values.data(), memory);
  std::vector<float> back(values.size());
  tensordash::load_tensor(image, memory, back.data());
  return back == values;
}

}  // namespace

int sc_main(int, char**) {
  tensordash::Config config;
  config.set_assignment("tiles=4");
  const tensordash::Network* network = tensordash::find_network("squeezenet1_1");
  const tensordash::LayerShape shape =
      tensordash::conv2d_shape({1, 32, 9, 9}, {20, 32, 3, 3}, {1, 1}, {1, 1}, {1, 1}, 1);
  const tensordash::Lpddr4<> memory("memory",
                                    tensordash::DramConfiguration(tensordash::DramParameters{}));
  const bool right = network != nullptr && skips_zeros(shape, config) && comes_back(shape) &&
                     memory.configuration().parameters.channels == 4;
  std::cout << (right ? "the package works" : "WRONG") << '\n';
  return right ? 0 : 1;
}
