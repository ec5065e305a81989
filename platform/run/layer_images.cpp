#include "platform/run/layer_images.h"

#include <fmt/format.h>

#include <utility>

#include "models/mapping/output_plan.h"
#include "platform/config/dram_keys.h"
#include "platform/config/memory_keys.h"
#include "platform/run/run_request.h"

namespace tensordash {
namespace {

std::size_t index(OperandTensor tensor) {
  return static_cast<std::size_t>(tensor);
}

std::size_t index(Operation operation) {
  return static_cast<std::size_t>(operation);
}

}  // namespace

void refuse_mapping(const std::string& layer, Operation operation, const MappingError& misfit) {
  throw ConfigError(fmt::format("layer {}, {}: {}", layer, name_of(operation), misfit.what()));
}

DramConfiguration modelled_dram(const Config& config, bool store_data) {
  DramParameters parameters = dram_parameters(config);
  parameters.store_data = store_data;
  DramConfiguration dram;
  try {
    dram = DramConfiguration(parameters);
  } catch (const DramError& problem) {
    throw ConfigError(problem.what());
  }
  if (parameters.front_clocks != 0) {
    throw ConfigError(fmt::format("dram.front_clocks is {}; allowed with memory=modelled: 0",
                                  parameters.front_clocks));
  }
  if (parameters.response_order == ResponseOrder::in_order) {
    throw ConfigError(
        "dram.response_order is in_order; allowed with memory=modelled: out_of_order");
  }
  if (dram.burst_bytes() > dma_request_bytes) {
    throw ConfigError(
        fmt::format("dram.width is {}; allowed with memory=modelled: 16, 32", parameters.width));
  }
  const unsigned bursts =
      config.number("dma.outstanding") * (dma_request_bytes / dram.burst_bytes());
  if (bursts > parameters.queue) {
    throw ConfigError(
        fmt::format("dma.outstanding is {}, {} bursts; allowed: as many as a channel's queue holds "
                    "(dram.queue is {})",
                    config.number("dma.outstanding"), bursts, parameters.queue));
  }
  return dram;
}

LayerImages place_layer(const std::string& layer, const LayerShape& shape,
                        const MemoryParameters& parameters, std::uint64_t dram_bytes) {
  LayerImages images;
  const unsigned lanes = parameters.lanes;
  const unsigned bytes = parameters.value_bytes;
  ImagePlacer placer(0, dram_bytes);
  try {
    images.operands[index(OperandTensor::activations)] =
        placer.place("activations", TensorLayout::of_activations(shape, lanes), bytes);
    images.operands[index(OperandTensor::weights)] =
        placer.place("weights", TensorLayout::of_weights(shape, lanes), bytes);
    images.operands[index(OperandTensor::gradients)] =
        placer.place("output_gradients", TensorLayout::of_outputs(shape, lanes), bytes);
    for (const auto& [operation, name] : {std::pair{Operation::forward, "O"},
                                          {Operation::backward_data, "GA"},
                                          {Operation::backward_weights, "GW"}}) {
      images.outputs[index(operation)] =
          placer.place(name, output_layout(operation, shape, lanes), 4);
    }
  } catch (const PlacementError& problem) {
    throw ConfigError(fmt::format("layer {}: {}", layer, problem.what()));
  }
  for (auto& image : images.operands) image->compressed = parameters.zero_compression;
  for (auto& image : images.outputs) image->compressed = false;
  return images;
}

StoredTensor stored_tensor(const TensorImage& image, const std::vector<std::uint16_t>& units,
                           unsigned transfer_bytes) {
  StoredTensor tensor;
  tensor.data_base = image.data_base;
  tensor.directory_base = image.directory_base;
  tensor.slot_bytes = static_cast<std::uint32_t>(image.slot_bytes());
  tensor.transfer_bytes = transfer_bytes;
  if (image.compressed) tensor.units = units;
  return tensor;
}

}  // namespace tensordash
