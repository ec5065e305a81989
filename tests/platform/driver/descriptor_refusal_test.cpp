#include <gtest/gtest.h>

#include <array>

#include "tests/platform/driver/fake_device.h"
#include "tests/platform/driver/layer.h"

namespace tensordash {
namespace {

// What the device would refuse is refused before anything is written.
class DriverRefusalTest : public ::testing::Test, protected testing::DriverBench {
 protected:
  DriverRefusalTest() { words_.fill(0xdeadbeef); }
  void TearDown() override {
    for (const std::uint32_t word : words_) EXPECT_EQ(word, 0xdeadbeefU);
  }

  tensordash_result forward() {
    return tensordash_encode_forward(&device, &shape_, &options_, &a_, &w_, result_, words_.data());
  }
  tensordash_result backward_data() {
    return tensordash_encode_backward_data(&device, &shape_, &options_, &a_, &w_, result_,
                                           words_.data());
  }
  tensordash_result backward_weights() {
    return tensordash_encode_backward_weights(&device, &shape_, &options_, &a_, &w_, result_,
                                              words_.data());
  }
  tensordash_result from_plain() {
    return tensordash_encode_from_plain(&device, &shape_, TENSORDASH_TENSOR_A, &options_, result_,
                                        &a_, words_.data());
  }
  tensordash_result to_plain() {
    return tensordash_encode_to_plain(&device, &shape_, TENSORDASH_TENSOR_A, &options_, &a_,
                                      result_, words_.data());
  }
  // That it was right before it was changed.
  void expect_good() {
    const auto kept = words_;
    EXPECT_EQ(forward(), TENSORDASH_OK);
    words_ = kept;
  }

