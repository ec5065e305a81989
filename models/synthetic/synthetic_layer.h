#pragma once

#include <cstdint>
#include <string>

#include "models/network/network.h"
#include "models/trace/trace.h"

namespace tensordash {

/// Expected fractions of zeros of a layer's tensors, 0 to 1.
struct LayerZeros {
  double activations = 0;
  double weights = 0;
  double gradients = 0;  ///< of the outputs
};

/// A layer with synthetic tensors, the batch being the shape's N. Feature maps, to which `cluster`
/// applies (see ZeroFractions), are the (sample, channel) planes of activations and gradients and
/// the filters of weights. Activations are negative only if `input` is not rectified. The same
/// values at every call, whatever the cores; those of the first samples do not depend on the batch.
/// Throws std::invalid_argument for a fraction or cluster outside 0 to 1.
TraceLayer synthetic_layer(const std::string& name, const LayerShape& shape, LayerInput input,
                           const LayerZeros& zeros, double cluster, std::uint64_t seed);

}  // namespace tensordash
