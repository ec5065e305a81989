#include <gtest/gtest.h>

#include <array>
#include <random>

#include "models/layout/dram_image.h"
#include "platform/driver/tensordash.h"
#include "tests/platform/driver/layer.h"

namespace tensordash {
namespace {

// A random layer whose filter fits its padded input.
tensordash_shape random_shape(std::mt19937& random) {
  const auto one_to = [&random](std::uint32_t limit) -> std::uint32_t {
    return 1 + random() % limit;
  };
  tensordash_shape shape{};
  shape.groups = random() % 3 == 0 ? one_to(4) : 1;
  shape.n = one_to(70);
  shape.c = shape.groups * one_to(140);
  shape.m = shape.groups * one_to(140);
  shape.stride_v = one_to(3);
  shape.stride_h = one_to(3);
  shape.dilation_v = one_to(3);
  shape.dilation_h = one_to(3);
  const bool linear = random() % 4 == 0;
  shape.r = linear ? 1 : one_to(5);
  shape.s = linear ? 1 : one_to(5);
  shape.padding_v = linear ? 0 : random() % 4;
  shape.padding_h = linear ? 0 : random() % 4;
  const auto reach = [](std::uint32_t filter, std::uint32_t dilation, std::uint32_t padding) {
    const std::uint32_t taken = dilation * (filter - 1) + 1;
    return taken > 2 * padding ? taken - 2 * padding : 1;
  };
  shape.h = reach(shape.r, shape.dilation_v, shape.padding_v) + (linear ? 0 : random() % 40);
  shape.w = reach(shape.s, shape.dilation_h, shape.padding_h) + (linear ? 0 : random() % 40);
  return shape;
}

LayerShape layer_of(const tensordash_shape& shape) {
  return conv2d_shape({shape.n, shape.c, shape.h, shape.w},
                      {shape.m, shape.c / shape.groups, shape.r, shape.s},
                      {shape.stride_v, shape.stride_h}, {shape.padding_v, shape.padding_h},
                      {shape.dilation_v, shape.dilation_h}, shape.groups);
}

TEST(DriverLayoutTest, AgreesWithTheImagesOfTensors) {
  std::mt19937 random(1);
  int single_positions = 0;
  for (int round = 0; round < 3000; ++round) {
    const tensordash_shape shape = random_shape(random);
    const LayerShape layer = layer_of(shape);
    const unsigned lanes = 1 + random() % 64;
    const bool bf16 = random() % 2 == 0;
    std::uint32_t p = 0, q = 0;
    ASSERT_EQ(tensordash_output_size(&shape, &p, &q), TENSORDASH_OK);
    ASSERT_EQ(p, layer.P);
    ASSERT_EQ(q, layer.Q);
    single_positions += p == 1 && q == 1;
    const struct {
      tensordash_which which;
      TensorLayout layout;
      std::int64_t elements;
    } tensors[] = {
        {TENSORDASH_TENSOR_A, TensorLayout::of_activations(layer, lanes), layer.activation_count()},
        {TENSORDASH_TENSOR_W, TensorLayout::of_weights(layer, lanes), layer.weight_count()},
        {TENSORDASH_TENSOR_O, TensorLayout::of_outputs(layer, lanes), layer.output_count()}};
    for (const auto& each : tensors) {
      const TensorImage image{each.layout, bf16 ? 2U : 4U};
      tensordash_sizes sizes{};
      ASSERT_EQ(tensordash_sizes_of(&shape, each.which, bf16 ? TENSORDASH_BF16 : TENSORDASH_FP32,
                                    lanes, &sizes),
                TENSORDASH_OK);
      EXPECT_EQ(sizes.elements, each.elements);
      EXPECT_EQ(sizes.plain_bytes, 4 * each.elements);
      EXPECT_EQ(sizes.groups, each.layout.groups());
      EXPECT_EQ(sizes.slot_bytes, image.slot_bytes());
      EXPECT_EQ(sizes.data_bytes, image.data_bytes());
      ASSERT_EQ(sizes.directory_bytes, image.directory_bytes()) << "round " << round;
    }
  }
  EXPECT_GT(single_positions, 100);
}

TEST(DriverLayoutTest, RoundsSlotsUpForEveryNumberOfLanes) {
  const tensordash_shape shape = testing::odd_layer();
  for (unsigned lanes = 1; lanes <= 64; ++lanes) {
    for (const tensordash_type type : {TENSORDASH_FP32, TENSORDASH_BF16}) {
      tensordash_sizes sizes{};
      ASSERT_EQ(tensordash_sizes_of(&shape, TENSORDASH_TENSOR_A, type, lanes, &sizes),
                TENSORDASH_OK);
      const unsigned raw = lanes * lanes * (type == TENSORDASH_FP32 ? 4 : 2);
      EXPECT_EQ(sizes.slot_bytes, (raw + 63) / 64 * 64);
    }
  }
}

TEST(DriverLayoutTest, CountsBeyond32Bits) {
  tensordash_shape shape = testing::odd_layer();
  shape.n = 1U << 31;
  tensordash_sizes sizes{};
  ASSERT_EQ(tensordash_sizes_of(&shape, TENSORDASH_TENSOR_A, TENSORDASH_FP32, 16, &sizes),
            TENSORDASH_OK);
  EXPECT_EQ(sizes.elements, (std::uint64_t{1} << 31) * 6 * 20 * 24);
  EXPECT_EQ(sizes.data_bytes, (std::uint64_t{1} << 31) * 20 * 2 * 3 * 1024);
  // 2^31 x 3 x 2^24 x 2^6 elements fit, four times as many bytes do not.
  shape.c = 3;
  shape.h = 1U << 24;
  shape.w = 1U << 6;
  EXPECT_EQ(tensordash_sizes_of(&shape, TENSORDASH_TENSOR_A, TENSORDASH_FP32, 16, &sizes),
            TENSORDASH_TOO_LARGE);
  EXPECT_EQ(sizes.elements, (std::uint64_t{1} << 31) * 6 * 20 * 24) << "was written to";
  shape.h = 1U << 22;
  shape.w = 1U << 3;
  EXPECT_EQ(tensordash_sizes_of(&shape, TENSORDASH_TENSOR_A, TENSORDASH_FP32, 1, &sizes),
            TENSORDASH_OK);
  EXPECT_EQ(sizes.elements, std::uint64_t{3} << 56);
}

TEST(DriverLayoutTest, RefusesWhatIsNoTensor) {
  tensordash_shape shape = testing::odd_layer();
  tensordash_sizes sizes{};
  std::uint32_t p = 7, q = 7;
  EXPECT_EQ(tensordash_sizes_of(nullptr, TENSORDASH_TENSOR_A, TENSORDASH_FP32, 16, &sizes),
            TENSORDASH_BAD_ARGUMENT);
  EXPECT_EQ(tensordash_sizes_of(&shape, TENSORDASH_TENSOR_A, TENSORDASH_FP32, 16, nullptr),
            TENSORDASH_BAD_ARGUMENT);
  EXPECT_EQ(tensordash_sizes_of(&shape, TENSORDASH_TENSOR_A, TENSORDASH_FP32, 0, &sizes),
            TENSORDASH_BAD_ARGUMENT);
  EXPECT_EQ(tensordash_sizes_of(&shape, TENSORDASH_TENSOR_A, TENSORDASH_FP32, 65, &sizes),
            TENSORDASH_BAD_ARGUMENT);
  EXPECT_EQ(
      tensordash_sizes_of(&shape, static_cast<tensordash_which>(3), TENSORDASH_FP32, 16, &sizes),
      TENSORDASH_BAD_ARGUMENT);
  EXPECT_EQ(tensordash_output_size(&shape, nullptr, &q), TENSORDASH_BAD_ARGUMENT);
  EXPECT_EQ(tensordash_output_size(&shape, &p, nullptr), TENSORDASH_BAD_ARGUMENT);
  shape.padding_h = 0x80000000;
  EXPECT_EQ(tensordash_output_size(&shape, &p, &q), TENSORDASH_TOO_LARGE);
  EXPECT_EQ(p, 7U);
  EXPECT_EQ(q, 7U);
}

}  // namespace
}  // namespace tensordash
