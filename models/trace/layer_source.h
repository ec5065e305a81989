#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/trace/trace.h"

namespace tensordash {

/// One layer before its tensors are there.
struct LayerOutline {
  std::string name;
  LayerShape shape;
  bool has_gradients = true;  ///< without: inference, forward only
};

/// Where a run gets its layers from: a recorded trace, or a network with synthetic values. Holds no
/// tensor itself.
class LayerSource {
 public:
  LayerSource() = default;
  LayerSource(const LayerSource&) = delete;
  LayerSource& operator=(const LayerSource&) = delete;
  virtual ~LayerSource() = default;

  virtual const std::string& model() const = 0;
  virtual std::int64_t epoch() const = 0;
  /// What the user named: the trace's path or the network.
  virtual std::string name() const = 0;
  /// How the values came about when they are synthetic, one line; empty for recorded ones.
  virtual std::string synthetic() const = 0;

  virtual const std::vector<LayerOutline>& layers() const = 0;
  /// The tensors of layer `index`. Throws TraceError.
  virtual TraceLayer read(std::size_t index) const = 0;
};

}  // namespace tensordash
