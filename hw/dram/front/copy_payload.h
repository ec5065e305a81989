#pragma once

#include <cstdint>
#include <tlm>

namespace tensordash {

/// Moves the data of a legal payload (check_payload) from or to `memory`, whose first byte has
/// address 0. Byte i lies at the payload's address + i mod streaming width and moves when byte
/// enable i mod byte enable length is set, lower i first. Returns the bytes that moved.
std::uint64_t copy_payload(const tlm::tlm_generic_payload& payload, unsigned char* memory);

/// The bytes that copy_payload would move.
std::uint64_t enabled_bytes(const tlm::tlm_generic_payload& payload);

}  // namespace tensordash
