#include "platform/registers/register_file.h"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

#include "hw/dram/front/payload_check.h"

namespace tensordash {
namespace {

bool enabled(const tlm::tlm_generic_payload& payload, unsigned byte) {
  const unsigned char* const enables = payload.get_byte_enable_ptr();
  return enables == nullptr || enables[byte % payload.get_byte_enable_length()] == TLM_BYTE_ENABLED;
}

std::uint32_t byte_of(std::uint32_t word, unsigned byte) {
  return word >> 8 * byte & 0xff;
}

std::uint32_t low_half(std::uint64_t value) {
  return static_cast<std::uint32_t>(value);
}
std::uint32_t high_half(std::uint64_t value) {
  return static_cast<std::uint32_t>(value >> 32);
}

}  // namespace

RegisterFile::RegisterFile() {
  for (const RegisterDescription& each : register_table) {
    word(each.place) = {each.rw,    each.ro,         each.w1c,    each.w1s,
                        each.reset, each.configured, each.locked, each.reset};
  }
}

void RegisterFile::on_write(Register place, WriteHook hook) {
  hooks_[place] = std::move(hook);
}

void RegisterFile::guard(Register place, WriteGuard guard) {
  guards_[place] = std::move(guard);
}

void RegisterFile::set_configuration(Register place, std::uint32_t value) {
  if (!word(place).configured) {
    throw std::invalid_argument("the configuration does not decide this register");
  }
  set(place, value);
  word(place).reset = value;
}

void RegisterFile::reset() {
  for (Word& each : words_) each.value = each.reset;
  counters_.fill(0);
}

std::uint32_t RegisterFile::value(Register place) const {
  return word(place).value;
}

std::uint32_t RegisterFile::value(const RegisterField& field) const {
  return (value(field.place) & field.mask) >> field.shift;
}

void RegisterFile::set(Register place, std::uint32_t value) {
  if ((value & ~word(place).readable()) != 0) {
    throw std::invalid_argument("a bit of a register that always reads 0");
  }
  word(place).value = value;
}

void RegisterFile::set(const RegisterField& field, std::uint32_t value) {
  if (value > field.mask >> field.shift) {
    throw std::invalid_argument("a value that is too large for a field of a register");
  }
  set(field.place, (word(field.place).value & ~field.mask) | value << field.shift);
}

void RegisterFile::raise(std::uint32_t events) {
  word(Register::irq_status).value |= events & word(Register::irq_status).w1c;
}

bool RegisterFile::interrupt() const {
  return (value(Register::irq_status) & value(Register::irq_enable)) != 0;
}

void RegisterFile::record_error(ErrorCode code, std::uint8_t detail, std::uint64_t address) {
  Word& count = word(Register::error_count);
  if (count.value != std::numeric_limits<std::uint32_t>::max()) ++count.value;
  if (value(register_field::error_code_valid) != 0) return;
  set(register_field::error_code_code, static_cast<std::uint32_t>(code));
  set(register_field::error_code_detail, detail);
  set(register_field::error_code_valid, 1);
  set(Register::error_descriptor, value(Register::ring_head));
  set(Register::error_address_low, low_half(address));
  set(Register::error_address_high, high_half(address));
}

void RegisterFile::access(tlm::tlm_generic_payload& payload) {
  payload.set_dmi_allowed(false);
  if (payload.get_command() == tlm::TLM_IGNORE_COMMAND) {
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    return;
  }
  const tlm::tlm_response_status status = check_payload(payload, register_window_bytes);
  payload.set_response_status(status);
  if (status != tlm::TLM_OK_RESPONSE) return;
  const unsigned length = payload.get_data_length();
  const unsigned beat = std::min(length, payload.get_streaming_width());
  for (unsigned first = 0; first < length; first += std::min(beat, length - first)) {
    access_beat(payload, first, first + std::min(beat, length - first));
  }
}

// Bytes first to end of the data, the first of them at the payload's address.
void RegisterFile::access_beat(tlm::tlm_generic_payload& payload, unsigned first, unsigned end) {
  auto address = static_cast<unsigned>(payload.get_address());
  for (unsigned byte = first; byte < end;) {
    const unsigned index = address / word_bytes;
    std::uint32_t bits = 0, mask = 0;
    for (; byte < end && address / word_bytes == index; ++byte, ++address) {
      if (!enabled(payload, byte)) continue;
      const unsigned place = address % word_bytes;
      unsigned char& data = payload.get_data_ptr()[byte];
      if (payload.is_read()) {
        data = static_cast<unsigned char>(byte_of(words_[index].value, place));
        continue;
      }
      mask |= std::uint32_t{0xff} << 8 * place;
      bits |= std::uint32_t{data} << 8 * place;
    }
    if (mask != 0) write_word(index, bits, mask);
  }
}

// `bits` holds nothing outside `enabled`.
void RegisterFile::write_word(unsigned index, std::uint32_t bits, std::uint32_t enabled) {
  Word& target = words_[index];
  const auto place = static_cast<Register>(index * word_bytes);
  if (target.locked && value(register_field::control_enable) != 0) return;
  const std::uint32_t changeable = target.rw & enabled;
  std::uint32_t stored = (target.value & target.rw & ~changeable) | (bits & changeable);
  const auto guard = guards_.find(place);
  if (target.rw != 0 && guard != guards_.end()) {
    const std::optional<std::uint32_t> allowed = guard->second(stored);
    if (!allowed) return;
    stored = *allowed & target.rw;
  }
  const std::uint32_t written = bits & (target.rw | target.w1c | target.w1s);
  target.value = (target.value & ~target.rw & ~(written & target.w1c)) | stored;
  act(place, written);
  const auto hook = hooks_.find(place);
  if (hook != hooks_.end()) hook->second(written);
}

// What a write does to other registers.
void RegisterFile::act(Register place, std::uint32_t written) {
  if (place == Register::irq_raise) {
    raise(written);
  } else if (place == Register::error_code) {
    if ((written & register_field::error_code_valid.mask) != 0) clear_error();
  } else if (place == Register::counter_control) {
    if ((written & register_field::counter_control_snapshot.mask) != 0) take_snapshot();
    if ((written & register_field::counter_control_clear.mask) != 0) counters_.fill(0);
  }
}

void RegisterFile::take_snapshot() {
  Word* target = &words_[counters_offset / word_bytes];
  for (const std::uint64_t count : counters_) {
    (target++)->value = low_half(count);
    (target++)->value = high_half(count);
  }
}

void RegisterFile::clear_error() {
  for (const Register place : {Register::error_code, Register::error_descriptor,
                               Register::error_address_low, Register::error_address_high}) {
    word(place).value = 0;
  }
}

unsigned RegisterFile::debug(tlm::tlm_generic_payload& payload) const {
  const std::uint64_t address = payload.get_address();
  unsigned char* const data = payload.get_data_ptr();
  if (!payload.is_read() || data == nullptr || address >= register_window_bytes) return 0;
  const auto bytes = static_cast<unsigned>(
      std::min<std::uint64_t>(payload.get_data_length(), register_window_bytes - address));
  for (unsigned byte = 0; byte < bytes; ++byte) {
    const auto place = static_cast<unsigned>(address) + byte;
    data[byte] =
        static_cast<unsigned char>(byte_of(words_[place / word_bytes].value, place % word_bytes));
  }
  return bytes;
}

}  // namespace tensordash
