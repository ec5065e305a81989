#include "tb/conformance/monitor_core.h"

#include <algorithm>

namespace tensordash::conformance {

std::vector<Rule> MonitorCore::rules() {
  std::vector<Rule> rules = {
      {"payload.response", "TLM_INCOMPLETE_RESPONSE when an access begins"},
      {"payload.dmi_hint", "dmi_allowed is false when an access begins"},
      {"payload.data", "a data pointer and at least one byte, unless the command is ignore"},
      {"payload.streaming_width", "a streaming width other than 0"},
      {"payload.byte_enables", "enables of 0x00 or 0xff, at least one of them"},
      {"payload.burst", "an aligned burst of a power of two, not longer than the limit"},
      {"lt.response_set", "a response status other than INCOMPLETE when b_transport returns"},
      {"lt.delay", "time and delay together do not go back in b_transport"},
      {"lt.kept", "command, address, pointers, lengths and streaming width stay"},
      {"debug.count", "transport_dbg moves at most the bytes that it was asked for"},
      {"dmi.range", "a range, granted or refused, that contains the address"},
  };
  rules.insert(rules.end(), initiator_phase_rules().begin(), initiator_phase_rules().end());
  rules.insert(rules.end(), target_phase_rules().begin(), target_phase_rules().end());
  return rules;
}

MonitorCore::MonitorCore(const sc_core::sc_module_name& name, const MonitorOptions& options)
    : sc_module(name),
      findings(rules()),
      options_(options),
      tracker_(findings, true, options.address_comes_back),
      random_(options.seed) {
  if (options.largest_aligned_burst == 0) findings.set_not_applicable("payload.burst");
  if (!options.address_comes_back) findings.set_not_applicable("nb.address_back");
  SC_METHOD(let_go);
  sensitive << held_event_;
  dont_initialize();
}

void MonitorCore::check_entry(const tlm::tlm_generic_payload& payload) {
  const std::uint64_t address = payload.get_address();
  findings.check("payload.response", payload.get_response_status() == tlm::TLM_INCOMPLETE_RESPONSE,
                 address, "a response status from before");
  findings.check("payload.dmi_hint", !payload.is_dmi_allowed(), address, "dmi_allowed is set");
  if (payload.get_command() != tlm::TLM_IGNORE_COMMAND) {
    findings.check("payload.data",
                   payload.get_data_ptr() != nullptr && payload.get_data_length() != 0, address,
                   "no data pointer or a data length of 0");
  }
  findings.check("payload.streaming_width", payload.get_streaming_width() != 0, address,
                 "a streaming width of 0");
  const unsigned char* const enables = payload.get_byte_enable_ptr();
  if (enables != nullptr) {
    const unsigned length = payload.get_byte_enable_length();
    const bool legal =
        length != 0 && std::all_of(enables, enables + length, [](unsigned char enable) {
          return enable == TLM_BYTE_ENABLED || enable == TLM_BYTE_DISABLED;
        });
    findings.check("payload.byte_enables", legal, address,
                   "byte enables of length 0, or others than 0x00 and 0xff");
  }
  check_limits(payload);
}

void MonitorCore::check_limits(const tlm::tlm_generic_payload& payload) {
  if (options_.largest_aligned_burst == 0) return;
  const unsigned length = payload.get_data_length();
  const bool power = length != 0 && (length & (length - 1)) == 0;
  const bool legal =
      power && length <= options_.largest_aligned_burst && payload.get_address() % length == 0;
  findings.check("payload.burst", legal, payload.get_address(),
                 "a burst of " + std::to_string(length) + " bytes");
}

// Loosely timed, debug, direct access.

void MonitorCore::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  check_entry(payload);
  const Attributes before = Attributes::of(payload);
  const sc_core::sc_time time = sc_core::sc_time_stamp() + delay;
  target().b_transport(payload, delay);
  findings.check("lt.response_set", payload.get_response_status() != tlm::TLM_INCOMPLETE_RESPONSE,
                 before.address, "TLM_INCOMPLETE_RESPONSE");
  findings.check("lt.delay", sc_core::sc_time_stamp() + delay >= time, before.address,
                 "a smaller delay returned");
  const bool address_is_back =
      !options_.address_comes_back || payload.get_address() == before.address;
  findings.check("lt.kept", before.same_but_address(Attributes::of(payload)) && address_is_back,
                 before.address, "an attribute has changed");
}

unsigned MonitorCore::transport_dbg(tlm::tlm_generic_payload& payload) {
  const unsigned moved = target().transport_dbg(payload);
  findings.check("debug.count", moved <= payload.get_data_length(), payload.get_address(),
                 std::to_string(moved) + " bytes");
  return moved;
}

bool MonitorCore::get_direct_mem_ptr(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) {
  const std::uint64_t address = payload.get_address();
  const bool granted = target().get_direct_mem_ptr(payload, dmi);
  findings.check("dmi.range",
                 dmi.get_start_address() <= address && address <= dmi.get_end_address(), address,
                 granted ? "a grant for other addresses" : "a refusal for other addresses");
  return granted;
}

