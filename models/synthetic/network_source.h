#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/network/network.h"
#include "models/synthetic/sparsity_preset.h"
#include "models/trace/layer_source.h"

namespace tensordash {

/// What is asked of a network without a trace.
struct SyntheticParameters {
  std::int64_t batch = 16;  ///< samples; 16 fill the lanes of a fully-connected layer's gradients
  std::optional<double> activations, weights, gradients;  ///< zeros of all layers; none: preset
  double cluster = default_cluster;
  std::uint64_t seed = 1;

  /// Zeros of one layer: what was asked for, else the network's preset.
  LayerZeros zeros(const Network& network, const NetworkLayer& layer) const;

  /// The choice of sparsity in words: "preset of vgg16", "activations 0.5, weights 0, gradients
  /// 0.7", or a mixture.
  std::string sparsity_text(const Network& network) const;
};

/// The layers of a network with synthetic values, made when they are read.
class NetworkSource : public LayerSource {
 public:
  /// Throws std::invalid_argument, naming what is wrong and what is allowed: a batch that makes a
  /// layer too large, a fraction or cluster outside 0 to 1.
  NetworkSource(const Network& network, const SyntheticParameters& parameters);

  const std::string& model() const override { return network_.title; }
  std::int64_t epoch() const override { return 0; }
  std::string name() const override { return network_.name; }
  std::string synthetic() const override;

  const std::vector<LayerOutline>& layers() const override { return outlines_; }
  TraceLayer read(std::size_t index) const override;

  const SyntheticParameters& parameters() const { return parameters_; }

  /// Expected zeros of layer `index`.
  LayerZeros zeros(std::size_t index) const;

 private:
  Network network_;  ///< at the batch
  SyntheticParameters parameters_;
  std::vector<LayerOutline> outlines_;
};

}  // namespace tensordash
