#include "hw/dram/front/payload_check.h"

#include <gtest/gtest.h>

#include <array>

#include "tests/hw/dram/front/illegal_payloads.h"

namespace tensordash {
namespace {

TEST(PayloadCheckTest, FindsTheResponseOfEveryKindOfPayload) {
  constexpr std::uint64_t size = std::uint64_t{1} << 31;
  std::array<unsigned char, 8> data{};
  for (PayloadCase& each : payload_cases(size)) {
    tlm::tlm_generic_payload payload;
    set_up(payload, each, data.data());
    EXPECT_EQ(check_payload(payload, size), each.status) << each.name;
  }
}

TEST(PayloadCheckTest, FirstErrorCounts) {
  std::array<unsigned char, 8> data{};
  std::array<unsigned char, 1> enable{1};
  tlm::tlm_generic_payload payload;
  payload.set_address(1000);
  payload.set_byte_enable_ptr(enable.data());
  payload.set_byte_enable_length(1);
  EXPECT_EQ(check_payload(payload, 512), tlm::TLM_COMMAND_ERROR_RESPONSE);
  payload.set_command(tlm::TLM_READ_COMMAND);
  EXPECT_EQ(check_payload(payload, 512), tlm::TLM_BURST_ERROR_RESPONSE);
  payload.set_data_length(8);
  payload.set_streaming_width(8);
  EXPECT_EQ(check_payload(payload, 512), tlm::TLM_ADDRESS_ERROR_RESPONSE);
  payload.set_address(0);
  EXPECT_EQ(check_payload(payload, 512), tlm::TLM_GENERIC_ERROR_RESPONSE);
  payload.set_data_ptr(data.data());
  EXPECT_EQ(check_payload(payload, 512), tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
  enable[0] = 0xff;
  EXPECT_EQ(check_payload(payload, 512), tlm::TLM_OK_RESPONSE);
}

}  // namespace
}  // namespace tensordash
