#pragma once

#include <cstdint>
#include <tlm>

namespace tensordash {

/// What a memory of `memory_bytes` bytes, the first at address 0, answers to a payload. The first
/// of these that applies (IEEE 1666, generic payload):
///
///   neither read nor write                            TLM_COMMAND_ERROR_RESPONSE
///   data length or streaming width 0                  TLM_BURST_ERROR_RESPONSE
///   a byte outside the memory, enabled or not         TLM_ADDRESS_ERROR_RESPONSE
///   no data pointer                                   TLM_GENERIC_ERROR_RESPONSE
///   byte enables of length 0, or one that is used
///   and neither 0x00 nor 0xff                         TLM_BYTE_ENABLE_ERROR_RESPONSE
///   none of these                                     TLM_OK_RESPONSE
tlm::tlm_response_status check_payload(const tlm::tlm_generic_payload& payload,
                                       std::uint64_t memory_bytes);

}  // namespace tensordash
