#include <fmt/format.h>

#include "models/network/network_tables.h"

// Recurrent layers are matrix products over all time steps: a product of [samples x steps, inputs]
// with the weights, which the steps share. That one step waits for the one before it is not shown.

namespace tensordash {
namespace {

NetworkLayer product(const std::string& name, std::int64_t steps, std::int64_t inputs,
                     std::int64_t outputs, LayerInput input) {
  return {name, linear_shape({steps, inputs}, {outputs, inputs}), input, false};
}

/// The four gates of an LSTM as one product: [x(t), h(t-1)] to 4 x units.
NetworkLayer lstm(const std::string& name, std::int64_t steps, std::int64_t inputs,
                  std::int64_t units) {
  return product(name, steps, inputs + units, 4 * units, LayerInput::balanced);
}

std::vector<NetworkLayer> marked(std::vector<NetworkLayer> layers) {
  layers.back().last = true;
  return layers;
}

/// The trained part of Show and Tell; the image network before it stays as it is.
std::vector<NetworkLayer> img2txt_layers() {
  constexpr std::int64_t features = 2048;  // Inception v3, behind ReLU and average pooling
  constexpr std::int64_t units = 512;      // embedding and LSTM
  constexpr std::int64_t words = 20;       // of a caption
  constexpr std::int64_t vocabulary = 12000;
  return marked({
      product("image_embedding", 1, features, units, LayerInput::rectified),
      lstm("lstm", 1 + words, units, units),  // the image is the first step
      product("word_logits", words, units, vocabulary, LayerInput::balanced),
  });
}

/// One LSTM reads both sentences; four layers judge the pair of its final states.
std::vector<NetworkLayer> snli_layers() {
  constexpr std::int64_t units = 300;      // embedding, projection and LSTM
  constexpr std::int64_t tokens = 14 + 8;  // mean lengths of premise and hypothesis
  constexpr std::int64_t pair = 2 * units;
  return marked({
      product("projection", tokens, units, units, LayerInput::raw),
      lstm("lstm", tokens, units, units),
      product("fc1", 1, pair, pair, LayerInput::balanced),
      product("fc2", 1, pair, pair, LayerInput::rectified),
      product("fc3", 1, pair, pair, LayerInput::rectified),
      product("classes", 1, pair, 3, LayerInput::rectified),
  });
}

/// A gated convolution along time: twice the channels, one half gates the other. The input begins
/// size - 1 tokens early, so that no output sees the future.
NetworkLayer gated(const std::string& name, std::int64_t tokens, std::int64_t inputs,
                   std::int64_t channels, LayerInput input) {
  constexpr std::int64_t size = 4;
  return {name,
          conv2d_shape({1, inputs, 1, tokens + size - 1}, {2 * channels, inputs, 1, size}, {1, 1},
                       {0, 0}, {1, 1}, 1),
          input, false};
}

/// GCNN-8 of the article's WikiText column over the vocabulary of WikiText-2, with a full softmax.
std::vector<NetworkLayer> gcn_layers() {
  constexpr std::int64_t tokens = 35;
  constexpr std::int64_t embedding = 280;
  constexpr std::int64_t channels = 900;
  constexpr std::int64_t vocabulary = 33278;
  std::vector<NetworkLayer> layers{gated("conv1", tokens, embedding, channels, LayerInput::raw)};
  for (int number = 2; number <= 8; ++number) {
    layers.push_back(
        gated(fmt::format("conv{}", number), tokens, channels, channels, LayerInput::balanced));
  }
  layers.push_back(product("word_logits", tokens, channels, vocabulary, LayerInput::balanced));
  return marked(std::move(layers));
}

}  // namespace

std::vector<Network> language_networks() {
  return {
      {"img2txt", "img2txt (Show and Tell)", "Vinyals et al.: arXiv 1609.06647", img2txt_layers()},
      {"snli", "SNLI", "Bowman et al., 2015; layers of the LSTM baseline in PyTorch's examples",
       snli_layers()},
      {"gcn", "GCN (gated convolutional language model)",
       "Dauphin et al.: arXiv 1612.08083, GCNN-8; WikiText-2", gcn_layers()},
  };
}

}  // namespace tensordash