  tensordash_shape shape_ = testing::odd_layer();
  tensordash_options options_{};
  tensordash_tensor a_{0x10000, 0x20000, true}, w_{0x30000, 0x40000, true};
  std::uint64_t result_ = 0x50000;
  std::array<std::uint32_t, 64> words_{};
};

TEST_F(DriverRefusalTest, NullPointers) {
  EXPECT_EQ(tensordash_encode_nop(nullptr, &options_, words_.data()), TENSORDASH_BAD_ARGUMENT);
  EXPECT_EQ(tensordash_encode_nop(&device, &options_, nullptr), TENSORDASH_BAD_ARGUMENT);
  std::uint32_t* const words = words_.data();
  EXPECT_EQ(tensordash_encode_forward(nullptr, &shape_, &options_, &a_, &w_, 0, words),
            TENSORDASH_BAD_ARGUMENT);
  EXPECT_EQ(tensordash_encode_forward(&device, nullptr, &options_, &a_, &w_, 0, words),
            TENSORDASH_BAD_ARGUMENT);
  EXPECT_EQ(tensordash_encode_forward(&device, &shape_, &options_, nullptr, &w_, 0, words),
            TENSORDASH_BAD_ARGUMENT);
  EXPECT_EQ(tensordash_encode_forward(&device, &shape_, &options_, &a_, nullptr, 0, words),
            TENSORDASH_BAD_ARGUMENT);
  EXPECT_EQ(tensordash_encode_forward(&device, &shape_, &options_, &a_, &w_, 0, nullptr),
            TENSORDASH_BAD_ARGUMENT);
  EXPECT_EQ(tensordash_encode_backward_data(&device, &shape_, &options_, nullptr, &w_, 0, words),
            TENSORDASH_BAD_ARGUMENT);
  EXPECT_EQ(tensordash_encode_backward_weights(&device, &shape_, &options_, &a_, nullptr, 0, words),
            TENSORDASH_BAD_ARGUMENT);
  EXPECT_EQ(tensordash_encode_from_plain(&device, &shape_, TENSORDASH_TENSOR_A, &options_, 0,
                                         nullptr, words),
            TENSORDASH_BAD_ARGUMENT);
  EXPECT_EQ(
      tensordash_encode_to_plain(nullptr, &shape_, TENSORDASH_TENSOR_A, &options_, &a_, 0, words),
      TENSORDASH_BAD_ARGUMENT);
  EXPECT_EQ(tensordash_encode_to_plain(&device, &shape_, static_cast<tensordash_which>(3),
                                       &options_, &a_, 0, words),
            TENSORDASH_BAD_ARGUMENT);
}

TEST_F(DriverRefusalTest, ShapesThatAreNone) {
  expect_good();
  for (std::uint32_t tensordash_shape::*size :
       {&tensordash_shape::n, &tensordash_shape::c, &tensordash_shape::m, &tensordash_shape::h,
        &tensordash_shape::w, &tensordash_shape::r, &tensordash_shape::s,
        &tensordash_shape::stride_v, &tensordash_shape::stride_h, &tensordash_shape::dilation_v,
        &tensordash_shape::dilation_h, &tensordash_shape::groups}) {
    shape_ = testing::odd_layer();
    shape_.*size = 0;
    EXPECT_EQ(forward(), TENSORDASH_BAD_SHAPE);
    EXPECT_EQ(to_plain(), TENSORDASH_BAD_SHAPE);
  }
  shape_ = testing::odd_layer();
  shape_.c = 7;
  EXPECT_EQ(forward(), TENSORDASH_BAD_SHAPE);
  shape_ = testing::odd_layer();
  shape_.m = 10;
  EXPECT_EQ(forward(), TENSORDASH_BAD_SHAPE);
  shape_ = testing::odd_layer();
  shape_.r = 5;  // 4 * 12 + 1 rows in 40
  EXPECT_EQ(forward(), TENSORDASH_BAD_SHAPE);
  shape_ = testing::odd_layer();
  shape_.s = 47;  // in 24 + 22
  EXPECT_EQ(forward(), TENSORDASH_BAD_SHAPE);
}

TEST_F(DriverRefusalTest, AddressesThatAreNotAligned) {
  expect_good();
  for (std::uint64_t* address : {&a_.data, &a_.directory, &w_.data, &w_.directory, &result_}) {
    *address += 32;
    EXPECT_EQ(forward(), TENSORDASH_BAD_ADDRESS);
    EXPECT_EQ(backward_data(), TENSORDASH_BAD_ADDRESS);
    EXPECT_EQ(backward_weights(), TENSORDASH_BAD_ADDRESS);
    *address -= 32;
  }
  a_.data += 1;
  EXPECT_EQ(from_plain(), TENSORDASH_BAD_ADDRESS);
  EXPECT_EQ(to_plain(), TENSORDASH_BAD_ADDRESS);
  a_.data -= 1;
  result_ += 4;
  EXPECT_EQ(from_plain(), TENSORDASH_BAD_ADDRESS);
  EXPECT_EQ(to_plain(), TENSORDASH_BAD_ADDRESS);
}

TEST_F(DriverRefusalTest, TensorsBeyondTheLastAddress) {
  // A: 2 x 20 rows of 2 x 3 groups of 1 KiB; W: 3 x 1 x 4 x 5 x 1 groups.
  const std::uint64_t a_bytes = 2 * 20 * 2 * 3 * 1024, w_bytes = 60 * 1024;
  a_.data = 0 - a_bytes;
  w_.data = 0 - w_bytes;
  expect_good();
  a_.data += 64;
  EXPECT_EQ(forward(), TENSORDASH_BAD_ADDRESS);
  a_.data -= 64;
  w_.data += 64;
  EXPECT_EQ(forward(), TENSORDASH_BAD_ADDRESS);
  w_.data -= 64;
  w_.directory = 0 - std::uint64_t{64};  // 120 bytes
  EXPECT_EQ(forward(), TENSORDASH_BAD_ADDRESS);
  w_.directory -= 64;
  expect_good();
  result_ = 0 - std::uint64_t{64};
  EXPECT_EQ(forward(), TENSORDASH_BAD_ADDRESS);
  EXPECT_EQ(to_plain(), TENSORDASH_BAD_ADDRESS);
}

// Results are raw slots of fp32, whatever the operands are. O: 2 rows of 1 x 3 groups; A and W as
// above.
TEST_F(DriverRefusalTest, ResultsBeyondTheLastAddress) {
  const auto kept = words_;
  options_.type = TENSORDASH_BF16;
  const auto expect_just_room = [&](std::uint64_t bytes, auto operation) {
    result_ = 0 - bytes;
    EXPECT_EQ(operation(), TENSORDASH_OK);
    words_ = kept;
    result_ += 64;
    EXPECT_EQ(operation(), TENSORDASH_BAD_ADDRESS);
  };
  expect_just_room(2 * 3 * 1024, [&] { return forward(); });
  expect_just_room(2 * 20 * 2 * 3 * 1024, [&] { return backward_data(); });
  expect_just_room(60 * 1024, [&] { return backward_weights(); });
}

TEST_F(DriverRefusalTest, CountsElementsBeyond32Bits) {
  device.capabilities.max_elements_log2 = 33;
  shape_.n = 279620;  // A has 30720 times as many in groups, 8192 less than 2^33
  expect_good();
  ++shape_.n;
  EXPECT_EQ(forward(), TENSORDASH_TOO_LARGE);
  device.capabilities.max_elements_log2 = 32;
  --shape_.n;
  EXPECT_EQ(forward(), TENSORDASH_TOO_LARGE);
}

// The zeros that fill up groups of 16 x 16 count as well.
TEST_F(DriverRefusalTest, TensorsWithTooManyElements) {
  device.capabilities.max_elements_log2 = 14;
  EXPECT_EQ(tensordash_encode_to_plain(&device, &shape_, TENSORDASH_TENSOR_W, &options_, &a_,
                                       result_, std::array<std::uint32_t, 64>().data()),
            TENSORDASH_OK);  // 60 groups: 15360
  shape_.r = 4;
  shape_.s = 6;  // 72 groups of 54 values
  EXPECT_EQ(tensordash_encode_to_plain(&device, &shape_, TENSORDASH_TENSOR_W, &options_, &a_,
                                       result_, words_.data()),
            TENSORDASH_TOO_LARGE);
  shape_ = testing::odd_layer();
  EXPECT_EQ(to_plain(), TENSORDASH_TOO_LARGE);  // A: 5760 elements in 240 groups
  EXPECT_EQ(from_plain(), TENSORDASH_TOO_LARGE);
  device.capabilities.max_elements_log2 = 15;
  EXPECT_EQ(forward(), TENSORDASH_TOO_LARGE);
  EXPECT_EQ(backward_data(), TENSORDASH_TOO_LARGE);
  EXPECT_EQ(backward_weights(), TENSORDASH_TOO_LARGE);
  shape_.groups = 1;
  shape_.h = 32;
  shape_.w = 32;  // 128 groups, just 2^15
  expect_good();
  shape_.w = 33;  // 192
  EXPECT_EQ(forward(), TENSORDASH_TOO_LARGE);
  shape_.w = 32;
  shape_.n = 3;
  EXPECT_EQ(forward(), TENSORDASH_TOO_LARGE);
  shape_ = testing::odd_layer();
  device.capabilities.max_elements_log2 = 33;
  shape_.n = 1U << 31;
  EXPECT_EQ(forward(), TENSORDASH_TOO_LARGE);
}

TEST_F(DriverRefusalTest, OptionsBeyondThoseOfLayers) {
  constexpr std::uint32_t largest = 1U << 20;
  device.capabilities.max_elements_log2 = 40;
  for (std::uint32_t tensordash_shape::*option :
       {&tensordash_shape::stride_v, &tensordash_shape::stride_h, &tensordash_shape::padding_v,
        &tensordash_shape::padding_h, &tensordash_shape::dilation_v, &tensordash_shape::dilation_h,
        &tensordash_shape::groups}) {
    shape_ = testing::odd_layer();
    shape_.r = shape_.s = 1;  // dilation does not matter then
    for (const std::uint32_t value : {largest, largest + 1, UINT32_MAX}) {
      shape_.*option = value;
      shape_.c = shape_.m = shape_.groups;
      if (value == largest) {
        expect_good();
      } else {
        EXPECT_EQ(forward(), TENSORDASH_BAD_SHAPE) << value;
        EXPECT_EQ(to_plain(), TENSORDASH_BAD_SHAPE) << value;
      }
    }
  }
}

TEST_F(DriverRefusalTest, WhatTheMachineDoesNotHave) {
  expect_good();
  device.capabilities.features &= ~0x20U;  // compression
  EXPECT_EQ(forward(), TENSORDASH_UNSUPPORTED);
  a_.compressed = w_.compressed = false;
  expect_good();
  device.capabilities.features &= ~0x1U;  // fp32
  EXPECT_EQ(forward(), TENSORDASH_UNSUPPORTED);
  EXPECT_EQ(from_plain(), TENSORDASH_UNSUPPORTED);
  options_.type = TENSORDASH_BF16;
  expect_good();
  device.capabilities.features &= ~0x2U;  // bf16
  EXPECT_EQ(forward(), TENSORDASH_UNSUPPORTED);
  options_.type = static_cast<tensordash_type>(2);
  EXPECT_EQ(forward(), TENSORDASH_BAD_ARGUMENT);
}

TEST_F(DriverRefusalTest, OptionsThatAnOperationDoesNotHave) {
  options_.sparse_activations = true;
  EXPECT_EQ(forward(), TENSORDASH_UNSUPPORTED);
  EXPECT_EQ(backward_data(), TENSORDASH_UNSUPPORTED);
  options_ = {};
  options_.dilation_removed = true;
  EXPECT_EQ(forward(), TENSORDASH_UNSUPPORTED);
  EXPECT_EQ(backward_weights(), TENSORDASH_UNSUPPORTED);
  options_ = {};
  options_.dense = true;
  EXPECT_EQ(from_plain(), TENSORDASH_UNSUPPORTED);
  EXPECT_EQ(to_plain(), TENSORDASH_UNSUPPORTED);
  options_ = {};
  options_.reduction_rows = 1;
  EXPECT_EQ(from_plain(), TENSORDASH_UNSUPPORTED);
  EXPECT_EQ(tensordash_encode_nop(&device, &options_, words_.data()), TENSORDASH_UNSUPPORTED);
}

}  // namespace
}  // namespace tensordash
