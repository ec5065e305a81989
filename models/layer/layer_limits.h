#pragma once

#include <cstdint>

namespace tensordash {

/// Largest stride, padding, dilation and number of groups: beyond any network, and small enough
/// that an extent such as dilation * (R - 1) fits in 64 bits.
inline constexpr std::int64_t max_layer_option = std::int64_t{1} << 20;

/// Largest number of multiply-accumulates of one operation of one layer.
inline constexpr std::int64_t max_layer_macs = std::int64_t{1} << 62;

}  // namespace tensordash
