#pragma once

#include <cstdint>
#include <systemc>
#include <tlm>

namespace tensordash {

/// Registers of 32 bits, little endian, as words of a target.
class RegisterWords {
 public:
  virtual ~RegisterWords() = default;

  /// `offset` is a multiple of 4 within the window; `time` is the initiator's local time. Reads of
  /// debuggers (`debug`) change nothing.
  virtual std::uint32_t read_word(std::uint64_t offset, const sc_core::sc_time& time,
                                  bool debug) = 0;
  /// `mask` has the bits that are written.
  virtual void write_word(std::uint64_t offset, std::uint32_t value, std::uint32_t mask,
                          const sc_core::sc_time& time) = 0;

 protected:
  RegisterWords() = default;
  RegisterWords(const RegisterWords&) = default;
  RegisterWords& operator=(const RegisterWords&) = default;
};

/// Serves a payload and sets its response. Any bytes may be accessed: each word is read or written
/// once for the bytes of it that are enabled and follow one another, so one access of 8 bytes sees
/// two words at one time. Byte enables and streaming width are honoured.
void access_registers(RegisterWords& words, std::uint64_t window_bytes,
                      tlm::tlm_generic_payload& payload, const sc_core::sc_time& time);

/// The same for transport_dbg: bytes that lie in the window, byte enables and streaming width
/// ignored. Returns their number.
unsigned debug_registers(RegisterWords& words, std::uint64_t window_bytes,
                         tlm::tlm_generic_payload& payload);

/// Bits of `old` outside the mask, of `value` within.
constexpr std::uint32_t merge_bits(std::uint32_t old, std::uint32_t value, std::uint32_t mask) {
  return (old & ~mask) | (value & mask);
}

/// One half of a 64-bit value with some of its bits replaced.
std::uint64_t merge_half(std::uint64_t old, bool high, std::uint32_t value, std::uint32_t mask);

}  // namespace tensordash
