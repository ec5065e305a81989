#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <tlm>
#include <vector>

namespace tensordash {

// A payload of 8 bytes at address 64, as one that is legal, changed in one way.
struct PayloadCase {
  std::string name;
  tlm::tlm_response_status status;
  tlm::tlm_command command = tlm::TLM_READ_COMMAND;
  std::uint64_t address = 64;
  unsigned length = 8;
  unsigned width = 8;
  bool data = true;
  std::vector<unsigned char> enables = {};
  bool enables_of_length_0 = false;
};

// `size` is the memory's.
inline std::vector<PayloadCase> payload_cases(std::uint64_t size) {
  constexpr std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
  constexpr unsigned longest = std::numeric_limits<unsigned>::max();
  constexpr auto read = tlm::TLM_READ_COMMAND;
  std::vector<PayloadCase> cases = {
      {"read", tlm::TLM_OK_RESPONSE},
      {"write", tlm::TLM_OK_RESPONSE, tlm::TLM_WRITE_COMMAND},
      {"neither", tlm::TLM_COMMAND_ERROR_RESPONSE, tlm::TLM_IGNORE_COMMAND},
      {"unknown command", tlm::TLM_COMMAND_ERROR_RESPONSE, static_cast<tlm::tlm_command>(3)},
      {"at the end", tlm::TLM_OK_RESPONSE, read, size - 8},
      {"over the end by one", tlm::TLM_ADDRESS_ERROR_RESPONSE, read, size - 7},
      {"behind the end", tlm::TLM_ADDRESS_ERROR_RESPONSE, read, size},
      {"last address of all", tlm::TLM_ADDRESS_ERROR_RESPONSE, read, last},
      {"over 2^64 into the memory", tlm::TLM_ADDRESS_ERROR_RESPONSE, read, last - 3},
      {"longer than any, at the end", tlm::TLM_ADDRESS_ERROR_RESPONSE, read, size - 8, longest,
       longest},
      {"streaming at the end", tlm::TLM_OK_RESPONSE, read, size - 4, 8, 4},
      {"streaming over the end", tlm::TLM_ADDRESS_ERROR_RESPONSE, read, size - 3, 8, 4},
      {"wide at the end", tlm::TLM_OK_RESPONSE, read, size - 8, 8, longest},
      {"length 0", tlm::TLM_BURST_ERROR_RESPONSE, read, 64, 0},
      {"length 0 outside", tlm::TLM_BURST_ERROR_RESPONSE, read, last, 0},
      {"streaming width 0", tlm::TLM_BURST_ERROR_RESPONSE, read, 64, 8, 0},
      {"no data", tlm::TLM_GENERIC_ERROR_RESPONSE, read, 64, 8, 8, false},
      {"enables", tlm::TLM_OK_RESPONSE, read, 64, 8, 8, true, {0xff, 0x00, 0xff}},
      {"enable 1", tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE, read, 64, 8, 8, true, {0xff, 0x01}},
      {"enable 1 as the last used",
       tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE,
       read,
       64,
       8,
       8,
       true,
       {0, 0, 0, 0, 0, 0, 0, 0xfe}},
      {"enable 1 beyond the data",
       tlm::TLM_OK_RESPONSE,
       read,
       64,
       8,
       8,
       true,
       {0, 0, 0, 0, 0, 0, 0, 0xff, 1}},
  };
  cases.push_back({"enables of length 0", tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE});
  cases.back().enables = {0xff};
  cases.back().enables_of_length_0 = true;
  return cases;
}

// `data` holds 8 bytes. The case outlives the payload.
inline void set_up(tlm::tlm_generic_payload& payload, PayloadCase& made, unsigned char* data) {
  payload.set_command(made.command);
  payload.set_address(made.address);
  payload.set_data_ptr(made.data ? data : nullptr);
  payload.set_data_length(made.length);
  payload.set_streaming_width(made.width);
  payload.set_byte_enable_ptr(made.enables.empty() ? nullptr : made.enables.data());
  payload.set_byte_enable_length(
      made.enables_of_length_0 ? 0 : static_cast<unsigned>(made.enables.size()));
}

}  // namespace tensordash
