#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "models/layer/operation.h"
#include "models/trace/layer_source.h"
#include "platform/config/config.h"

namespace tensordash {

/// What one form of a tensor takes, in groups with pointers to their starts (paper, section 3.6).
struct FormFootprint {
  std::uint64_t bytes = 0;         ///< in memory, pointers included
  std::uint64_t accesses = 0;      ///< of 32 bytes, to read all of it
  std::uint64_t row_accesses = 0;  ///< of rows, for forms that have them
};

/// One tensor of a layer: dense, zero mask, scheduled.
struct TensorFootprint {
  std::string layer, tensor;
  std::uint64_t values = 0, zeros = 0;
  std::array<FormFootprint, 3> forms;  ///< [MemoryForm]
};

/// The tensors of some of the source's layers (all, for no `names`) that some operations read (any,
/// for no `operations`), in the groups of the layout in
/// memory, scheduled with the configuration's table. `progress` is told the layer that begins.
/// Throws RequestError for a name that no layer has.
std::vector<TensorFootprint> footprint_study(
    const LayerSource& source, const std::vector<std::string>& names,
    const std::vector<Operation>& operations, Config config,
    const std::function<void(std::size_t, const std::string&)>& progress);

std::string footprint_table(const std::vector<TensorFootprint>& tensors);
std::string footprint_csv(const std::vector<TensorFootprint>& tensors);

}  // namespace tensordash
