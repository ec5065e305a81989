#include "platform/pin/dram_bytes.h"

#include <fmt/format.h>

#include <stdexcept>
#include <vector>

namespace tensordash {

void DramBytes::read(std::uint64_t address, void* to, std::size_t bytes) {
  access(tlm::TLM_READ_COMMAND, address, static_cast<unsigned char*>(to), bytes);
}

void DramBytes::write(std::uint64_t address, const void* from, std::size_t bytes) {
  // A payload's data may be written to, even where a write only reads them.
  const auto* const first = static_cast<const unsigned char*>(from);
  std::vector<unsigned char> copy(first, first + bytes);
  access(tlm::TLM_WRITE_COMMAND, address, copy.data(), bytes);
}

void DramBytes::access(tlm::tlm_command command, std::uint64_t address, unsigned char* data,
                       std::size_t bytes) {
  tlm::tlm_generic_payload payload;
  payload.set_command(command);
  payload.set_address(address);
  payload.set_data_ptr(data);
  payload.set_data_length(static_cast<unsigned>(bytes));
  payload.set_streaming_width(static_cast<unsigned>(bytes));
  if (socket->transport_dbg(payload) == bytes) return;
  throw std::out_of_range(fmt::format("{} bytes at {:#x} are not in the DRAM", bytes, address));
}

}  // namespace tensordash
