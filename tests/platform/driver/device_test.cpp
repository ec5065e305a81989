#include <gmock/gmock.h>

#include "tests/platform/driver/fake_device.h"

namespace tensordash {
namespace {

using testing::DriverBench;
using ::testing::ElementsAre;
using testing::FakeDevice;
using ::testing::IsEmpty;

TEST(DriverDeviceTest, ReadsWhatTheDeviceCanDo) {
  FakeDevice fake;
  const tensordash_bus bus = fake.bus();
  tensordash_device device{};
  ASSERT_EQ(tensordash_init(&device, &bus), TENSORDASH_OK);
  EXPECT_EQ(device.capabilities.tiles, 16U);
  EXPECT_EQ(device.capabilities.rows, 3U);
  EXPECT_EQ(device.capabilities.columns, 4U);
  EXPECT_EQ(device.capabilities.lanes, 16U);
  EXPECT_EQ(device.capabilities.depth, 3U);
  EXPECT_EQ(device.capabilities.features, 0x1c08033fU);
  EXPECT_EQ(device.capabilities.max_ring_log2, 8U);
  EXPECT_EQ(device.capabilities.max_elements_log2, 28U);
  EXPECT_EQ(device.capabilities.clock_period_ps, 2000U);
  EXPECT_EQ(device.ring_size, 0U);
  EXPECT_THAT(fake.events, IsEmpty());
}

TEST(DriverDeviceTest, RefusesWhatItIsNotFor) {
  FakeDevice fake;
  tensordash_bus bus = fake.bus();
  tensordash_device device{};
  device.tail = 42;
  EXPECT_EQ(tensordash_init(nullptr, &bus), TENSORDASH_BAD_ARGUMENT);
  EXPECT_EQ(tensordash_init(&device, nullptr), TENSORDASH_BAD_ARGUMENT);
  bus.store = nullptr;
  EXPECT_EQ(tensordash_init(&device, &bus), TENSORDASH_BAD_ARGUMENT);
  bus = fake.bus();
  bus.read = nullptr;
  EXPECT_EQ(tensordash_init(&device, &bus), TENSORDASH_BAD_ARGUMENT);
  bus = fake.bus();
  bus.write = nullptr;
  EXPECT_EQ(tensordash_init(&device, &bus), TENSORDASH_BAD_ARGUMENT);
  bus = fake.bus();
  fake.registers[0x004] = 0x00020000;
  EXPECT_EQ(tensordash_init(&device, &bus), TENSORDASH_BAD_VERSION);
  fake.registers[0x000] ^= 1;
  EXPECT_EQ(tensordash_init(&device, &bus), TENSORDASH_NO_DEVICE);
  EXPECT_EQ(device.tail, 42U);
}

TEST(DriverDeviceTest, StartsARing) {
  FakeDevice fake;
  const tensordash_bus bus = fake.bus();
  tensordash_device device{};
  ASSERT_EQ(tensordash_init(&device, &bus), TENSORDASH_OK);
  fake.registers[0x04c] = 5;
  fake.registers[0x050] = 9;  // of an earlier ring
  ASSERT_EQ(tensordash_ring_start(&device, 0x1234567800, 8, true), TENSORDASH_OK);
  EXPECT_THAT(fake.events, ElementsAre("write 40 34567800", "write 44 12", "write 48 8",
                                       "write 50 5", "write 20 3"));
  EXPECT_EQ(device.tail, 5U);
  EXPECT_EQ(device.ring_size, 256U);
}

TEST(DriverDeviceTest, RefusesRingsBeforeItWritesAnything) {
  FakeDevice fake;
  const tensordash_bus bus = fake.bus();
  tensordash_device device{};
  ASSERT_EQ(tensordash_init(&device, &bus), TENSORDASH_OK);
  EXPECT_EQ(tensordash_ring_start(nullptr, 0, 2, false), TENSORDASH_BAD_ARGUMENT);
  EXPECT_EQ(tensordash_ring_start(&device, 0x1080, 2, false), TENSORDASH_BAD_ADDRESS);
  EXPECT_EQ(tensordash_ring_start(&device, 0xfffffffffffffd00, 2, false), TENSORDASH_BAD_ADDRESS);
  EXPECT_EQ(tensordash_ring_start(&device, 0x1000, 9, false), TENSORDASH_UNSUPPORTED);
  EXPECT_EQ(tensordash_ring_start(&device, 0x1000, 32, false), TENSORDASH_UNSUPPORTED);
  fake.registers[0x024] = 2;
  EXPECT_EQ(tensordash_ring_start(&device, 0x1000, 2, false), TENSORDASH_BUSY);
  fake.registers[0x024] = 1;
  fake.registers[0x020] = 1;
  EXPECT_EQ(tensordash_ring_start(&device, 0x1000, 2, false), TENSORDASH_BUSY);
  EXPECT_THAT(fake.events, IsEmpty());
  fake.registers[0x020] = 0;
  EXPECT_EQ(tensordash_ring_start(&device, 0xfffffffffffffc00, 2, false), TENSORDASH_OK);
}

TEST(DriverDeviceTest, SaysWhenTheDeviceDidNotStart) {
  FakeDevice fake;
  const tensordash_bus bus = fake.bus();
  tensordash_device device{};
  ASSERT_EQ(tensordash_init(&device, &bus), TENSORDASH_OK);
  fake.after_write = [&](std::uint32_t) { fake.registers[0x020] = 0; };
  EXPECT_EQ(tensordash_ring_start(&device, 0x1000, 2, false), TENSORDASH_REFUSED);
  EXPECT_EQ(device.ring_size, 0U);
}

TEST(DriverDeviceTest, StopsAndGoesOn) {
  DriverBench bench;
  bench.fake.registers[0x020] = 3;
  EXPECT_EQ(tensordash_stop(&bench.device), TENSORDASH_OK);
  EXPECT_EQ(tensordash_resume(&bench.device), TENSORDASH_OK);
  EXPECT_EQ(tensordash_abort(&bench.device), TENSORDASH_OK);
  EXPECT_EQ(tensordash_soft_reset(&bench.device), TENSORDASH_OK);
  EXPECT_THAT(bench.fake.events,
              ElementsAre("write 20 2", "write 20 3", "write 20 102", "write 20 200"));
  EXPECT_EQ(tensordash_resume(&bench.device), TENSORDASH_NO_RING);
}

// A device with STOP_ON_ERROR clears ENABLE when it likes: also between two accesses of an abort.
TEST(DriverDeviceTest, AbortsNeverStartADeviceThatHasJustStopped) {
  DriverBench bench;
  bench.fake.registers[0x020] = 3;
  bench.fake.before_read = [&] {
    bench.fake.before_read = [&] { bench.fake.registers[0x020] = 2; };
  };
  EXPECT_EQ(tensordash_abort(&bench.device), TENSORDASH_OK);
  EXPECT_EQ(bench.fake.registers[0x020], 2U);
  EXPECT_THAT(bench.fake.events, ElementsAre("write 20 102"));
}

TEST(DriverDeviceTest, TakesEventsThatItHasRead) {
  DriverBench bench;
  EXPECT_EQ(tensordash_interrupts_take(&bench.device), 0U);
  EXPECT_THAT(bench.fake.events, IsEmpty());
  EXPECT_EQ(tensordash_interrupts_enable(&bench.device, 0xb), TENSORDASH_OK);
  bench.fake.registers[0x02c] = 0x5;
  EXPECT_EQ(tensordash_interrupts_take(&bench.device), 0x5U);
  EXPECT_THAT(bench.fake.events, ElementsAre("write 28 b", "write 2c 5"));
}

TEST(DriverDeviceTest, ReadsAndClearsErrors) {
  DriverBench bench;
  tensordash_error error{};
  bench.fake.registers[0x070] = 3;
  bench.fake.registers[0x064] = 99;  // means nothing without VALID
  ASSERT_EQ(tensordash_error_read(&bench.device, &error), TENSORDASH_OK);
  EXPECT_FALSE(error.valid);
  EXPECT_EQ(error.descriptor, 0U);
  EXPECT_EQ(error.count, 3U);
  bench.fake.registers[0x060] = 0x80001406;
  bench.fake.registers[0x068] = 0x56789abc;
  bench.fake.registers[0x06c] = 0x1234;
  ASSERT_EQ(tensordash_error_read(&bench.device, &error), TENSORDASH_OK);
  EXPECT_TRUE(error.valid);
  EXPECT_EQ(error.code, 6U);
  EXPECT_EQ(error.detail, 20U);
  EXPECT_EQ(error.descriptor, 99U);
  EXPECT_EQ(error.address, 0x123456789abcU);
  EXPECT_THAT(bench.fake.events, IsEmpty());
  EXPECT_EQ(tensordash_error_clear(&bench.device), TENSORDASH_OK);
  EXPECT_THAT(bench.fake.events, ElementsAre("write 60 80000000"));
}

TEST(DriverDeviceTest, ReadsCountersAfterTheirSnapshot) {
  DriverBench bench;
  bench.fake.after_write = [&](std::uint32_t offset) {
    if (offset != 0x080) return;
    for (std::uint32_t index = 0; index < 30; ++index) {
      bench.fake.registers[0x100 + 8 * index] = 1000 + index;
      bench.fake.registers[0x104 + 8 * index] = index;
    }
  };
  tensordash_counters counters{};
  ASSERT_EQ(tensordash_counters_read(&bench.device, false, &counters), TENSORDASH_OK);
  for (std::uint64_t index = 0; index < 30; ++index) {
    EXPECT_EQ(counters.value[index], index << 32 | (1000 + index));
  }
  ASSERT_EQ(tensordash_counters_read(&bench.device, true, &counters), TENSORDASH_OK);
  EXPECT_THAT(bench.fake.events, ElementsAre("write 80 1", "write 80 3"));
}

TEST(DriverDeviceTest, RefusesNullPointers) {
  DriverBench bench;
  tensordash_error error{};
  tensordash_counters counters{};
  EXPECT_EQ(tensordash_stop(nullptr), TENSORDASH_BAD_ARGUMENT);
  EXPECT_EQ(tensordash_resume(nullptr), TENSORDASH_BAD_ARGUMENT);
  EXPECT_EQ(tensordash_abort(nullptr), TENSORDASH_BAD_ARGUMENT);
  EXPECT_EQ(tensordash_soft_reset(nullptr), TENSORDASH_BAD_ARGUMENT);
  EXPECT_EQ(tensordash_interrupts_enable(nullptr, 0), TENSORDASH_BAD_ARGUMENT);
  EXPECT_EQ(tensordash_error_read(nullptr, &error), TENSORDASH_BAD_ARGUMENT);
  EXPECT_EQ(tensordash_error_read(&bench.device, nullptr), TENSORDASH_BAD_ARGUMENT);
  EXPECT_EQ(tensordash_error_clear(nullptr), TENSORDASH_BAD_ARGUMENT);
  EXPECT_EQ(tensordash_counters_read(nullptr, false, &counters), TENSORDASH_BAD_ARGUMENT);
  EXPECT_EQ(tensordash_counters_read(&bench.device, true, nullptr), TENSORDASH_BAD_ARGUMENT);
  EXPECT_THAT(bench.fake.events, IsEmpty());
}

}  // namespace
}  // namespace tensordash
