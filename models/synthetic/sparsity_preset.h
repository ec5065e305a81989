#pragma once

#include "models/network/network.h"
#include "models/synthetic/synthetic_layer.h"

namespace tensordash {

/// Cluster where nothing else is asked for: maps at half zeros then differ by a standard deviation
/// of 0.25. Our guess; the paper (section 4.4) only says that non-zeros cluster in certain maps.
inline constexpr double default_cluster = 0.25;

/// Fractions of zeros like those of training that layer of that network, as far as the paper tells;
/// README.md says which are its and which are guesses. Throws std::invalid_argument for a network
/// without a preset; all of find_network have one.
LayerZeros preset_zeros(const Network& network, const NetworkLayer& layer);

}  // namespace tensordash
