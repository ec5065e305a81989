#include "hw/dram/front/copy_payload.h"

#include <gtest/gtest.h>

#include "tests/hw/dram/front/random_payload.h"

namespace tensordash {
namespace {

TEST(CopyPayloadTest, AgreesWithOneByteAfterTheOther) {
  std::mt19937_64 random(1);
  std::vector<unsigned char> memory(700), expected(memory);
  for (int round = 0; round < 5000; ++round) {
    RandomPayload made(random, memory.size(), 300);
    std::vector<unsigned char> expected_data = made.data;
    std::uint64_t expected_bytes = 0;
    for (unsigned byte = 0; byte < made.data.size(); ++byte) {
      if (!made.enabled(byte)) continue;
      ++expected_bytes;
      if (made.payload.is_write()) {
        expected[made.address_of(byte)] = made.data[byte];
      } else {
        expected_data[byte] = expected[made.address_of(byte)];
      }
    }
    EXPECT_EQ(copy_payload(made.payload, memory.data()), expected_bytes);
    ASSERT_EQ(memory, expected) << "round " << round;
    ASSERT_EQ(made.data, expected_data) << "round " << round;
  }
}

TEST(CopyPayloadTest, MayCopyWithinTheMemory) {
  std::vector<unsigned char> memory = {1, 2, 3, 4, 5, 6};
  tlm::tlm_generic_payload payload;
  payload.set_write();
  payload.set_address(2);
  payload.set_data_ptr(memory.data());
  payload.set_data_length(4);
  payload.set_streaming_width(4);
  EXPECT_EQ(copy_payload(payload, memory.data()), 4U);
  EXPECT_EQ(memory, (std::vector<unsigned char>{1, 2, 1, 2, 3, 4}));
}

}  // namespace
}  // namespace tensordash
