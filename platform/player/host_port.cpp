#include "platform/player/host_port.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace tensordash {
namespace {

/// A timed access touches one block of these, so that any bus or memory takes it.
constexpr unsigned block_bytes = 64;

void prepare(tlm::tlm_generic_payload& payload, tlm::tlm_command command, std::uint64_t address,
             unsigned char* data, unsigned bytes) {
  payload.set_command(command);
  payload.set_address(address);
  payload.set_data_ptr(data);
  payload.set_data_length(bytes);
  payload.set_streaming_width(bytes);
  payload.set_byte_enable_ptr(nullptr);
  payload.set_dmi_allowed(false);
  payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
}

const char* name_of(tlm::tlm_command command) {
  return command == tlm::TLM_READ_COMMAND ? "read" : "write";
}

}  // namespace

std::uint32_t HostPort::read_word(std::uint64_t address) {
  std::array<unsigned char, 4> data{};
  blocking(tlm::TLM_READ_COMMAND, address, data.data(), 4);
  std::uint32_t value = 0;
  for (unsigned at = 0; at < 4; ++at) value |= std::uint32_t{data[at]} << (8 * at);
  return value;
}

void HostPort::write_word(std::uint64_t address, std::uint32_t value) {
  std::array<unsigned char, 4> data{};
  for (unsigned at = 0; at < 4; ++at) data[at] = static_cast<unsigned char>(value >> (8 * at));
  blocking(tlm::TLM_WRITE_COMMAND, address, data.data(), 4);
}

void HostPort::read(std::uint64_t address, void* to, std::size_t bytes) {
  move(tlm::TLM_READ_COMMAND, address, static_cast<unsigned char*>(to), bytes);
}

void HostPort::write(std::uint64_t address, const void* from, std::size_t bytes) {
  // A payload's data may be written to, even where a write only reads them.
  const auto* const first = static_cast<const unsigned char*>(from);
  std::vector<unsigned char> copy(first, first + bytes);
  move(tlm::TLM_WRITE_COMMAND, address, copy.data(), bytes);
}

void HostPort::move(tlm::tlm_command command, std::uint64_t address, unsigned char* data,
                    std::size_t bytes) {
  std::size_t moved = 0;
  if (reach_ != MemoryReach::timed) moved = debug(command, address, data, bytes);
  if (moved < bytes && reach_ == MemoryReach::debug) {
    throw RefusedAccess(fmt::format("debug {} at {:#x}", name_of(command), address),
                        fmt::format("{} bytes moved", bytes), fmt::format("{}", moved));
  }
  while (moved < bytes) {
    const std::uint64_t at = address + moved;
    const std::uint64_t to_edge = block_bytes - at % block_bytes;
    const auto count = static_cast<unsigned>(std::min<std::uint64_t>(to_edge, bytes - moved));
    blocking(command, at, data + moved, count);
    moved += count;
  }
}

std::size_t HostPort::debug(tlm::tlm_command command, std::uint64_t address, unsigned char* data,
                            std::size_t bytes) {
  tlm::tlm_generic_payload payload;
  prepare(payload, command, address, data, static_cast<unsigned>(bytes));
  return std::min<std::size_t>(target_.transport_dbg(payload), bytes);
}

void HostPort::blocking(tlm::tlm_command command, std::uint64_t address, unsigned char* data,
                        unsigned bytes) {
  tlm::tlm_generic_payload payload;
  prepare(payload, command, address, data, bytes);
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  target_.b_transport(payload, delay);
  if (delay != sc_core::SC_ZERO_TIME) sc_core::wait(delay);
  if (payload.is_response_ok()) return;
  throw RefusedAccess(fmt::format("{} at {:#x}", name_of(command), address), "TLM_OK_RESPONSE",
                      payload.get_response_string());
}

}  // namespace tensordash
