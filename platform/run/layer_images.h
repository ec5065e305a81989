#pragma once

#include <array>
#include <optional>
#include <string>

#include "hw/dram/parameters.h"
#include "models/layer/operation.h"
#include "models/layout/image_placer.h"
#include "models/mapping/mapping_error.h"
#include "models/mapping/memory_parameters.h"
#include "models/mapping/side_operand.h"
#include "models/memory/load_stream.h"
#include "platform/config/config.h"

namespace tensordash {

/// Throws ConfigError naming layer and operation for a mapping that does not fit them.
[[noreturn]] void refuse_mapping(const std::string& layer, Operation operation,
                                 const MappingError& misfit);

/// The DRAM behind a modelled memory, with its bytes or only its clocks. Throws ConfigError for one
/// that the DMA cannot work with.
DramConfiguration modelled_dram(const Config& config, bool store_data);

/// Where the tensors of a layer lie in DRAM.
struct LayerImages {
  std::array<std::optional<TensorImage>, 3> operands;  ///< [OperandTensor]
  std::array<std::optional<TensorImage>, 3> outputs;   ///< [Operation]

  const TensorImage& operand(OperandTensor tensor) const {
    return *operands[static_cast<std::size_t>(tensor)];
  }
  const TensorImage& output(Operation operation) const {
    return *outputs[static_cast<std::size_t>(operation)];
  }
};

/// Places the tensors one after the other. Throws ConfigError when they do not fit.
LayerImages place_layer(const std::string& layer, const LayerShape& shape,
                        const MemoryParameters& parameters, std::uint64_t dram_bytes);

/// A tensor as timing sees it. `units` [group]: what is used of each slot, when it is compressed.
StoredTensor stored_tensor(const TensorImage& image, const std::vector<std::uint16_t>& units,
                           unsigned transfer_bytes);

}  // namespace tensordash
