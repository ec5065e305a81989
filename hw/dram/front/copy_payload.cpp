#include "hw/dram/front/copy_payload.h"

#include <algorithm>
#include <cstring>

namespace tensordash {
namespace {

// The data may lie in the memory itself, by way of a DMI pointer: hence memmove.
void move(bool write, unsigned char* memory, unsigned char* data, std::size_t bytes) {
  if (write) {
    std::memmove(memory, data, bytes);
  } else {
    std::memmove(data, memory, bytes);
  }
}

}  // namespace

std::uint64_t copy_payload(const tlm::tlm_generic_payload& payload, unsigned char* memory) {
  const bool write = payload.is_write();
  const unsigned length = payload.get_data_length();
  const unsigned width = payload.get_streaming_width();
  const unsigned char* const enables = payload.get_byte_enable_ptr();
  unsigned char* const data = payload.get_data_ptr();
  unsigned char* const start = memory + payload.get_address();
  if (enables == nullptr) {
    if (width >= length) {
      move(write, start, data, length);
      return length;
    }
    for (std::uint64_t at = 0; at < length; at += width) {
      move(write, start, data + at, std::min<std::uint64_t>(width, length - at));
    }
    return length;
  }
  std::uint64_t moved = 0;
  unsigned enable = 0;
  unsigned offset = 0;
  for (unsigned at = 0; at < length; ++at) {
    if (enables[enable] == TLM_BYTE_ENABLED) {
      move(write, start + offset, data + at, 1);
      ++moved;
    }
    if (++enable == payload.get_byte_enable_length()) enable = 0;
    if (++offset == width) offset = 0;
  }
  return moved;
}

std::uint64_t enabled_bytes(const tlm::tlm_generic_payload& payload) {
  const unsigned length = payload.get_data_length();
  const unsigned char* const enables = payload.get_byte_enable_ptr();
  if (enables == nullptr) return length;
  std::uint64_t bytes = 0;
  for (unsigned at = 0; at < length; ++at) {
    if (enables[at % payload.get_byte_enable_length()] == TLM_BYTE_ENABLED) ++bytes;
  }
  return bytes;
}

}  // namespace tensordash
