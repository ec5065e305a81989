#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/network/network.h"

namespace tensordash {

/// Channels, height and width of one sample on its way through a network.
struct FeatureMaps {
  std::int64_t channels = 1, height = 1, width = 1;
};

/// A filter that is the same on both axes.
struct Filter {
  std::int64_t size = 1, stride = 1, padding = 0, groups = 1;
};

/// Lists the layers of a network of square filters in order, each fed by the one before it. Pooling
/// only changes the maps. The first layer's input is raw, every other one's rectified.
class LayerBuilder {
 public:
  explicit LayerBuilder(FeatureMaps input) : maps_(input) {}

  /// A convolution to `channels` outputs.
  void conv(const std::string& name, std::int64_t channels, Filter filter);
  /// Pooling of a size and stride, without padding. A last window that begins inside the maps and
  /// ends outside counts, as in the framework that these networks were published for.
  void pool(Filter filter);
  /// A fully-connected layer over all that is in the maps.
  void linear(const std::string& name, std::int64_t outputs);

  const FeatureMaps& maps() const { return maps_; }
  /// Continues from other maps: a branch that starts again, or a concatenation.
  void continue_from(FeatureMaps maps) { maps_ = maps; }

  /// The layers; the final one is marked as the last.
  std::vector<NetworkLayer> take();

 private:
  void add(const std::string& name, const LayerShape& shape);

  FeatureMaps maps_;
  std::vector<NetworkLayer> layers_;
};

}  // namespace tensordash
