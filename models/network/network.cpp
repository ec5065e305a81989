#include "models/network/network.h"

#include <fmt/format.h>

#include <limits>
#include <stdexcept>

#include "models/layer/tensor_shape.h"
#include "models/network/network_tables.h"

namespace tensordash {
namespace {

std::vector<Network> all_networks() {
  std::vector<Network> networks = image_networks();
  for (Network& network : language_networks()) networks.push_back(std::move(network));
  return networks;
}

const std::vector<Network>& networks() {
  static const std::vector<Network> all = all_networks();
  return all;
}

std::int64_t sum_of_macs(const Network& network, bool convolutions_only) {
  std::int64_t sum = 0;
  for (const NetworkLayer& layer : network.layers) {
    if (!convolutions_only || !layer.shape.linear) sum += layer.shape.macs();
  }
  return sum;
}

/// The shape with N = `samples`, checked like any other.
LayerShape with_samples(const LayerShape& shape, std::int64_t samples) {
  if (shape.linear) return linear_shape({samples, shape.C}, {shape.M, shape.C});
  return conv2d_shape({samples, shape.C, shape.H, shape.W},
                      {shape.M, shape.channels_per_group(), shape.R, shape.S}, shape.stride,
                      shape.padding, shape.dilation, shape.groups);
}

}  // namespace

std::int64_t Network::conv_macs() const {
  return sum_of_macs(*this, true);
}

std::int64_t Network::macs() const {
  return sum_of_macs(*this, false);
}

const Network* find_network(std::string_view name) {
  for (const Network& network : networks()) {
    if (network.name == name) return &network;
  }
  return nullptr;
}

const std::vector<std::string>& network_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> found;
    for (const Network& network : networks()) found.push_back(network.name);
    return found;
  }();
  return names;
}

Network at_batch(const Network& network, std::int64_t batch) {
  if (batch < 1 || batch > max_tensor_elements) {
    throw std::invalid_argument(
        fmt::format("the batch is {}; allowed: 1 to {}", batch, max_tensor_elements));
  }
  Network scaled = network;
  for (NetworkLayer& layer : scaled.layers) {
    try {
      // A product that does not fit is far beyond what a tensor may hold.
      const bool fits = batch <= std::numeric_limits<std::int64_t>::max() / layer.shape.N;
      layer.shape =
          with_samples(layer.shape, fits ? batch * layer.shape.N : max_tensor_elements + 1);
    } catch (const std::invalid_argument& problem) {
      throw std::invalid_argument(
          fmt::format("layer '{}' with a batch of {}: {}", layer.name, batch, problem.what()));
    }
  }
  return scaled;
}

}  // namespace tensordash
