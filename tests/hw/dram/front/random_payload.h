#pragma once

#include <algorithm>
#include <random>
#include <tlm>
#include <vector>

namespace tensordash {

// A legal payload with its buffers, anywhere within `memory_bytes`.
struct RandomPayload {
  RandomPayload(std::mt19937_64& random, std::uint64_t memory_bytes, unsigned longest) {
    const auto up_to = [&random](std::uint64_t bound) { return random() % (bound + 1); };
    data.resize(1 + up_to(longest - 1));
    for (unsigned char& byte : data) byte = static_cast<unsigned char>(random());
    const auto length = static_cast<unsigned>(data.size());
    const unsigned width = up_to(1) == 0 ? length + static_cast<unsigned>(up_to(3))
                                         : 1 + static_cast<unsigned>(up_to(length - 1));
    payload.set_command(up_to(1) == 0 ? tlm::TLM_READ_COMMAND : tlm::TLM_WRITE_COMMAND);
    payload.set_address(up_to(memory_bytes - std::min(width, length)));
    payload.set_data_ptr(data.data());
    payload.set_data_length(length);
    payload.set_streaming_width(width);
    if (up_to(2) != 0) {
      enables.resize(1 + up_to(up_to(1) == 0 ? 7 : 2 * longest));
      const std::uint64_t off = up_to(3);
      for (unsigned char& enable : enables) enable = up_to(off) == 0 ? 0xff : 0x00;
      payload.set_byte_enable_ptr(enables.data());
      payload.set_byte_enable_length(static_cast<unsigned>(enables.size()));
    }
  }

  std::uint64_t address_of(unsigned byte) const {
    return payload.get_address() + byte % payload.get_streaming_width();
  }
  bool enabled(unsigned byte) const {
    return enables.empty() || enables[byte % enables.size()] == 0xff;
  }

  tlm::tlm_generic_payload payload;
  std::vector<unsigned char> data, enables;
};

}  // namespace tensordash
