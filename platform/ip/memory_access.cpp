#include "platform/ip/memory_access.h"

#include <algorithm>

namespace tensordash {

bool debug_read(tlm::tlm_fw_transport_if<>& forward, std::uint64_t address, std::uint8_t* to,
                std::uint64_t bytes) {
  constexpr std::uint64_t most = 4096;
  tlm::tlm_generic_payload payload;
  while (bytes != 0) {
    const auto part = static_cast<unsigned>(std::min(bytes, most));
    payload.set_command(tlm::TLM_READ_COMMAND);
    payload.set_address(address);
    payload.set_data_ptr(to);
    payload.set_data_length(part);
    payload.set_streaming_width(part);
    payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    if (forward.transport_dbg(payload) != part) return false;
    address += part;
    to += part;
    bytes -= part;
  }
  return true;
}

unsigned status_number(tlm::tlm_response_status status) {
  return static_cast<unsigned>(-static_cast<int>(status));
}

}  // namespace tensordash
