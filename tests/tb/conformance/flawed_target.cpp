#include "tests/tb/conformance/flawed_target.h"

#include <algorithm>
#include <cstring>

namespace tensordash::conformance {
namespace {

using sc_core::SC_NS;
using sc_core::sc_time;

}  // namespace

TargetDescription FlawedTarget::description() {
  TargetDescription result;
  Window memory{WindowKind::memory, 0, size};
  memory.dmi = true;
  Window words{WindowKind::registers, register_at, 0x10};
  words.words = {{register_at, 0xffffffff}};
  result.windows = {memory, {WindowKind::hole, size, 0x1000}, words};
  return result;
}

tlm::tlm_response_status FlawedTarget::refusal(const Payload& payload) const {
  const unsigned length = payload.get_data_length();
  const unsigned width = payload.get_streaming_width();
  const bool streams = width < length;
  const auto odd = [](unsigned number) { return (number & (number - 1)) != 0; };
  const bool aligned =
      !odd(length) && payload.get_address() % length == 0 && !(streams && odd(width));
  const bool burst_error = (!offers_.streaming && streams) ||
                           (offers_.largest_access != 0 && length > offers_.largest_access) ||
                           (offers_.aligned_only && !aligned);
  if (burst_error) return tlm::TLM_BURST_ERROR_RESPONSE;
  return !offers_.byte_enables && payload.get_byte_enable_ptr() != nullptr
             ? tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE
             : tlm::TLM_OK_RESPONSE;
}

tlm::tlm_response_status FlawedTarget::serve(Payload& payload, bool at) {
  const std::uint64_t address = payload.get_address();
  if (address == register_at) {
    if (is(Flaw::register_refused)) return tlm::TLM_COMMAND_ERROR_RESPONSE;
    if (payload.get_data_length() != 4) return tlm::TLM_BURST_ERROR_RESPONSE;
    if (payload.is_write()) {
      std::memcpy(&register_, payload.get_data_ptr(), 4);
      if (is(Flaw::register_bit_stuck)) register_ |= 8;
    } else if (payload.is_read()) {
      std::memcpy(payload.get_data_ptr(), &register_, 4);
    }
    return tlm::TLM_OK_RESPONSE;
  }
  if (payload.get_command() == tlm::TLM_IGNORE_COMMAND) {
    if (is(Flaw::obeys_ignore)) ++memory_[address];
    return tlm::TLM_OK_RESPONSE;
  }
  const std::uint64_t span = std::min(payload.get_data_length(), payload.get_streaming_width());
  if (span == 0) {
    return is(Flaw::no_response) ? tlm::TLM_INCOMPLETE_RESPONSE : tlm::TLM_BURST_ERROR_RESPONSE;
  }
  const bool enables_of_no_length =
      payload.get_byte_enable_ptr() != nullptr && payload.get_byte_enable_length() == 0;
  const tlm::tlm_response_status refused = refusal(payload);
  if (refused != tlm::TLM_OK_RESPONSE) {
    const bool fits = address < size && payload.get_data_length() <= size - address;
    if (is(Flaw::moves_what_it_refuses) && fits && !enables_of_no_length) move(payload, at);
    return is(Flaw::refuses_vaguely) ? tlm::TLM_COMMAND_ERROR_RESPONSE : refused;
  }
  const std::uint64_t end = is(Flaw::past_the_end) && !at ? size + 3 : size;
  const bool lenient = at && is(Flaw::at_no_errors);
  if ((address >= end || span > end - address) && !lenient) {
    return tlm::TLM_ADDRESS_ERROR_RESPONSE;
  }
  if (enables_of_no_length) {
    return tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
  }
  if (was_reset_ && is(Flaw::reset_breaks) && !at) return tlm::TLM_GENERIC_ERROR_RESPONSE;
  move(payload, at);
  return tlm::TLM_OK_RESPONSE;
}

void FlawedTarget::move(Payload& payload, bool at) {
  const unsigned length = payload.get_data_length();
  const unsigned width = payload.get_streaming_width();
  const std::uint64_t address = payload.get_address();
  const unsigned char* const enables = payload.get_byte_enable_ptr();
  unsigned char* const data = payload.get_data_ptr();
  for (unsigned byte = 0; byte < length; ++byte) {
    const bool enabled =
        enables == nullptr || enables[byte % payload.get_byte_enable_length()] == TLM_BYTE_ENABLED;
    const bool reads_all = is(Flaw::ignores_enables_of_reads) && payload.is_read();
    if (!enabled && !reads_all && !(is(Flaw::ignores_byte_enables) && !at && width >= length))
      continue;
    const bool streams = !is(Flaw::ignores_streaming) || at || enables != nullptr;
    unsigned char& cell = memory_[address + (streams ? byte % width : byte)];
    if (payload.is_write()) {
      cell = data[byte];
    } else {
      data[byte] = cell;
    }
  }
  if (payload.is_read()) {
    if (is(Flaw::overruns_buffer) && !at) data[length] = 0;
    if (is(Flaw::wrong_data) && !at && length == 77) data[76] ^= 1;
    if (is(Flaw::at_wrong_data) && at) data[0] ^= 1;
  }
  if (is(Flaw::writes_elsewhere) && payload.is_write() && !at && length == 8 &&
      address == size - 8) {
    memory_[0] ^= 1;
  }
}

void FlawedTarget::b_transport(Payload& payload, sc_time& delay) {
  payload.set_response_status(serve(payload, false));
  const std::uint64_t address = payload.get_address();
  if (payload.is_response_ok() && address < size) payload.set_dmi_allowed(true);
  if (is(Flaw::changes_length)) payload.set_data_length(payload.get_data_length() + 1);
  if (is(Flaw::lowers_delay)) {
    delay = sc_core::SC_ZERO_TIME;
  } else {
    delay += sc_time(5, SC_NS);
  }
}

unsigned FlawedTarget::transport_dbg(Payload& payload) {
  const std::uint64_t address = payload.get_address();
  if (is(Flaw::debug_calls_back)) socket->invalidate_direct_mem_ptr(0, 0);
  if (address >= size) return 0;
  auto bytes =
      static_cast<unsigned>(std::min<std::uint64_t>(payload.get_data_length(), size - address));
  if (is(Flaw::debug_short) && bytes > 16) --bytes;
  if (payload.is_write()) {
    std::memcpy(&memory_[address], payload.get_data_ptr(), bytes);
  } else {
    std::memcpy(payload.get_data_ptr(), &memory_[address], bytes);
  }
  return is(Flaw::debug_past_the_end) ? payload.get_data_length() : bytes;
}

bool FlawedTarget::get_direct_mem_ptr(Payload& payload, tlm::tlm_dmi& dmi) {
  const std::uint64_t address = payload.get_address();
  dmi.init();
  if (address >= size && !is(Flaw::pointer_in_hole)) {
    dmi.set_start_address(is(Flaw::refusal_elsewhere) ? 0 : size);
    if (is(Flaw::refusal_elsewhere)) dmi.set_end_address(0);
    return false;
  }
  if (is(Flaw::hint_without_pointer) && address > 0x3f0 && address < 0x400) return false;
  dmi.set_start_address(0);
  std::uint64_t last = size - 1;
  if (is(Flaw::pointer_too_long)) ++last;
  if (is(Flaw::pointer_too_short) && address < size - 16) last -= 16;
  if (address >= size) last = address;
  dmi.set_end_address(last);
  dmi.set_dmi_ptr(memory_.data() + (is(Flaw::pointer_elsewhere) ? 1 : 0));
  if (is(Flaw::pointer_read_only)) {
    dmi.allow_read();
  } else {
    dmi.allow_read_write();
  }
  return true;
}

tlm::tlm_sync_enum FlawedTarget::nb_transport_fw(Payload& payload, tlm::tlm_phase& phase,
                                                 sc_time& delay) {
  if (phase == tlm::END_RESP) {
    close(payload);
    return tlm::TLM_COMPLETED;
  }
  if (phase != tlm::BEGIN_REQ) return tlm::TLM_ACCEPTED;
  if (payload.has_mm()) payload.acquire();
  ++requests_;
  if (!is(Flaw::at_never_answers) || requests_ != 20) queue_.push_back(&payload);
  event_.notify(delay + sc_time(20, SC_NS));
  phase = tlm::END_REQ;
  if (is(Flaw::at_timing)) delay += sc_time(requests_ % 8 == 0 ? 500 : 0, SC_NS);
  if (is(Flaw::at_lowers_delay)) delay = sc_core::SC_ZERO_TIME;
  return tlm::TLM_UPDATED;
}

void FlawedTarget::respond() {
  if (open_ != nullptr && !is(Flaw::at_no_exclusion)) return;
  if (queue_.empty()) return;
  Payload& payload = *queue_.front();
  queue_.pop_front();
  if (payload.has_mm() || payload.get_data_ptr() != nullptr) {
    payload.set_response_status(serve(payload, true));
  }
  if (is(Flaw::at_no_response)) payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  if (is(Flaw::at_changes_length)) payload.set_data_length(payload.get_data_length() - 1);
  if (is(Flaw::at_changes_address)) payload.set_address(payload.get_address() ^ 1);
  tlm::tlm_phase phase = tlm::END_REQ;
  // Time enough for the delay that came with BEGIN_REQ.
  sc_time delay(is(Flaw::at_timing) ? 0 : 40, SC_NS);
  if (is(Flaw::at_end_request_twice)) socket->nb_transport_bw(payload, phase, delay);
  open_ = &payload;
  phase = tlm::BEGIN_RESP;
  const tlm::tlm_sync_enum answer = socket->nb_transport_bw(payload, phase, delay);
  const bool ended =
      answer == tlm::TLM_COMPLETED || (answer == tlm::TLM_UPDATED && phase == tlm::END_RESP);
  if (ended && !is(Flaw::at_misses_shortcuts)) close(payload);
  if (is(Flaw::at_no_exclusion)) event_.notify(sc_core::SC_ZERO_TIME);
}

void FlawedTarget::close(Payload& payload) {
  open_ = nullptr;
  if (is(Flaw::at_after_completion)) {
    tlm::tlm_phase phase = tlm::BEGIN_RESP;
    sc_time delay(100, SC_NS);
    socket->nb_transport_bw(payload, phase, delay);
  }
  if (!queue_.empty()) event_.notify(sc_time(1, SC_NS));
  if (!payload.has_mm()) return;
  if (is(Flaw::at_keeps_reference) && requests_ % 10 == 0) return;
  payload.release();
  if (is(Flaw::at_releases_twice) && requests_ % 10 == 0 && payload.get_ref_count() > 0) {
    payload.release();
  }
}

}  // namespace tensordash::conformance
