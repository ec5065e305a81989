#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/layer/layer_shape.h"

namespace tensordash {

/// What a layer's activations are, which decides their sign and whether zeros are to be expected.
enum class LayerInput {
  raw,        ///< images or embeddings: signed, dense
  rectified,  ///< behind a ReLU: not negative
  balanced,   ///< behind tanh, a gate or dropout of such: signed
};

/// One convolution or matrix product of a network, for one sample.
struct NetworkLayer {
  std::string name;  ///< unique in its network, usable as a folder's name
  LayerShape shape;  ///< of one sample: N is 1, or the time steps of one
  LayerInput input = LayerInput::rectified;
  bool last = false;  ///< its outputs go to the loss
};

/// A network as the layers that a training accelerator computes, in the order of the forward pass.
/// Pooling, normalisation, activation functions, additions and table lookups are left out.
struct Network {
  std::string name;    ///< as the command line takes it: "resnet50"
  std::string title;   ///< as papers write it: "ResNet-50"
  std::string source;  ///< where the shapes come from
  std::vector<NetworkLayer> layers;

  /// Multiply-accumulates of the forward pass of one sample: convolutions, or all layers.
  std::int64_t conv_macs() const;
  std::int64_t macs() const;
};

/// The network of that name (see network_names), or null. Lives as long as the program.
const Network* find_network(std::string_view name);

/// alexnet, vgg16, resnet50, densenet121, squeezenet1_0, squeezenet1_1, img2txt, snli, gcn.
const std::vector<std::string>& network_names();

/// The network with the layers of `batch` samples. Throws std::invalid_argument, naming the layer
/// and what is allowed, for a batch below 1 or one that makes a layer too large.
Network at_batch(const Network& network, std::int64_t batch);

}  // namespace tensordash
