#include "models/layout/image_memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <numeric>
#include <random>
#include <stdexcept>
#include <vector>

namespace tensordash {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint64_t last_address = std::numeric_limits<std::uint64_t>::max();

Bytes read_from(ImageMemory& memory, std::uint64_t address, std::size_t bytes) {
  Bytes read(bytes, 0xee);
  memory.read(address, read.data(), bytes);
  return read;
}

TEST(ImageMemory, IsZeroWhereNothingWasWrittenAndKeepsNothingForReading) {
  ImageMemory memory;
  EXPECT_EQ(read_from(memory, 12345, 10000), Bytes(10000));
  EXPECT_EQ(memory.pages(), 0U);
}

TEST(ImageMemory, KeepsThePagesThatWereWritten) {
  ImageMemory memory;
  const Bytes data = {1, 2, 3, 4};
  memory.write(4094, data.data(), 4);
  EXPECT_EQ(memory.pages(), 2U);
  memory.write(std::uint64_t{1} << 60U, data.data(), 1);
  EXPECT_EQ(memory.pages(), 3U);
  memory.write(8192, data.data(), 0);
  EXPECT_EQ(memory.pages(), 3U);
  EXPECT_EQ(read_from(memory, 4092, 8), (Bytes{0, 0, 1, 2, 3, 4, 0, 0}));
  EXPECT_EQ(read_from(memory, std::uint64_t{1} << 60U, 2), (Bytes{1, 0}));
}

TEST(ImageMemory, RangesOverSeveralPagesReadBack) {
  ImageMemory memory;
  Bytes data(3 * ImageMemory::page_bytes);
  std::iota(data.begin(), data.end(), std::uint8_t{7});
  memory.write(1000, data.data(), data.size());
  EXPECT_EQ(memory.pages(), 4U);
  EXPECT_EQ(read_from(memory, 1000, data.size()), data);
}

TEST(ImageMemory, ActsAsAMapOfBytes) {
  std::mt19937 random(41);
  ImageMemory memory;
  std::map<std::uint64_t, std::uint8_t> expected;
  for (int round = 0; round < 200; ++round) {
    const std::uint64_t address = random() % 20000;
    Bytes data(random() % 6000);
    for (std::uint8_t& byte : data) byte = static_cast<std::uint8_t>(random());
    memory.write(address, data.data(), data.size());
    for (std::size_t byte = 0; byte < data.size(); ++byte) expected[address + byte] = data[byte];
    const std::uint64_t from = random() % 26000;
    const Bytes read = read_from(memory, from, 300);
    for (std::size_t byte = 0; byte < read.size(); ++byte) {
      const auto written = expected.find(from + byte);
      ASSERT_EQ(read[byte], written == expected.end() ? 0 : written->second);
    }
  }
}

TEST(ImageMemory, ReachesToTheLastAddressAndNoFurther) {
  ImageMemory memory;
  const Bytes data = {9, 8};
  memory.write(last_address - 1, data.data(), 2);
  EXPECT_EQ(read_from(memory, last_address - 1, 2), data);
  Bytes read(2);
  const auto refused = ::testing::ThrowsMessage<std::out_of_range>(
      ::testing::HasSubstr("2 bytes at 0xffffffffffffffff"));
  EXPECT_THAT([&] { memory.write(last_address, data.data(), 2); }, refused);
  EXPECT_THAT([&] { memory.read(last_address, read.data(), 2); }, refused);
  EXPECT_EQ(read_from(memory, 0, 1), Bytes(1));
  EXPECT_EQ(read_from(memory, last_address, 1), Bytes{8});
}

}  // namespace
}  // namespace tensordash
