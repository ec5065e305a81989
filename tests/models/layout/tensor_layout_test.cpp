#include "models/layout/tensor_layout.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/models/layout/naive_layout.h"

namespace tensordash {
namespace {

using testing::LayoutCase;
using testing::NaiveGroup;

/// The same of a group as TensorLayout gives it.
NaiveGroup places_of(const TensorLayout& layout, std::int64_t group) {
  const unsigned L = layout.lanes();
  const GroupExtent extent = layout.extent(group);
  NaiveGroup places(L * L, -1);
  for (unsigned x = 0; x < extent.width; ++x) {
    for (unsigned y = 0; y < extent.height; ++y) {
      places.at(x * L + y) = extent.first + x * extent.x_stride + y * extent.y_stride;
    }
  }
  return places;
}

void expect_naive_places(const LayoutCase& test) {
  SCOPED_TRACE(test.name);
  const auto groups = static_cast<std::int64_t>(test.groups.size());
  ASSERT_EQ(test.layout.groups(), groups);
  std::vector<int> seen(static_cast<std::size_t>(test.values));
  for (std::int64_t group = 0; group < groups; ++group) {
    const NaiveGroup places = places_of(test.layout, group);
    ASSERT_EQ(places, test.groups[static_cast<std::size_t>(group)]) << "group " << group;
    for (const std::int64_t index : places) {
      if (index >= 0) ++seen.at(static_cast<std::size_t>(index));
    }
  }
  EXPECT_EQ(seen, std::vector<int>(seen.size(), 1));
}

TEST(TensorLayout, EveryValueStandsInOnePlaceOfTheGroupOfItsCoordinates) {
  for (const LayoutCase& test : testing::layout_cases()) expect_naive_places(test);
}

TEST(TensorLayout, RandomTensorsToo) {
  std::mt19937 random(7);
  const auto draw = [&](std::int64_t from, std::int64_t to) {
    return std::uniform_int_distribution<std::int64_t>(from, to)(random);
  };
  for (int round = 0; round < 150; ++round) {
    const auto lanes = static_cast<unsigned>(draw(1, 9));
    const std::int64_t conv_groups = draw(1, 3);
    const std::int64_t channels = conv_groups * draw(1, 12);
    const std::int64_t H = draw(1, 4);
    const std::int64_t W = draw(1, 20);
    expect_naive_places(testing::positions_case("positions, round " + std::to_string(round),
                                                draw(1, 12), channels, conv_groups, H, W, lanes));
    expect_naive_places(testing::weights_case("weights, round " + std::to_string(round),
                                              conv_groups * draw(1, 20), channels, conv_groups,
                                              draw(1, 3), draw(1, 3), lanes));
  }
}

TEST(TensorLayout, NumbersPositionGroupsByLineBlockAndChannels) {
  // Two conv groups of 20 channels make 4 channel blocks; 19 columns make 2 blocks.
  const TensorLayout layout = TensorLayout::of_positions(2, 40, 2, 3, 19, 16);
  EXPECT_EQ(layout.lanes(), 16U);
  EXPECT_EQ(layout.lines(), 6);
  EXPECT_EQ(layout.width(), 19);
  EXPECT_EQ(layout.x_blocks(), 2);
  EXPECT_EQ(layout.channel_blocks(), 4);
  EXPECT_EQ(layout.channel_blocks_per_group(), 2);
  EXPECT_FALSE(layout.of_weights());
  EXPECT_EQ(layout.groups(), 48);
  EXPECT_EQ(layout.position_group(0, 0, 0), 0);
  EXPECT_EQ(layout.position_group(0, 0, 3), 3);
  EXPECT_EQ(layout.position_group(0, 1, 0), 4);
  EXPECT_EQ(layout.position_group(5, 1, 2), 46);
  // Image 1, row 2, columns 16 to 18, channels 20 to 35: the first of the second conv group.
  const GroupExtent extent = layout.extent(46);
  EXPECT_EQ(extent.first, ((40 + 20) * 3 + 2) * 19 + 16);
  EXPECT_EQ(extent.x_stride, 1);
  EXPECT_EQ(extent.y_stride, 3 * 19);
  EXPECT_EQ(extent.width, 3U);
  EXPECT_EQ(extent.height, 16U);
}

TEST(TensorLayout, ImagesOfOnePositionStandSideBySide) {
  const TensorLayout layout = TensorLayout::of_positions(37, 50, 1, 1, 1, 16);
  EXPECT_EQ(layout.lines(), 1);
  EXPECT_EQ(layout.width(), 37);
  EXPECT_EQ(layout.x_blocks(), 3);
  EXPECT_EQ(layout.channel_blocks(), 4);
  EXPECT_EQ(layout.position_group(0, 2, 3), 11);
  const GroupExtent extent = layout.extent(11);  // images 32 to 36, channels 48 and 49
  EXPECT_EQ(extent.first, 32 * 50 + 48);
  EXPECT_EQ(extent.width, 5U);
  EXPECT_EQ(extent.height, 2U);
}

TEST(TensorLayout, NumbersWeightGroupsByConvGroupFiltersTapAndChannels) {
  // Per conv group 18 filters (2 blocks), 2 x 3 taps, 20 channels (2 blocks).
  const TensorLayout layout = TensorLayout::of_weights(testing::weight_shape(36, 40, 2, 2, 3), 16);
  EXPECT_TRUE(layout.of_weights());
  EXPECT_EQ(layout.lines(), 2);
  EXPECT_EQ(layout.width(), 18);
  EXPECT_EQ(layout.x_blocks(), 2);
  EXPECT_EQ(layout.channel_blocks(), 2);
  EXPECT_EQ(layout.channel_blocks_per_group(), 2);
  EXPECT_EQ(layout.groups(), 48);
  EXPECT_EQ(layout.weight_group(0, 0, 0, 0, 1), 1);
  EXPECT_EQ(layout.weight_group(0, 0, 0, 1, 0), 2);
  EXPECT_EQ(layout.weight_group(0, 0, 1, 0, 0), 6);
  EXPECT_EQ(layout.weight_group(0, 1, 0, 0, 0), 12);
  EXPECT_EQ(layout.weight_group(1, 1, 1, 2, 1), 47);
  const GroupExtent extent = layout.extent(47);  // filters 34 and 35, tap (1, 2), channels 16 to 19
  EXPECT_EQ(extent.first, ((34 * 20 + 16) * 2 + 1) * 3 + 2);
  EXPECT_EQ(extent.x_stride, 20 * 6);
  EXPECT_EQ(extent.y_stride, 6);
  EXPECT_EQ(extent.width, 2U);
  EXPECT_EQ(extent.height, 4U);
}

}  // namespace
}  // namespace tensordash