void MonitorCore::invalidate_direct_mem_ptr(sc_dt::uint64 first, sc_dt::uint64 last) {
  initiator().invalidate_direct_mem_ptr(first, last);
}

// Phases.

bool MonitorCore::holds() const {
  return options_.hold_request != sc_core::SC_ZERO_TIME ||
         options_.hold_response != sc_core::SC_ZERO_TIME;
}

tlm::tlm_sync_enum MonitorCore::nb_transport_fw(tlm::tlm_generic_payload& payload,
                                                tlm::tlm_phase& phase, sc_core::sc_time& delay) {
  if (phase == tlm::BEGIN_REQ) return begin_request(payload, phase, delay);
  if (phase == tlm::END_RESP) {
    const bool over = tracker_.completed_by_target(payload);
    tracker_.end_response(payload);
    if (holds()) held_event_.notify(sc_core::SC_ZERO_TIME);
    return over ? tlm::TLM_COMPLETED : target().nb_transport_fw(payload, phase, delay);
  }
  if (phase == tlm::END_REQ || phase == tlm::BEGIN_RESP || phase == tlm::UNINITIALIZED_PHASE) {
    tracker_.wrong_initiator_phase(payload);
  }
  return target().nb_transport_fw(payload, phase, delay);
}

tlm::tlm_sync_enum MonitorCore::begin_request(tlm::tlm_generic_payload& payload,
                                              tlm::tlm_phase& phase, sc_core::sc_time& delay) {
  check_entry(payload);
  tracker_.begin_request(payload, delay);
  const sc_core::sc_time before = delay;
  const tlm::tlm_sync_enum status = target().nb_transport_fw(payload, phase, delay);
  tracker_.begin_request_returned(payload, status, phase, before, delay);
  if (status == tlm::TLM_ACCEPTED) return status;
  if (holds()) {
    hold(payload, status == tlm::TLM_COMPLETED ? tlm::tlm_phase(tlm::BEGIN_RESP) : phase, delay);
    return tlm::TLM_ACCEPTED;
  }
  if (status == tlm::TLM_UPDATED) {
    tracker_.delivered(payload, phase);
  } else if (tracker_.completed_by_target(payload)) {
    tracker_.completed(payload);
  }
  return status;
}

tlm::tlm_sync_enum MonitorCore::nb_transport_bw(tlm::tlm_generic_payload& payload,
                                                tlm::tlm_phase& phase, sc_core::sc_time& delay) {
  tracker_.target_phase(payload, phase, delay);
  const tlm::tlm_phase sent = phase;
  if (holds() && (sent == tlm::END_REQ || sent == tlm::BEGIN_RESP)) {
    hold(payload, sent, delay);
    return tlm::TLM_ACCEPTED;
  }
  tracker_.delivered(payload, sent);
  const sc_core::sc_time before = delay;
  const tlm::tlm_sync_enum status = initiator().nb_transport_bw(payload, phase, delay);
  tracker_.answered(payload, sent, status, phase, before, delay);
  return status;
}

/// Phases leave in the order in which they came.
void MonitorCore::hold(tlm::tlm_generic_payload& payload, const tlm::tlm_phase& phase,
                       const sc_core::sc_time& delay) {
  const sc_core::sc_time& most =
      phase == tlm::END_REQ ? options_.hold_request : options_.hold_response;
  sc_core::sc_time time = sc_core::sc_time_stamp() + delay;
  if (most != sc_core::SC_ZERO_TIME) {
    time += sc_core::sc_time::from_value(random_() % (most.value() + 1));
  }
  if (!held_.empty()) time = std::max(time, held_.back().time);
  if (payload.has_mm()) payload.acquire();
  held_.push_back({time, &payload, phase});
  held_event_.notify(held_.front().time > sc_core::sc_time_stamp()
                         ? held_.front().time - sc_core::sc_time_stamp()
                         : sc_core::SC_ZERO_TIME);
}

void MonitorCore::let_go() {
  const sc_core::sc_time& now = sc_core::sc_time_stamp();
  while (!held_.empty() && held_.front().time <= now) {
    const Held held = held_.front();
    if (held.phase == tlm::BEGIN_RESP && tracker_.response_open()) return;
    held_.pop_front();
    deliver(held);
    if (held.payload->has_mm()) held.payload->release();
  }
  if (!held_.empty()) held_event_.notify(held_.front().time - now);
}

void MonitorCore::deliver(const Held& held) {
  tlm::tlm_phase phase = held.phase;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  const bool over = tracker_.completed_by_target(*held.payload);
  tracker_.delivered(*held.payload, held.phase);
  const tlm::tlm_sync_enum status = initiator().nb_transport_bw(*held.payload, phase, delay);
  const bool ends =
      tracker_.answered(*held.payload, held.phase, status, phase, sc_core::SC_ZERO_TIME, delay);
  if (!ends || over) return;
  phase = tlm::END_RESP;
  target().nb_transport_fw(*held.payload, phase, delay);
}

}  // namespace tensordash::conformance
