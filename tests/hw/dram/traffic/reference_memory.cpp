#include "tests/hw/dram/traffic/reference_memory.h"

namespace tensordash {

unsigned char ReferenceMemory::read(std::uint64_t address) const {
  const auto page = pages_.find(address / 256);
  return page == pages_.end() ? 0 : page->second[address % 256];
}

void ReferenceMemory::write(std::uint64_t address, unsigned char value) {
  pages_[address / 256][address % 256] = value;
}

tlm::tlm_response_status ReferenceMemory::status(const tlm::tlm_generic_payload& payload) const {
  const auto command = payload.get_command();
  if (command != tlm::TLM_READ_COMMAND && command != tlm::TLM_WRITE_COMMAND) {
    return tlm::TLM_COMMAND_ERROR_RESPONSE;
  }
  const unsigned length = payload.get_data_length();
  const unsigned width = payload.get_streaming_width();
  if (length == 0 || width == 0) return tlm::TLM_BURST_ERROR_RESPONSE;
  for (unsigned byte = 0; byte < length; ++byte) {
    const std::uint64_t address = payload.get_address() + byte % width;
    if (address < payload.get_address() || address >= bytes_) {
      return tlm::TLM_ADDRESS_ERROR_RESPONSE;
    }
  }
  if (payload.get_data_ptr() == nullptr) return tlm::TLM_GENERIC_ERROR_RESPONSE;
  if (payload.get_byte_enable_ptr() != nullptr) {
    const unsigned enables = payload.get_byte_enable_length();
    if (enables == 0) return tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
    for (unsigned byte = 0; byte < length; ++byte) {
      const unsigned enable = payload.get_byte_enable_ptr()[byte % enables];
      if (enable != 0 && enable != 255) return tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
    }
  }
  return tlm::TLM_OK_RESPONSE;
}

std::vector<unsigned char> ReferenceMemory::perform(const tlm::tlm_generic_payload& payload) {
  const unsigned char* const data = payload.get_data_ptr();
  std::vector<unsigned char> result(data, data + payload.get_data_length());
  for (unsigned byte = 0; byte < result.size(); ++byte) {
    const unsigned char* const enables = payload.get_byte_enable_ptr();
    if (enables != nullptr && enables[byte % payload.get_byte_enable_length()] == 0) continue;
    const std::uint64_t address = payload.get_address() + byte % payload.get_streaming_width();
    if (payload.get_command() == tlm::TLM_WRITE_COMMAND) {
      write(address, data[byte]);
    } else {
      result[byte] = read(address);
    }
  }
  return result;
}

}  // namespace tensordash
