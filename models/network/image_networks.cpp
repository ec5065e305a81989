#include <fmt/format.h>

#include "models/network/layer_builder.h"
#include "models/network/network_tables.h"

// Every table's row says what one layer or block adds; heights and widths follow from the input.

namespace tensordash {
namespace {

constexpr std::int64_t classes = 1000;  // ImageNet
constexpr FeatureMaps image{3, 224, 224};

struct PlainRow {
  enum Kind { conv, pool, linear } kind;
  const char* name;
  std::int64_t outputs;
  Filter filter;  ///< size, stride, padding, groups
};

// The two towers of the original as groups. 227 instead of the article's 224: what the first
// layer's 55 outputs take without padding.
constexpr PlainRow alexnet_rows[] = {
    {PlainRow::conv, "conv1", 96, {11, 4, 0, 1}}, {PlainRow::pool, "pool1", 0, {3, 2, 0, 1}},
    {PlainRow::conv, "conv2", 256, {5, 1, 2, 2}}, {PlainRow::pool, "pool2", 0, {3, 2, 0, 1}},
    {PlainRow::conv, "conv3", 384, {3, 1, 1, 1}}, {PlainRow::conv, "conv4", 384, {3, 1, 1, 2}},
    {PlainRow::conv, "conv5", 256, {3, 1, 1, 2}}, {PlainRow::pool, "pool5", 0, {3, 2, 0, 1}},
    {PlainRow::linear, "fc6", 4096, {}},          {PlainRow::linear, "fc7", 4096, {}},
    {PlainRow::linear, "fc8", classes, {}},
};

constexpr PlainRow vgg16_rows[] = {
    {PlainRow::conv, "conv1_1", 64, {3, 1, 1, 1}},
    {PlainRow::conv, "conv1_2", 64, {3, 1, 1, 1}},
    {PlainRow::pool, "pool1", 0, {2, 2, 0, 1}},
    {PlainRow::conv, "conv2_1", 128, {3, 1, 1, 1}},
    {PlainRow::conv, "conv2_2", 128, {3, 1, 1, 1}},
    {PlainRow::pool, "pool2", 0, {2, 2, 0, 1}},
    {PlainRow::conv, "conv3_1", 256, {3, 1, 1, 1}},
    {PlainRow::conv, "conv3_2", 256, {3, 1, 1, 1}},
    {PlainRow::conv, "conv3_3", 256, {3, 1, 1, 1}},
    {PlainRow::pool, "pool3", 0, {2, 2, 0, 1}},
    {PlainRow::conv, "conv4_1", 512, {3, 1, 1, 1}},
    {PlainRow::conv, "conv4_2", 512, {3, 1, 1, 1}},
    {PlainRow::conv, "conv4_3", 512, {3, 1, 1, 1}},
    {PlainRow::pool, "pool4", 0, {2, 2, 0, 1}},
    {PlainRow::conv, "conv5_1", 512, {3, 1, 1, 1}},
    {PlainRow::conv, "conv5_2", 512, {3, 1, 1, 1}},
    {PlainRow::conv, "conv5_3", 512, {3, 1, 1, 1}},
    {PlainRow::pool, "pool5", 0, {2, 2, 0, 1}},
    {PlainRow::linear, "fc6", 4096, {}},
    {PlainRow::linear, "fc7", 4096, {}},
    {PlainRow::linear, "fc8", classes, {}},
};

template <std::size_t Rows>
std::vector<NetworkLayer> plain_layers(FeatureMaps input, const PlainRow (&rows)[Rows]) {
  LayerBuilder builder(input);
  for (const PlainRow& row : rows) {
    if (row.kind == PlainRow::conv) builder.conv(row.name, row.outputs, row.filter);
    if (row.kind == PlainRow::pool) builder.pool(row.filter);
    if (row.kind == PlainRow::linear) builder.linear(row.name, row.outputs);
  }
  return builder.take();
}

struct ResidualStage {
  int number;
  int blocks;
  std::int64_t width;   ///< channels inside a bottleneck; its outputs are four times as many
  std::int64_t stride;  ///< of the stage's first block
};

constexpr ResidualStage resnet50_stages[] = {
    {2, 3, 64, 1}, {3, 4, 128, 2}, {4, 6, 256, 2}, {5, 3, 512, 2}};

/// A bottleneck of the article's first version: the stride is in its first convolution.
void add_bottleneck(LayerBuilder& builder, const std::string& name, std::int64_t width,
                    std::int64_t stride, bool projected) {
  const FeatureMaps input = builder.maps();
  if (projected) {
    builder.conv(name + ".shortcut", 4 * width, {1, stride, 0, 1});
    builder.continue_from(input);
  }
  builder.conv(name + ".conv1", width, {1, stride, 0, 1});
  builder.conv(name + ".conv2", width, {3, 1, 1, 1});
  builder.conv(name + ".conv3", 4 * width, {1, 1, 0, 1});
}

std::vector<NetworkLayer> resnet50_layers() {
  LayerBuilder builder(image);
  builder.conv("conv1", 64, {7, 2, 3, 1});
  builder.pool({3, 2, 0, 1});
  for (const ResidualStage& stage : resnet50_stages) {
    for (int block = 1; block <= stage.blocks; ++block) {
      add_bottleneck(builder, fmt::format("conv{}_{}", stage.number, block), stage.width,
                     block == 1 ? stage.stride : 1, block == 1);
    }
  }
  builder.pool({7, 1, 0, 1});
  builder.linear("fc", classes);
  return builder.take();
}

struct DenseBlock {
  int layers;
  bool transition;  ///< halves channels, height and width behind the block
};

constexpr DenseBlock densenet121_blocks[] = {{6, true}, {12, true}, {24, true}, {16, false}};

/// A layer of a dense block: its `growth` outputs are appended to its input.
void add_dense_layer(LayerBuilder& builder, const std::string& name) {
  constexpr std::int64_t growth = 32;
  FeatureMaps maps = builder.maps();
  builder.conv(name + ".conv1", 4 * growth, {1, 1, 0, 1});
  builder.conv(name + ".conv2", growth, {3, 1, 1, 1});
  maps.channels += growth;
  builder.continue_from(maps);
}

std::vector<NetworkLayer> densenet121_layers() {
  LayerBuilder builder(image);
  builder.conv("conv1", 64, {7, 2, 3, 1});
  builder.pool({3, 2, 0, 1});
  int number = 0;
  for (const DenseBlock& block : densenet121_blocks) {
    ++number;
    for (int layer = 1; layer <= block.layers; ++layer) {
      add_dense_layer(builder, fmt::format("block{}_{}", number, layer));
    }
    if (!block.transition) continue;
    builder.conv(fmt::format("transition{}", number), builder.maps().channels / 2, {1, 1, 0, 1});
    builder.pool({2, 2, 0, 1});
  }
  builder.pool({7, 1, 0, 1});
  builder.linear("fc", classes);
  return builder.take();
}

struct FireRow {
  const char* name;
  std::int64_t squeeze;  ///< channels
  std::int64_t expand;   ///< channels of each of the two expanding convolutions
  bool pool_before;      ///< 3x3, stride 2
};

constexpr FireRow squeezenet1_0_rows[] = {
    {"fire2", 16, 64, true},   {"fire3", 16, 64, false},  {"fire4", 32, 128, false},
    {"fire5", 32, 128, true},  {"fire6", 48, 192, false}, {"fire7", 48, 192, false},
    {"fire8", 64, 256, false}, {"fire9", 64, 256, true},
};

constexpr FireRow squeezenet1_1_rows[] = {
    {"fire2", 16, 64, true},   {"fire3", 16, 64, false},  {"fire4", 32, 128, true},
    {"fire5", 32, 128, false}, {"fire6", 48, 192, true},  {"fire7", 48, 192, false},
    {"fire8", 64, 256, false}, {"fire9", 64, 256, false},
};

void add_fire(LayerBuilder& builder, const FireRow& row) {
  const std::string name = row.name;
  if (row.pool_before) builder.pool({3, 2, 0, 1});
  builder.conv(name + ".squeeze1x1", row.squeeze, {1, 1, 0, 1});
  const FeatureMaps squeezed = builder.maps();
  builder.conv(name + ".expand1x1", row.expand, {1, 1, 0, 1});
  builder.continue_from(squeezed);
  builder.conv(name + ".expand3x3", row.expand, {3, 1, 1, 1});
  builder.continue_from({2 * row.expand, squeezed.height, squeezed.width});
}

template <std::size_t Rows>
std::vector<NetworkLayer> squeezenet_layers(std::int64_t channels, Filter first,
                                            const FireRow (&rows)[Rows]) {
  LayerBuilder builder(image);
  builder.conv("conv1", channels, first);
  for (const FireRow& row : rows) add_fire(builder, row);
  builder.conv("conv10", classes, {1, 1, 0, 1});
  return builder.take();
}

}  // namespace

std::vector<Network> image_networks() {
  return {
      {"alexnet", "AlexNet", "Krizhevsky, Sutskever, Hinton: ImageNet classification, 2012",
       plain_layers({3, 227, 227}, alexnet_rows)},
      {"vgg16", "VGG-16", "Simonyan, Zisserman: arXiv 1409.1556, configuration D",
       plain_layers(image, vgg16_rows)},
      {"resnet50", "ResNet-50", "He, Zhang, Ren, Sun: arXiv 1512.03385, table 1",
       resnet50_layers()},
      {"densenet121", "DenseNet-121", "Huang, Liu, Weinberger: arXiv 1608.06993, table 1",
       densenet121_layers()},
      {"squeezenet1_0", "SqueezeNet 1.0", "Iandola et al.: arXiv 1602.07360, table 1",
       squeezenet_layers(96, {7, 2, 0, 1}, squeezenet1_0_rows)},
      {"squeezenet1_1", "SqueezeNet 1.1", "the same authors' release 1.1 of the network",
       squeezenet_layers(64, {3, 2, 0, 1}, squeezenet1_1_rows)},
  };
}

}  // namespace tensordash
