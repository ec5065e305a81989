#include "platform/soc/register_words.h"

#include <algorithm>

#include "hw/dram/front/payload_check.h"

namespace tensordash {
namespace {

constexpr std::uint32_t byte_mask = 0xff;

/// The bytes of one word that an access moves.
struct Piece {
  std::uint64_t offset = 0;
  unsigned begin = 0, end = 0;  ///< in the data
  unsigned first_byte = 0;      ///< of the word
};

void move_piece(RegisterWords& words, const Piece& piece, const tlm::tlm_generic_payload& payload,
                bool enables_matter, bool debug, const sc_core::sc_time& time) {
  const unsigned char* const enables = enables_matter ? payload.get_byte_enable_ptr() : nullptr;
  unsigned char* const data = payload.get_data_ptr();
  std::uint32_t mask = 0;
  std::uint32_t value = 0;
  for (unsigned at = piece.begin; at < piece.end; ++at) {
    if (enables != nullptr && enables[at % payload.get_byte_enable_length()] != TLM_BYTE_ENABLED) {
      continue;
    }
    const unsigned shift = 8 * (piece.first_byte + at - piece.begin);
    mask |= byte_mask << shift;
    value |= std::uint32_t{data[at]} << shift;
  }
  if (mask == 0) return;
  if (payload.is_write()) {
    words.write_word(piece.offset, value, mask, time);
    return;
  }
  value = words.read_word(piece.offset, time, debug);
  for (unsigned at = piece.begin; at < piece.end; ++at) {
    const unsigned shift = 8 * (piece.first_byte + at - piece.begin);
    if ((mask >> shift & byte_mask) != 0) data[at] = static_cast<unsigned char>(value >> shift);
  }
}

void move_words(RegisterWords& words, const tlm::tlm_generic_payload& payload, unsigned length,
                unsigned width, bool debug, const sc_core::sc_time& time) {
  for (unsigned at = 0; at < length;) {
    const unsigned in_window = at % width;
    const std::uint64_t address = payload.get_address() + in_window;
    Piece piece;
    piece.first_byte = static_cast<unsigned>(address % 4);
    piece.offset = address - piece.first_byte;
    piece.begin = at;
    piece.end = at + std::min({4 - piece.first_byte, length - at, width - in_window});
    move_piece(words, piece, payload, !debug, debug, time);
    at = piece.end;
  }
}

}  // namespace

void access_registers(RegisterWords& words, std::uint64_t window_bytes,
                      tlm::tlm_generic_payload& payload, const sc_core::sc_time& time) {
  const tlm::tlm_response_status status = check_payload(payload, window_bytes);
  payload.set_response_status(status);
  payload.set_dmi_allowed(false);
  if (status != tlm::TLM_OK_RESPONSE) return;
  move_words(words, payload, payload.get_data_length(), payload.get_streaming_width(), false, time);
}

unsigned debug_registers(RegisterWords& words, std::uint64_t window_bytes,
                         tlm::tlm_generic_payload& payload) {
  const std::uint64_t address = payload.get_address();
  if (payload.get_data_ptr() == nullptr || address >= window_bytes) return 0;
  if (!payload.is_read() && !payload.is_write()) return 0;
  const auto length = static_cast<unsigned>(
      std::min<std::uint64_t>(payload.get_data_length(), window_bytes - address));
  if (length != 0) {
    move_words(words, payload, length, length, true, sc_core::sc_time_stamp());
  }
  return length;
}

std::uint64_t merge_half(std::uint64_t old, bool high, std::uint32_t value, std::uint32_t mask) {
  const unsigned shift = high ? 32 : 0;
  const auto half = static_cast<std::uint32_t>(old >> shift);
  const std::uint64_t merged = merge_bits(half, value, mask);
  return (old & ~(std::uint64_t{0xffffffff} << shift)) | merged << shift;
}

}  // namespace tensordash
