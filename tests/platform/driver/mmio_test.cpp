#include <gtest/gtest.h>

#include <array>

#include "platform/driver/tensordash.h"

namespace tensordash {
namespace {

int barriers = 0;

TEST(DriverMmioTest, ReachesRegistersAndMemoryThroughPointers) {
  std::array<std::uint32_t, 1024> registers{};
  alignas(256) std::array<std::uint32_t, 128> ring{};
  registers[0] = 0x54445348;
  registers[1] = 0x00010000;
  registers[2] = 0x01020003;
  registers[4] = 0x1c08033f;
  registers[9] = 1;
  // The device sees the memory 4 KiB further down than the processor does.
  tensordash_mmio mmio{registers.data(), 0 - std::uint64_t{0x1000}, [] { ++barriers; }};
  const tensordash_bus bus = tensordash_mmio_bus(&mmio);
  tensordash_device device{};
  ASSERT_EQ(tensordash_init(&device, &bus), TENSORDASH_OK);
  EXPECT_EQ(device.capabilities.tiles, 3U);
  const std::uint64_t base = reinterpret_cast<std::uintptr_t>(ring.data()) - 0x1000;
  ASSERT_EQ(tensordash_ring_start(&device, base, 1, true), TENSORDASH_OK);
  EXPECT_EQ(registers[16], static_cast<std::uint32_t>(base));
  EXPECT_EQ(registers[17], static_cast<std::uint32_t>(base >> 32));
  EXPECT_EQ(registers[18], 1U);
  EXPECT_EQ(registers[8], 3U);
  std::array<std::uint32_t, 64> words{};
  for (unsigned word = 0; word < 64; ++word) words[word] = word + 1;
  std::uint32_t ticket = 0;
  ASSERT_EQ(tensordash_submit(&device, words.data(), &ticket), TENSORDASH_OK);
  EXPECT_EQ(barriers, 1);
  EXPECT_EQ(registers[20], 1U);
  words[0] = 99;
  mmio.barrier = nullptr;
  ASSERT_EQ(tensordash_submit(&device, words.data(), &ticket), TENSORDASH_OK);
  EXPECT_EQ(barriers, 1);
  EXPECT_EQ(ring[0], 1U);
  EXPECT_EQ(ring[63], 64U);
  EXPECT_EQ(ring[64], 99U);
  EXPECT_EQ(ring[127], 64U);
}

}  // namespace
}  // namespace tensordash
