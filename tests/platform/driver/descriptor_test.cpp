#include <gtest/gtest.h>

#include <array>
#include <map>

#include "tests/platform/driver/fake_device.h"
#include "tests/platform/driver/layer.h"

namespace tensordash {
namespace {

// Descriptors, word by word, against numbers written from the documentation.
class DriverDescriptorTest : public ::testing::Test, protected testing::DriverBench {
 protected:
  DriverDescriptorTest() { words_.fill(0xdeadbeef); }

  // All words that are not named are 0; the shape is that of odd_layer().
  void expect_words(std::map<unsigned, std::uint32_t> expected, bool with_shape = true) const {
    const std::array<std::uint32_t, 14> shape{2, 6, 9, 20, 24, 4, 5, 7, 8, 10, 11, 12, 1, 3};
    for (unsigned word = 0; with_shape && word < shape.size(); ++word) {
      expected[4 + word] = shape[word];
    }
    for (unsigned word = 0; word < words_.size(); ++word) {
      const auto found = expected.find(word);
      EXPECT_EQ(words_[word], found == expected.end() ? 0 : found->second) << "word " << word;
    }
    EXPECT_TRUE(fake.events.empty());
  }

  tensordash_shape shape_ = testing::odd_layer();
  tensordash_options options_{};
  std::array<std::uint32_t, 64> words_{};
  const tensordash_tensor raw_{0x1122334440, 0x33, false};
  const tensordash_tensor packed_{0x5566778880, 0x99aabbccc0, true};
};

TEST_F(DriverDescriptorTest, Nop) {
  options_.tag = 77;
  options_.interrupt = true;
  ASSERT_EQ(tensordash_encode_nop(&device, &options_, words_.data()), TENSORDASH_OK);
  expect_words({{0, 0x00010100}, {2, 77}}, false);
}

TEST_F(DriverDescriptorTest, Forward) {
  ASSERT_EQ(tensordash_encode_forward(&device, &shape_, nullptr, &raw_, &packed_, 0xffeeddcc00,
                                      words_.data()),
            TENSORDASH_OK);
  expect_words({{0, 0x00000101},
                {1, 0x00000200},
                {20, 0x22334440},
                {21, 0x11},
                {24, 0x66778880},
                {25, 0x55},
                {26, 0xaabbccc0},
                {27, 0x99},
                {36, 0xeeddcc00},
                {37, 0xff}});
}

TEST_F(DriverDescriptorTest, ForwardWithAllOptions) {
  options_.type = TENSORDASH_BF16;
  options_.tag = 0xabcdef01;
  options_.reduction_rows = 5;
  options_.interrupt = true;
  options_.dense = true;
  ASSERT_EQ(
      tensordash_encode_forward(&device, &shape_, &options_, &packed_, &raw_, 0x40, words_.data()),
      TENSORDASH_OK);
  expect_words({{0, 0x00030101},
                {1, 0x00000101},
                {2, 0xabcdef01},
                {3, 5},
                {20, 0x66778880},
                {21, 0x55},
                {22, 0xaabbccc0},
                {23, 0x99},
                {24, 0x22334440},
                {25, 0x11},
                {36, 0x40}});
}

TEST_F(DriverDescriptorTest, BackwardData) {
  options_.dilation_removed = true;
  ASSERT_EQ(tensordash_encode_backward_data(&device, &shape_, &options_, &packed_, &packed_, 0x80,
                                            words_.data()),
            TENSORDASH_OK);
  expect_words({{0, 0x00080102},
                {1, 0x00000600},
                {24, 0x66778880},
                {25, 0x55},
                {26, 0xaabbccc0},
                {27, 0x99},
                {28, 0x66778880},
                {29, 0x55},
                {30, 0xaabbccc0},
                {31, 0x99},
                {36, 0x80}});
}

TEST_F(DriverDescriptorTest, BackwardWeights) {
  options_.sparse_activations = true;
  options_.dense = true;
  ASSERT_EQ(tensordash_encode_backward_weights(&device, &shape_, &options_, &raw_, &packed_, 0x80,
                                               words_.data()),
            TENSORDASH_OK);
  expect_words({{0, 0x00060103},
                {1, 0x00000100},
                {20, 0x66778880},
                {21, 0x55},
                {22, 0xaabbccc0},
                {23, 0x99},
                {28, 0x22334440},
                {29, 0x11},
                {36, 0x80}});
}

TEST_F(DriverDescriptorTest, FromPlain) {
  options_.type = TENSORDASH_BF16;
  ASSERT_EQ(tensordash_encode_from_plain(&device, &shape_, TENSORDASH_TENSOR_O, &options_,
                                         0x1234567840, &packed_, words_.data()),
            TENSORDASH_OK);
  expect_words({{0, 0x02000104},
                {1, 0x00001001},
                {32, 0x34567840},
                {33, 0x12},
                {36, 0x66778880},
                {37, 0x55},
                {38, 0xaabbccc0},
                {39, 0x99}});
}

TEST_F(DriverDescriptorTest, ToPlain) {
  ASSERT_EQ(tensordash_encode_to_plain(&device, &shape_, TENSORDASH_TENSOR_W, &options_, &packed_,
                                       0x1234567840, words_.data()),
            TENSORDASH_OK);
  expect_words({{0, 0x01000105},
                {1, 0x00000800},
                {32, 0x66778880},
                {33, 0x55},
                {34, 0xaabbccc0},
                {35, 0x99},
                {36, 0x34567840},
                {37, 0x12}});
  ASSERT_EQ(tensordash_encode_to_plain(&device, &shape_, TENSORDASH_TENSOR_A, &options_, &raw_,
                                       0x1234567840, words_.data()),
            TENSORDASH_OK);
  expect_words({{0, 0x00000105}, {32, 0x22334440}, {33, 0x11}, {36, 0x34567840}, {37, 0x12}});
}

}  // namespace
}  // namespace tensordash
