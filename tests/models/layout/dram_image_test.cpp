#include "models/layout/dram_image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/layout/image_memory.h"
#include "tests/models/layout/image_case.h"

namespace tensordash {
namespace {

using testing::BoundedMemory;
using testing::LayoutCase;
using testing::NaiveStored;

constexpr std::uint64_t base = 0x1000;

/// An image at `base` with nothing between its slots and its directory.
TensorImage image_at_base(const TensorLayout& layout, unsigned value_bytes) {
  TensorImage image{layout, value_bytes};
  image.data_base = base;
  image.directory_base = base + image.data_bytes();
  return image;
}

BoundedMemory memory_for(const TensorImage& image) {
  return {base, static_cast<std::size_t>(image.data_bytes() + image.directory_bytes())};
}

/// What memory holds after storing, by the test's own writing of the format.
std::vector<std::uint8_t> naive_image(const LayoutCase& test, unsigned value_bytes,
                                      const std::vector<float>& values) {
  const std::vector<std::uint32_t> bits = testing::bits_of(values);
  std::vector<std::uint8_t> data;
  std::vector<std::uint8_t> directory;
  for (const testing::NaiveGroup& places : test.groups) {
    const NaiveStored stored = testing::naive_stored(places, bits, value_bytes);
    const std::size_t slot = (places.size() * value_bytes + 63) / 64 * 64;
    data.insert(data.end(), stored.bytes.begin(), stored.bytes.end());
    data.insert(data.end(), slot - stored.bytes.size(), BoundedMemory::untouched);
    const std::size_t entry = stored.raw ? 0xffff : stored.units();
    directory.push_back(static_cast<std::uint8_t>(entry % 256));
    directory.push_back(static_cast<std::uint8_t>(entry / 256));
  }
  data.insert(data.end(), directory.begin(), directory.end());
  return data;
}

void expect_stored_and_loaded(const LayoutCase& test, unsigned value_bytes,
                              const std::vector<float>& values) {
  SCOPED_TRACE(test.name + ", bytes a value: " + std::to_string(value_bytes));
  const TensorImage image = image_at_base(test.layout, value_bytes);
  BoundedMemory memory = memory_for(image);
  store_tensor(image, values.data(), memory);
  EXPECT_TRUE(memory.bytes() == naive_image(test, value_bytes, values));
  std::vector<float> loaded(values.size(), -7.0F);
  load_tensor(image, memory, loaded.data());
  EXPECT_TRUE(testing::bits_of(loaded) == testing::bits_of(values));
}

TEST(DramImage, HoldsEveryByteWhereTheFormatSaysAndGivesTheTensorBack) {
  std::mt19937 random(11);
  for (const LayoutCase& test : testing::layout_cases()) {
    for (const unsigned value_bytes : {4U, 2U}) {
      for (const unsigned percent_zero : {0U, 5U, 50U, 95U, 100U}) {
        expect_stored_and_loaded(
            test, value_bytes,
            testing::random_values(test.values, percent_zero, value_bytes, random));
      }
    }
  }
}

TEST(DramImage, MoreGroupsThanMoveAtOnce) {
  std::mt19937 random(12);
  const LayoutCase test = testing::positions_case("many groups", 1, 4, 1, 60, 340, 4);
  ASSERT_GT(test.layout.groups(), 2 * 2048);
  expect_stored_and_loaded(test, 4, testing::random_values(test.values, 60, 4, random));
}

TEST(DramImage, AddressesFollowFromTheNumberOfTheGroup) {
  TensorImage image{TensorLayout::of_positions(2, 40, 2, 3, 19, 16)};
  image.data_base = 0x10000;
  image.directory_base = 0x80000;
  EXPECT_EQ(image.group_values(), 256U);
  EXPECT_EQ(image.slot_bytes(), 1024U);
  EXPECT_EQ(image.data_bytes(), 48U * 1024);
  EXPECT_EQ(image.directory_bytes(), 96U);
  EXPECT_EQ(image.slot_address(0), 0x10000U);
  EXPECT_EQ(image.slot_address(47), 0x10000U + 47 * 1024);
  EXPECT_EQ(image.entry_address(47), 0x80000U + 94);
  image.value_bytes = 2;
  EXPECT_EQ(image.slot_bytes(), 512U);
  EXPECT_EQ(image.data_bytes(), 48U * 512);
}

TEST(DramImage, SlotsOfOddSizeAreRoundedUp) {
  const TensorImage image{TensorLayout::of_positions(1, 3, 1, 1, 3, 3)};  // 36 bytes
  EXPECT_EQ(image.slot_bytes(), 64U);
  const TensorImage larger{TensorLayout::of_positions(1, 5, 1, 1, 5, 5)};  // 100 bytes
  EXPECT_EQ(larger.slot_bytes(), 128U);
}

TEST(DramImage, ATensorWrittenOverAnotherIsReadBack) {
  // Units of the first tensor stay behind those of the second in their slots.
  std::mt19937 random(13);
  const LayoutCase test = testing::positions_case("twice", 1, 20, 1, 2, 20, 16);
  const TensorImage image = image_at_base(test.layout, 4);
  BoundedMemory memory = memory_for(image);
  store_tensor(image, testing::random_values(test.values, 0, 4, random).data(), memory);
  const std::vector<float> values = testing::random_values(test.values, 90, 4, random);
  store_tensor(image, values.data(), memory);
  std::vector<float> loaded(values.size());
  load_tensor(image, memory, loaded.data());
  EXPECT_EQ(testing::bits_of(loaded), testing::bits_of(values));
}

TEST(DramImage, SeveralTensorsShareASparseMemory) {
  std::mt19937 random(14);
  ImageMemory memory;
  const LayoutCase test = testing::weights_case("weights", 20, 19, 1, 3, 2, 16);
  TensorImage one{test.layout, 4, 0x1000, 0x7ffffff000};
  TensorImage other{test.layout, 2, 0x40000000, 0x8000000000};
  const std::vector<float> first = testing::random_values(test.values, 40, 4, random);
  const std::vector<float> second = testing::random_values(test.values, 40, 2, random);
  store_tensor(one, first.data(), memory);
  store_tensor(other, second.data(), memory);
  std::vector<float> loaded(first.size());
  load_tensor(one, memory, loaded.data());
  EXPECT_EQ(testing::bits_of(loaded), testing::bits_of(first));
  load_tensor(other, memory, loaded.data());
  EXPECT_EQ(testing::bits_of(loaded), testing::bits_of(second));
}

TEST(DramImage, ValuesThatAreNotRoundedToBf16AreRefusedByIndex) {
  const TensorLayout layout = TensorLayout::of_positions(1, 3, 1, 1, 5, 4);
  const TensorImage image = image_at_base(layout, 2);
  BoundedMemory memory = memory_for(image);
  std::vector<float> values(15, 1.0F);
  EXPECT_NO_THROW(store_tensor(image, values.data(), memory));
  for (const std::size_t index : {0U, 2U, 6U, 11U, 14U}) {
    values[index] = 1.0F + 1.0F / 1024;
    const auto refused = ::testing::ThrowsMessage<std::invalid_argument>(
        ::testing::HasSubstr("value " + std::to_string(index) + " of the tensor, 1.0009766"));
    EXPECT_THAT([&] { store_tensor(image, values.data(), memory); }, refused);
    EXPECT_THAT([&] { image_sizes(layout, 2, values.data()); }, refused);
    values[index] = 1.0F;
  }
}

TEST(DramImage, OtherSizesOfValuesAreRefused) {
  const std::vector<float> values(15);
  std::vector<float> loaded(15);
  ImageMemory memory;
  const TensorLayout layout = TensorLayout::of_positions(1, 3, 1, 1, 5, 4);
  for (const unsigned bytes : {0U, 1U, 3U, 8U}) {
    const TensorImage image{layout, bytes};
    EXPECT_THROW(store_tensor(image, values.data(), memory), std::invalid_argument);
    EXPECT_THROW(load_tensor(image, memory, loaded.data()), std::invalid_argument);
    EXPECT_THROW(image_sizes(layout, bytes, values.data()), std::invalid_argument);
  }
  EXPECT_EQ(memory.pages(), 0U);
}

/// Without compression: whole slots, 0 behind the values, and nothing where a directory would be.
TEST(DramImageRaw, IsWholeSlots) {
  std::mt19937 random(5);
  for (const LayoutCase& test : testing::layout_cases()) {
    for (const unsigned value_bytes : {4U, 2U}) {
      SCOPED_TRACE(test.name + ", bytes a value: " + std::to_string(value_bytes));
      TensorImage image = image_at_base(test.layout, value_bytes);
      image.compressed = false;
      std::int64_t count = 0;
      for (const testing::NaiveGroup& places : test.groups) {
        for (const std::int64_t index : places) count = std::max(count, index + 1);
      }
      const std::vector<float> values = testing::random_values(count, 60, value_bytes, random);
      BoundedMemory memory = memory_for(image);
      store_tensor(image, values.data(), memory);
      std::vector<std::uint8_t> expected;
      for (const testing::NaiveGroup& places : test.groups) {
        std::vector<std::uint8_t> slot;
        for (const std::int64_t index : places) {
          const std::uint32_t bits =
              index < 0 ? 0 : testing::bits_of(values)[static_cast<std::size_t>(index)];
          for (unsigned byte = 4 - value_bytes; byte < 4; ++byte) {
            slot.push_back(static_cast<std::uint8_t>(bits >> (8 * byte)));
          }
        }
        slot.resize((slot.size() + 63) / 64 * 64);
        expected.insert(expected.end(), slot.begin(), slot.end());
      }
      expected.resize(memory.bytes().size(), BoundedMemory::untouched);
      EXPECT_TRUE(memory.bytes() == expected);
      std::vector<float> loaded(values.size(), -7.0F);
      load_tensor(image, memory, loaded.data());
      EXPECT_TRUE(testing::bits_of(loaded) == testing::bits_of(values));
      EXPECT_EQ(first_difference(image.layout, loaded.data(), values.data()), -1);
    }
  }
}

TEST(DramImageWanted, IsAllThatIsReadAndCompared) {
  std::mt19937 random(6);
  const TensorLayout layout = TensorLayout::of_positions(2, 9, 1, 3, 7, 4);
  const TensorImage image = image_at_base(layout, 4);
  const std::vector<float> values = testing::random_values(2 * 9 * 3 * 7, 50, 4, random);
  for (std::int64_t wanted = 0; wanted < layout.groups(); ++wanted) {
    std::vector<bool> groups(static_cast<std::size_t>(layout.groups()), false);
    groups[static_cast<std::size_t>(wanted)] = true;
    // Entries of other groups that would be refused are not looked at.
    BoundedMemory damaged = memory_for(image);
    store_tensor(image, values.data(), damaged);
    for (std::int64_t group = 0; group < layout.groups(); ++group) {
      if (group != wanted) damaged[image.entry_address(group) + 1] = 0x7f;
    }
    std::vector<float> loaded(values.size(), -7.0F);
    load_tensor(image, damaged, loaded.data(), &groups);
    EXPECT_EQ(first_difference(layout, loaded.data(), values.data(), &groups), -1);
    EXPECT_EQ(first_difference(layout, loaded.data(), values.data()), wanted == 0 ? 1 : 0);
    EXPECT_THROW(load_tensor(image, damaged, loaded.data()), ImageError);
  }
}

}  // namespace
}  // namespace tensordash
