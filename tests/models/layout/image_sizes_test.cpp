#include <gtest/gtest.h>

#include "tests/models/layout/image_case.h"

namespace tensordash {
namespace {

using testing::LayoutCase;
using testing::NaiveStored;

void expect_naive_sizes(const LayoutCase& test, unsigned value_bytes,
                        const std::vector<float>& values) {
  SCOPED_TRACE(test.name + ", bytes a value: " + std::to_string(value_bytes));
  const std::vector<std::uint32_t> bits = testing::bits_of(values);
  std::uint64_t payload = 0;
  std::uint64_t raw_groups = 0;
  std::uint64_t raw_bytes = 0;
  std::uint64_t units = 0;
  std::vector<std::uint16_t> expected;
  for (const testing::NaiveGroup& places : test.groups) {
    const NaiveStored stored = testing::naive_stored(places, bits, value_bytes);
    payload += stored.payload;
    raw_groups += stored.raw ? 1 : 0;
    raw_bytes += places.size() * value_bytes;
    units += stored.units();
    expected.push_back(static_cast<std::uint16_t>(stored.units()));
  }
  std::vector<std::uint16_t> group_units{1, 2, 3};  // what was there goes
  const ImageSizes sizes = image_sizes(test.layout, value_bytes, values.data(), &group_units);
  EXPECT_EQ(sizes.groups, test.groups.size());
  EXPECT_EQ(sizes.raw_groups, raw_groups);
  EXPECT_EQ(sizes.raw_bytes, raw_bytes);
  EXPECT_EQ(sizes.compressed_payload_bytes, payload);
  EXPECT_EQ(sizes.stored_units, units);
  EXPECT_EQ(group_units, expected);
  EXPECT_EQ(image_sizes(test.layout, value_bytes, values.data()).stored_units, units);
}

TEST(ImageSizes, AreThoseOfTheFormat) {
  std::mt19937 random(21);
  for (const LayoutCase& test : testing::layout_cases()) {
    for (const unsigned value_bytes : {4U, 2U}) {
      for (const unsigned percent_zero : {3U, 30U, 70U}) {
        expect_naive_sizes(test, value_bytes,
                           testing::random_values(test.values, percent_zero, value_bytes, random));
      }
    }
  }
}

TEST(ImageSizes, OfATensorLargeEnoughForSeveralTasks) {
  std::mt19937 random(22);
  const LayoutCase test = testing::positions_case("large", 1, 160, 1, 8, 100, 16);
  ASSERT_GT(test.layout.groups(), 2 * 256);
  // At 6 % zeros some groups are stored raw, and some are not.
  expect_naive_sizes(test, 4, testing::random_values(test.values, 6, 4, random));
}

/// One group of 16 x 16 values, the first `kept` of them not zero.
ImageSizes sizes_with(std::size_t kept, float value, unsigned value_bytes) {
  std::vector<float> values(256);
  std::fill_n(values.begin(), kept, value);
  return image_sizes(TensorLayout::of_positions(1, 16, 1, 1, 16, 16), value_bytes, values.data());
}

TEST(ImageSizes, OfZerosAreThoseOfTheMasks) {
  const ImageSizes sizes = sizes_with(0, 1.0F, 4);
  EXPECT_EQ(sizes.compressed_payload_bytes, 32U);
  EXPECT_EQ(sizes.stored_units, 1U);
  EXPECT_EQ(sizes.raw_groups, 0U);
  EXPECT_EQ(sizes.raw_bytes, 1024U);
}

TEST(ImageSizes, WithoutZerosTheGroupIsStoredRaw) {
  const ImageSizes sizes = sizes_with(256, 1.0F, 4);
  EXPECT_EQ(sizes.compressed_payload_bytes, 32U + 1024U);
  EXPECT_EQ(sizes.stored_units, 32U);
  EXPECT_EQ(sizes.raw_groups, 1U);
}

TEST(ImageSizes, MinusZeroIsKept) {
  EXPECT_EQ(sizes_with(3, -0.0F, 4).compressed_payload_bytes, 32U + 12U);
  EXPECT_EQ(sizes_with(3, -0.0F, 2).compressed_payload_bytes, 32U + 6U);
}

TEST(ImageSizes, AGroupIsCompressedAsSoonAsThatSavesAUnit) {
  // 31 of 32 units hold the masks and 240 values of fp32; 15 of 16 hold 224 of bf16.
  EXPECT_EQ(sizes_with(240, 1.0F, 4).stored_units, 31U);
  EXPECT_EQ(sizes_with(240, 1.0F, 4).raw_groups, 0U);
  EXPECT_EQ(sizes_with(241, 1.0F, 4).stored_units, 32U);
  EXPECT_EQ(sizes_with(241, 1.0F, 4).raw_groups, 1U);
  EXPECT_EQ(sizes_with(224, 1.0F, 2).stored_units, 15U);
  EXPECT_EQ(sizes_with(224, 1.0F, 2).raw_groups, 0U);
  EXPECT_EQ(sizes_with(225, 1.0F, 2).stored_units, 16U);
  EXPECT_EQ(sizes_with(225, 1.0F, 2).raw_groups, 1U);
}

}  // namespace
}  // namespace tensordash
