#include <gmock/gmock.h>

#include <array>

#include "tests/platform/driver/fake_device.h"

namespace tensordash {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::uint32_t head = 0x04c;

// A ring of 4 descriptors at 0x10000.
class DriverRingTest : public ::testing::Test, protected testing::DriverBench {
 protected:
  DriverRingTest() {
    for (unsigned word = 0; word < words_.size(); ++word) words_[word] = 100 + word;
  }
  tensordash_result submit() { return tensordash_submit(&device, words_.data(), &ticket_); }

  // Begins again where the counts of descriptors will pass 2^32.
  void start_at(std::uint32_t count) {
    fake.registers[0x020] = 0;
    fake.registers[head] = count;
    ASSERT_EQ(tensordash_ring_start(&device, 0x10000, 2, false), TENSORDASH_OK);
    fake.events.clear();
  }

  std::array<std::uint32_t, 64> words_{};
  std::uint32_t ticket_ = 12345;
};

TEST_F(DriverRingTest, StoresADescriptorBeforeItRingsTheBell) {
  ASSERT_EQ(submit(), TENSORDASH_OK);
  EXPECT_EQ(ticket_, 0U);
  EXPECT_THAT(fake.events, ElementsAre("store 10000 64", "barrier", "write 50 1"));
  for (unsigned word = 0; word < 64; ++word) EXPECT_EQ(fake.memory[0x10000 + 4 * word], 100 + word);
}

TEST_F(DriverRingTest, DoesWithoutABarrier) {
  device.bus.barrier = nullptr;
  ASSERT_EQ(submit(), TENSORDASH_OK);
  EXPECT_THAT(fake.events, ElementsAre("store 10000 64", "write 50 1"));
}

TEST_F(DriverRingTest, FillsTheRingAndGoesRound) {
  for (std::uint32_t count = 0; count < 4; ++count) {
    ASSERT_EQ(submit(), TENSORDASH_OK);
    EXPECT_EQ(ticket_, count);
  }
  fake.events.clear();
  ticket_ = 12345;
  EXPECT_EQ(submit(), TENSORDASH_BUSY);
  EXPECT_THAT(fake.events, IsEmpty());
  EXPECT_EQ(ticket_, 12345U);
  fake.registers[head] = 1;
  EXPECT_EQ(submit(), TENSORDASH_OK);
  EXPECT_EQ(ticket_, 4U);
  EXPECT_THAT(fake.events, ElementsAre("store 10000 64", "barrier", "write 50 5"));
  EXPECT_EQ(submit(), TENSORDASH_BUSY);
}

TEST_F(DriverRingTest, GoesOnWhenTheCountsPass32Bits) {
  start_at(0xfffffffe);
  for (int count = 0; count < 4; ++count) ASSERT_EQ(submit(), TENSORDASH_OK);
  EXPECT_EQ(ticket_, 1U);
  EXPECT_EQ(submit(), TENSORDASH_BUSY);
  EXPECT_THAT(fake.events,
              ElementsAre("store 10200 64", "barrier", "write 50 ffffffff", "store 10300 64",
                          "barrier", "write 50 0", "store 10000 64", "barrier", "write 50 1",
                          "store 10100 64", "barrier", "write 50 2"));
  EXPECT_FALSE(tensordash_ended(&device, 0xfffffffe));
  fake.registers[head] = 0xffffffff;
  EXPECT_TRUE(tensordash_ended(&device, 0xfffffffe));
  EXPECT_FALSE(tensordash_ended(&device, 0xffffffff));
  fake.registers[head] = 1;
  EXPECT_TRUE(tensordash_ended(&device, 0xffffffff));
  EXPECT_TRUE(tensordash_ended(&device, 0));
  EXPECT_FALSE(tensordash_ended(&device, 1));
  EXPECT_EQ(submit(), TENSORDASH_OK);
  EXPECT_EQ(ticket_, 2U);
}

TEST_F(DriverRingTest, KnowsTicketsOfTheLast31Bits) {
  fake.registers[head] = 0x80000000;
  EXPECT_TRUE(tensordash_ended(&device, 0));
  EXPECT_FALSE(tensordash_ended(&device, 0x80000000));
  fake.registers[head] = 0x80000001;
  EXPECT_TRUE(tensordash_ended(&device, 1));
}

TEST_F(DriverRingTest, NoticesADoorbellThatWasRefused) {
  fake.after_write = [&](std::uint32_t offset) {
    if (offset == 0x050) fake.registers[0x050] = 0;
  };
  EXPECT_EQ(submit(), TENSORDASH_REFUSED);
  fake.after_write = [](std::uint32_t) {};
  EXPECT_EQ(submit(), TENSORDASH_OK);
  EXPECT_EQ(ticket_, 0U);
}

TEST_F(DriverRingTest, RefusesWhatCannotBeSubmitted) {
  EXPECT_EQ(tensordash_submit(nullptr, words_.data(), &ticket_), TENSORDASH_BAD_ARGUMENT);
  EXPECT_EQ(tensordash_submit(&device, nullptr, &ticket_), TENSORDASH_BAD_ARGUMENT);
  EXPECT_EQ(tensordash_submit(&device, words_.data(), nullptr), TENSORDASH_BAD_ARGUMENT);
  EXPECT_THAT(fake.events, IsEmpty());
  tensordash_soft_reset(&device);
  fake.events.clear();
  EXPECT_EQ(submit(), TENSORDASH_NO_RING);
  EXPECT_THAT(fake.events, IsEmpty());
}

TEST_F(DriverRingTest, WaitsAsOftenAsItMay) {
  ASSERT_EQ(submit(), TENSORDASH_OK);
  unsigned calls = 0;
  const auto count = [](void* context) { ++*static_cast<unsigned*>(context); };
  EXPECT_EQ(tensordash_wait(&device, ticket_, 10, count, &calls), TENSORDASH_TIMEOUT);
  EXPECT_EQ(calls, 9U);
  EXPECT_EQ(tensordash_wait(&device, ticket_, 0, nullptr, nullptr), TENSORDASH_TIMEOUT);
  EXPECT_EQ(tensordash_wait(nullptr, ticket_, 1, nullptr, nullptr), TENSORDASH_BAD_ARGUMENT);
  const auto end = [](void* context) { ++*static_cast<std::uint32_t*>(context); };
  EXPECT_EQ(tensordash_wait(&device, ticket_, 2, end, &fake.registers[head]), TENSORDASH_OK);
  EXPECT_EQ(tensordash_wait(&device, ticket_, 0, nullptr, nullptr), TENSORDASH_OK);
}

// Results that are read after a wait lie behind the barrier, and that behind the look at the head.
TEST_F(DriverRingTest, HasResultsReadBehindTheHead) {
  ASSERT_EQ(submit(), TENSORDASH_OK);
  fake.events.clear();
  EXPECT_EQ(tensordash_wait(&device, ticket_, 1, nullptr, nullptr), TENSORDASH_TIMEOUT);
  EXPECT_THAT(fake.events, IsEmpty());
  // It ends at the second read, that of the head.
  int reads = 0;
  fake.before_read = [&] {
    EXPECT_TRUE(reads >= 2 || fake.events.empty());
    if (++reads == 2) fake.registers[head] = 1;
  };
  EXPECT_EQ(tensordash_wait(&device, ticket_, 1, nullptr, nullptr), TENSORDASH_OK);
  EXPECT_THAT(fake.events, ElementsAre("barrier"));
  fake.events.clear();
  fake.registers[0x060] = 0x80000404;
  EXPECT_EQ(tensordash_wait(&device, ticket_, 1, nullptr, nullptr), TENSORDASH_FAILED);
  EXPECT_THAT(fake.events, ElementsAre("barrier"));
  device.bus.barrier = nullptr;
  EXPECT_EQ(tensordash_wait(&device, ticket_, 1, nullptr, nullptr), TENSORDASH_FAILED);
}

TEST_F(DriverRingTest, SaysWhenADescriptorFailed) {
  ASSERT_EQ(submit(), TENSORDASH_OK);
  ASSERT_EQ(submit(), TENSORDASH_OK);
  fake.registers[head] = 2;
  fake.registers[0x060] = 0x80000404;
  fake.registers[0x064] = 1;
  EXPECT_EQ(tensordash_wait(&device, 0, 1, nullptr, nullptr), TENSORDASH_OK);
  EXPECT_EQ(tensordash_wait(&device, 1, 1, nullptr, nullptr), TENSORDASH_FAILED);
  for (const std::uint32_t code : {0x00000404U, 0x8000000fU, 0x80000010U}) {
    fake.registers[0x060] = code;  // none, or one of the ring
    EXPECT_EQ(tensordash_wait(&device, 1, 1, nullptr, nullptr), TENSORDASH_OK) << code;
  }
}

TEST_F(DriverRingTest, DoesNotWaitForADeviceThatHasStopped) {
  ASSERT_EQ(submit(), TENSORDASH_OK);
  fake.registers[0x020] = 2;
  EXPECT_EQ(tensordash_wait(&device, ticket_, 1000, nullptr, nullptr), TENSORDASH_STOPPED);
  fake.registers[0x024] = 2;  // its last descriptor still runs
  EXPECT_EQ(tensordash_wait(&device, ticket_, 10, nullptr, nullptr), TENSORDASH_TIMEOUT);
  EXPECT_TRUE(fake.registers[0x024] == 2 && !tensordash_idle(&device));
}

// A device that ends the descriptor and stops between any two reads is never taken for stopped
// before it.
TEST_F(DriverRingTest, SeesADescriptorThatEndsWhileItLooks) {
  for (int moment = 1; moment <= 8; ++moment) {
    start_at(0);
    ASSERT_EQ(submit(), TENSORDASH_OK);
    fake.registers[0x024] = 2;
    int reads = 0;
    fake.before_read = [&] {
      if (++reads != moment) return;
      fake.registers[head] = 1;
      fake.registers[0x020] = 0;
      fake.registers[0x024] = 1;
    };
    EXPECT_EQ(tensordash_wait(&device, ticket_, 10, nullptr, nullptr), TENSORDASH_OK) << moment;
    fake.before_read = [] {};
  }
}

}  // namespace
}  // namespace tensordash
