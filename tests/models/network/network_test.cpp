#include "models/network/network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <stdexcept>

#include "models/layer/tensor_shape.h"

namespace tensordash {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Network& network(const std::string& name) {
  const Network* found = find_network(name);
  if (found == nullptr) throw std::logic_error("no network " + name);
  return *found;
}

const LayerShape& shape_of(const Network& in, const std::string& name) {
  for (const NetworkLayer& layer : in.layers) {
    if (layer.name == name) return layer.shape;
  }
  throw std::logic_error("no layer " + name);
}

TEST(Networks, AreFoundByName) {
  EXPECT_THAT(network_names(),
              ElementsAre("alexnet", "vgg16", "resnet50", "densenet121", "squeezenet1_0",
                          "squeezenet1_1", "img2txt", "snli", "gcn"));
  for (const std::string& name : network_names()) {
    EXPECT_EQ(network(name).name, name);
    EXPECT_FALSE(network(name).title.empty());
    EXPECT_FALSE(network(name).source.empty());
  }
  EXPECT_EQ(find_network("ResNet50"), nullptr);
  EXPECT_EQ(find_network(""), nullptr);
}

// Sums that others published for these networks, of the convolutions of one image.
TEST(Networks, HaveTheMultiplyAccumulatesOfTheirConvolutions) {
  const std::map<std::string, std::int64_t> sums{
      {"alexnet", 665'784'864},       {"vgg16", 15'346'630'656},
      {"resnet50", 3'855'925'248},    {"densenet121", 2'833'137'664},
      {"squeezenet1_0", 818'924'576}, {"squeezenet1_1", 349'151'936},
  };
  for (const auto& [name, macs] : sums) EXPECT_EQ(network(name).conv_macs(), macs) << name;
}

TEST(Networks, CountFullyConnectedLayersToo) {
  EXPECT_EQ(network("alexnet").macs() - network("alexnet").conv_macs(),
            9216 * 4096 + 4096 * 4096 + 4096 * 1000);
  EXPECT_EQ(network("vgg16").macs() - network("vgg16").conv_macs(),
            25088 * 4096 + 4096 * 4096 + 4096 * 1000);
  EXPECT_EQ(network("resnet50").macs() - network("resnet50").conv_macs(), 2048 * 1000);
  EXPECT_EQ(network("densenet121").macs() - network("densenet121").conv_macs(), 1024 * 1000);
}

// Weights of the published models, biases and normalisation left out.
TEST(Networks, HaveTheirWeights) {
  const std::map<std::string, std::int64_t> sums{
      {"alexnet", 60'954'656},    {"vgg16", 138'344'128},       {"resnet50", 25'502'912},
      {"densenet121", 7'894'208}, {"squeezenet1_0", 1'244'448}, {"squeezenet1_1", 1'231'552},
  };
  for (const auto& [name, weights] : sums) {
    std::int64_t sum = 0;
    for (const NetworkLayer& layer : network(name).layers) sum += layer.shape.weight_count();
    EXPECT_EQ(sum, weights) << name;
  }
}

TEST(Networks, HaveAsManyLayersAsTheirNamesSay) {
  const std::map<std::string, std::size_t> counts{
      {"alexnet", 8},       {"vgg16", 16},         {"resnet50", 50 + 4 /* shortcuts */},
      {"densenet121", 121}, {"squeezenet1_0", 26}, {"squeezenet1_1", 26},
      {"img2txt", 3},       {"snli", 6},           {"gcn", 8 + 1},
  };
  for (const auto& [name, count] : counts) EXPECT_EQ(network(name).layers.size(), count) << name;
}

TEST(Networks, HaveLayerNamesOfTheirOwnThatAFolderCanHave) {
  for (const std::string& name : network_names()) {
    std::set<std::string> seen;
    for (const NetworkLayer& layer : network(name).layers) {
      EXPECT_TRUE(seen.insert(layer.name).second) << name << " " << layer.name;
      EXPECT_EQ(layer.name.find_first_of("/ "), std::string::npos) << layer.name;
    }
  }
}

TEST(Networks, OnlyTheFinalLayerFeedsTheLoss) {
  for (const std::string& name : network_names()) {
    for (const NetworkLayer& layer : network(name).layers) {
      EXPECT_EQ(layer.last, &layer == &network(name).layers.back()) << name << " " << layer.name;
    }
  }
}

TEST(Networks, AreFedWithImagesAndEmbeddings) {
  for (const std::string& name : network_names()) {
    if (name == "img2txt") continue;  // features of an image network, behind a ReLU
    EXPECT_EQ(network(name).layers.front().input, LayerInput::raw) << name;
  }
}

/// In a chain every layer reads what the one before it writes, at most through pooling.
TEST(Networks, ChainChannelsAndExtents) {
  for (const char* name : {"alexnet", "vgg16"}) {
    const std::vector<NetworkLayer>& layers = network(name).layers;
    for (std::size_t at = 1; at < layers.size(); ++at) {
      const LayerShape& from = layers[at - 1].shape;
      const LayerShape& to = layers[at].shape;
      if (to.linear && !from.linear) continue;  // pooled and flattened, below
      EXPECT_EQ(from.M, to.C) << name << " " << layers[at].name;
      const bool straight = from.P == to.H && from.Q == to.W;
      const bool halved = from.P / 2 == to.H && from.Q / 2 == to.W;
      EXPECT_TRUE(straight || halved) << name << " " << layers[at].name;
    }
  }
  EXPECT_EQ(shape_of(network("alexnet"), "fc6").C, 256 * 6 * 6);
  EXPECT_EQ(shape_of(network("vgg16"), "fc6").C, 512 * 7 * 7);
}

TEST(Networks, ChainTheConvolutionsOfABottleneck) {
  const Network& resnet = network("resnet50");
  std::int64_t channels = 64;
  std::int64_t extent = 56;
  for (const NetworkLayer& layer : resnet.layers) {
    const std::size_t dot = layer.name.find('.');
    if (dot == std::string::npos) continue;
    EXPECT_EQ(layer.shape.C, channels) << layer.name;
    EXPECT_EQ(layer.shape.H, extent) << layer.name;
    if (layer.name.substr(dot) == ".shortcut") continue;  // reads the block's input as conv1 does
    channels = layer.shape.M;
    extent = layer.shape.P;
  }
  EXPECT_EQ(channels, 2048);
  EXPECT_EQ(extent, 7);
}

// The first version of the article strides in the first convolution, later ones in the second.
TEST(Networks, StrideWhereTheFirstResNetDid) {
  const Network& resnet = network("resnet50");
  EXPECT_EQ(shape_of(resnet, "conv3_1.conv1").stride, (Axes{2, 2}));
  EXPECT_EQ(shape_of(resnet, "conv3_1.conv2").stride, (Axes{1, 1}));
  EXPECT_EQ(shape_of(resnet, "conv3_1.shortcut").stride, (Axes{2, 2}));
  EXPECT_EQ(shape_of(resnet, "conv2_1.conv1").stride, (Axes{1, 1}));
}

TEST(Networks, ConcatenateInDenseBlocks) {
  const Network& densenet = network("densenet121");
  EXPECT_EQ(shape_of(densenet, "block1_1.conv1").C, 64);
  EXPECT_EQ(shape_of(densenet, "block1_6.conv1").C, 64 + 5 * 32);
  EXPECT_EQ(shape_of(densenet, "transition1").C, 256);
  EXPECT_EQ(shape_of(densenet, "block2_1.conv1").C, 128);
  EXPECT_EQ(shape_of(densenet, "block4_16.conv2").H, 7);
}

TEST(Networks, SplitTheTowersOfAlexNetIntoGroups) {
  const Network& alexnet = network("alexnet");
  EXPECT_EQ(shape_of(alexnet, "conv2").groups, 2);
  EXPECT_EQ(shape_of(alexnet, "conv3").groups, 1);
  EXPECT_EQ(shape_of(alexnet, "conv5").groups, 2);
}

TEST(Networks, ChainTheProductsOfLanguageModels) {
  const Network& img2txt = network("img2txt");
  EXPECT_EQ(shape_of(img2txt, "lstm").C, shape_of(img2txt, "image_embedding").M + 512);
  EXPECT_EQ(shape_of(img2txt, "lstm").M, 4 * shape_of(img2txt, "word_logits").C);
  const Network& gcn = network("gcn");
  for (std::size_t at = 1; at < gcn.layers.size(); ++at) {
    EXPECT_EQ(gcn.layers[at - 1].shape.M, 2 * gcn.layers[at].shape.C) << gcn.layers[at].name;
  }
  EXPECT_EQ(shape_of(gcn, "conv8").Q, shape_of(gcn, "word_logits").N);
}

TEST(NetworkAtBatch, MultipliesTheSamples) {
  const Network resnet = at_batch(network("resnet50"), 64);
  EXPECT_EQ(resnet.macs(), 64 * network("resnet50").macs());
  EXPECT_EQ(shape_of(resnet, "conv1").N, 64);
  EXPECT_EQ(shape_of(at_batch(network("img2txt"), 3), "lstm").N, 3 * 21);
}

TEST(NetworkAtBatch, RefusesWhatATensorCannotHold) {
  for (const std::int64_t batch :
       {std::int64_t{0}, std::int64_t{-1}, max_tensor_elements, INT64_MAX}) {
    EXPECT_THROW(at_batch(network("gcn"), batch), std::invalid_argument) << batch;
  }
  try {
    at_batch(network("vgg16"), 1'000'000);
    FAIL() << "not refused";
  } catch (const std::invalid_argument& problem) {
    EXPECT_THAT(problem.what(), HasSubstr("conv1_1"));
  }
}

}  // namespace
}  // namespace tensordash
