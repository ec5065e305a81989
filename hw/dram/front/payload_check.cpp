#include "hw/dram/front/payload_check.h"

#include <algorithm>

namespace tensordash {
namespace {

// Enables beyond the data are never looked at by anybody.
bool enables_are_legal(const tlm::tlm_generic_payload& payload) {
  const unsigned char* const enables = payload.get_byte_enable_ptr();
  if (enables == nullptr) return true;
  if (payload.get_byte_enable_length() == 0) return false;
  const unsigned used = std::min(payload.get_byte_enable_length(), payload.get_data_length());
  return std::all_of(enables, enables + used, [](unsigned char enable) {
    return enable == TLM_BYTE_DISABLED || enable == TLM_BYTE_ENABLED;
  });
}

}  // namespace

tlm::tlm_response_status check_payload(const tlm::tlm_generic_payload& payload,
                                       std::uint64_t memory_bytes) {
  if (!payload.is_read() && !payload.is_write()) return tlm::TLM_COMMAND_ERROR_RESPONSE;
  const std::uint64_t span = std::min(payload.get_data_length(), payload.get_streaming_width());
  if (span == 0) return tlm::TLM_BURST_ERROR_RESPONSE;
  // Subtracted, because the sum of address and length may pass 2^64.
  const std::uint64_t address = payload.get_address();
  if (address >= memory_bytes || span > memory_bytes - address) {
    return tlm::TLM_ADDRESS_ERROR_RESPONSE;
  }
  if (payload.get_data_ptr() == nullptr) return tlm::TLM_GENERIC_ERROR_RESPONSE;
  if (!enables_are_legal(payload)) return tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
  return tlm::TLM_OK_RESPONSE;
}

}  // namespace tensordash
