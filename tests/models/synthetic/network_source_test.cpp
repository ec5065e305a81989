#include "models/synthetic/network_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

namespace tensordash {
namespace {

const Network& network(const std::string& name) {
  return *find_network(name);
}

const NetworkLayer& layer(const std::string& of, const std::string& name) {
  const std::vector<NetworkLayer>& layers = network(of).layers;
  return *std::find_if(layers.begin(), layers.end(),
                       [&](const NetworkLayer& candidate) { return candidate.name == name; });
}

TEST(SparsityPreset, IsThereForEveryNetworkAndIsAFraction) {
  for (const std::string& name : network_names()) {
    for (const NetworkLayer& one : network(name).layers) {
      const LayerZeros zeros = preset_zeros(network(name), one);
      for (const double value : {zeros.activations, zeros.weights, zeros.gradients}) {
        EXPECT_TRUE(value >= 0 && value <= 1) << name << " " << one.name;
      }
    }
  }
  EXPECT_THROW(preset_zeros({"lenet", "", "", {}}, layer("vgg16", "fc8")), std::invalid_argument);
}

TEST(SparsityPreset, LeavesImagesAndLossesDense) {
  EXPECT_EQ(preset_zeros(network("vgg16"), layer("vgg16", "conv1_1")).activations, 0);
  EXPECT_GT(preset_zeros(network("vgg16"), layer("vgg16", "conv1_1")).gradients, 0);
  EXPECT_GT(preset_zeros(network("vgg16"), layer("vgg16", "fc8")).activations, 0);
  EXPECT_EQ(preset_zeros(network("vgg16"), layer("vgg16", "fc8")).gradients, 0);
}

// What the paper says in words (sections 4, 4.1 and 4.4).
TEST(SparsityPreset, FollowsThePaperWhereItSpeaks) {
  EXPECT_EQ(preset_zeros(network("densenet121"), layer("densenet121", "block1_1.conv2")).gradients,
            0);
  EXPECT_EQ(preset_zeros(network("resnet50"), layer("resnet50", "conv2_1.conv2")).weights, 0.9);
  EXPECT_EQ(preset_zeros(network("gcn"), layer("gcn", "conv3")).activations, 0);
  EXPECT_EQ(preset_zeros(network("gcn"), layer("gcn", "conv7")).activations, 0.05);
}

TEST(NetworkSource, OutlinesTheLayersAtTheBatch) {
  SyntheticParameters parameters;
  parameters.batch = 3;
  const NetworkSource source(network("squeezenet1_1"), parameters);
  EXPECT_EQ(source.model(), "SqueezeNet 1.1");
  EXPECT_EQ(source.name(), "squeezenet1_1");
  EXPECT_EQ(source.epoch(), 0);
  ASSERT_EQ(source.layers().size(), network("squeezenet1_1").layers.size());
  EXPECT_EQ(source.layers().front().name, "conv1");
  EXPECT_EQ(source.layers().front().shape.N, 3);
  EXPECT_TRUE(source.layers().front().has_gradients);
}

TEST(NetworkSource, ReadsWhatItOutlines) {
  const NetworkSource source(network("snli"), {});
  for (std::size_t index = 0; index < source.layers().size(); ++index) {
    const TraceLayer read = source.read(index);
    EXPECT_EQ(read.name, source.layers()[index].name);
    EXPECT_EQ(read.activations.shape,
              (std::vector<std::int64_t>{source.layers()[index].shape.N, read.shape.C}));
  }
}

TEST(NetworkSource, SaysHowItsValuesCameAbout) {
  SyntheticParameters parameters;
  parameters.cluster = 0.5;
  EXPECT_EQ(NetworkSource(network("resnet50"), parameters).synthetic(),
            "synthetic values: batch 16, sparsity preset of resnet50, cluster 0.5, seed 1");
  parameters.activations = 0.25;
  EXPECT_EQ(
      NetworkSource(network("resnet50"), parameters).synthetic(),
      "synthetic values: batch 16, sparsity preset of resnet50 but activations 0.25, cluster 0.5, "
      "seed 1");
  parameters.weights = 0;
  parameters.gradients = 0.75;
  EXPECT_EQ(NetworkSource(network("resnet50"), parameters).synthetic(),
            "synthetic values: batch 16, sparsity activations 0.25, weights 0, gradients 0.75, "
            "cluster 0.5, "
            "seed 1");
}

TEST(NetworkSource, TakesSparsityAskedForInEveryLayer) {
  SyntheticParameters parameters;
  parameters.activations = 0.3;
  const NetworkSource source(network("vgg16"), parameters);
  EXPECT_EQ(source.zeros(0).activations, 0.3);  // images too
  EXPECT_EQ(source.zeros(1).gradients,
            preset_zeros(network("vgg16"), layer("vgg16", "conv1_2")).gradients);
}

TEST(NetworkSource, RefusesWhatCannotBe) {
  SyntheticParameters parameters;
  parameters.batch = 0;
  EXPECT_THROW(NetworkSource(network("snli"), parameters), std::invalid_argument);
  parameters.batch = 1;
  parameters.cluster = 2;
  EXPECT_THROW(NetworkSource(network("snli"), parameters), std::invalid_argument);
  parameters.cluster = 0;
  parameters.gradients = -0.5;
  EXPECT_THROW(NetworkSource(network("snli"), parameters), std::invalid_argument);
}

}  // namespace
}  // namespace tensordash
