#pragma once

#include <optional>

#include "models/trace/trace.h"

namespace tensordash::differential {

/// What a layer's shape is chosen by; each can be changed alone. Channels and filters are those of
/// one group.
struct LayerDimensions {
  explicit LayerDimensions(const LayerShape& shape);

  std::int64_t N, channels, filters, groups, H, W, R, S;
  std::int64_t stride_v, stride_h, padding_v, padding_h, dilation_v, dilation_h;
  bool linear;
};

/// Which part of a tensor stays when it gets smaller.
enum class Keep { first, last };

/// `layer` with other dimensions: each tensor keeps the values at the places that stay, and repeats
/// them where it grows. Nothing if no layer has such dimensions.
std::optional<TraceLayer> resized(const TraceLayer& layer, const LayerDimensions& dimensions,
                                  Keep keep = Keep::first);

}  // namespace tensordash::differential
