#include "tb/conformance/phase_tracker.h"

#include <algorithm>

namespace tensordash::conformance {

const std::vector<Rule>& target_phase_rules() {
  static const std::vector<Rule> rules = {
      {"nb.target_phases", "END_REQ once, then BEGIN_RESP once, or BEGIN_RESP in place of both"},
      {"nb.response_exclusion", "one response at a time between BEGIN_RESP and END_RESP"},
      {"nb.response_set", "a response status other than INCOMPLETE when the response begins"},
      {"nb.target_delay", "the target returns a delay that is not less than it was given"},
      {"nb.timing", "phases in the order of their annotated times"},
      {"nb.after_completion", "no phase for a transaction that is over or was never begun"},
      {"nb.kept", "command, pointers, lengths and streaming width stay till the response"},
      {"nb.address_back", "the address at the response is that of the request"},
      {"nb.completes", "every request is ended and answered"},
  };
  return rules;
}

const std::vector<Rule>& initiator_phase_rules() {
  static const std::vector<Rule> rules = {
      {"nb.memory_manager", "payloads of nb_transport have a memory manager"},
      {"nb.reference", "the initiator holds a reference when it begins a request"},
      {"nb.reuse", "a payload is not begun again while it is in flight"},
      {"nb.request_exclusion", "one request at a time between BEGIN_REQ and END_REQ"},
      {"nb.initiator_phases", "BEGIN_REQ, then END_RESP once for each BEGIN_RESP"},
      {"nb.initiator_delay", "the initiator returns a delay that is not less than it was given"},
  };
  return rules;
}

Attributes Attributes::of(const tlm::tlm_generic_payload& payload) {
  return {payload.get_command(),           payload.get_address(),     payload.get_data_ptr(),
          payload.get_byte_enable_ptr(),   payload.get_data_length(), payload.get_streaming_width(),
          payload.get_byte_enable_length()};
}

bool Attributes::same_but_address(const Attributes& other) const {
  return command == other.command && data == other.data && enables == other.enables &&
         length == other.length && width == other.width && enable_length == other.enable_length;
}

void PhaseTracker::judge(const char* rule, bool holds, std::uint64_t address, const char* seen) {
  if (judge_initiator_) findings_.check(rule, holds, address, seen);
}

void PhaseTracker::begin_request(tlm::tlm_generic_payload& payload, const sc_core::sc_time& delay) {
  const std::uint64_t address = payload.get_address();
  judge("nb.memory_manager", payload.has_mm(), address, "no memory manager");
  if (payload.has_mm()) {
    judge("nb.reference", payload.get_ref_count() > 0, address, "reference count 0");
  }
  judge("nb.reuse", flights_.count(&payload) == 0, address, "BEGIN_REQ of a payload in flight");
  judge("nb.request_exclusion", request_ == nullptr, address,
        "BEGIN_REQ before the END_REQ of the last request");
  judge("nb.initiator_phases", true, address, "");
  Flight flight;
  flight.attributes = Attributes::of(payload);
  flight.last = sc_core::sc_time_stamp() + delay;
  flights_[&payload] = flight;
  request_ = &payload;
}

void PhaseTracker::begin_request_returned(tlm::tlm_generic_payload& payload,
                                          tlm::tlm_sync_enum status, const tlm::tlm_phase& phase,
                                          const sc_core::sc_time& before,
                                          const sc_core::sc_time& after) {
  if (status == tlm::TLM_ACCEPTED) return;  // phase and delay mean nothing then
  const auto flight = flights_.find(&payload);
  const std::uint64_t address = payload.get_address();
  findings_.check("nb.target_delay", after >= before, address, "a smaller delay returned");
  if (status == tlm::TLM_UPDATED) {
    // A delay that is too small is one mistake, not two.
    target_phase(payload, phase, std::max(before, after));
    return;
  }
  if (!findings_.check("nb.after_completion", flight != flights_.end(), address,
                       "TLM_COMPLETED for a transaction that is over")) {
    return;
  }
  findings_.check("nb.target_phases", flight->second.stage != Stage::answered, address,
                  "TLM_COMPLETED after BEGIN_RESP");
  check_response(payload, flight->second);
  flight->second.stage = Stage::answered;
  flight->second.completed = true;
}

void PhaseTracker::check_response(const tlm::tlm_generic_payload& payload, const Flight& flight) {
  const std::uint64_t address = flight.attributes.address;
  findings_.check("nb.response_set", payload.get_response_status() != tlm::TLM_INCOMPLETE_RESPONSE,
                  address, "TLM_INCOMPLETE_RESPONSE");
  findings_.check("nb.kept", flight.attributes.same_but_address(Attributes::of(payload)), address,
                  "an attribute has changed");
  if (address_comes_back_) {
    findings_.check("nb.address_back", payload.get_address() == address, address,
                    "another address in the response");
  }
}

void PhaseTracker::target_phase(tlm::tlm_generic_payload& payload, const tlm::tlm_phase& phase,
                                const sc_core::sc_time& delay) {
  const bool base = phase == tlm::END_REQ || phase == tlm::BEGIN_RESP || phase == tlm::BEGIN_REQ ||
                    phase == tlm::END_RESP || phase == tlm::UNINITIALIZED_PHASE;
  if (!base) return;  // phases that extend the base protocol may be ignored
  const auto found = flights_.find(&payload);
  const bool known = found != flights_.end() && !found->second.completed;
  if (!findings_.check("nb.after_completion", known, payload.get_address(),
                       "a phase for a transaction that is over or was never begun")) {
    return;
  }
  Flight& flight = found->second;
  const std::uint64_t address = flight.attributes.address;
  const sc_core::sc_time time = sc_core::sc_time_stamp() + delay;
  findings_.check("nb.timing", time >= flight.last, address,
                  "a phase before the one that it follows");
  if (time > flight.last) flight.last = time;
  if (phase == tlm::END_REQ) {
    findings_.check("nb.target_phases", flight.stage == Stage::requested, address,
                    "END_REQ twice or after BEGIN_RESP");
    if (flight.stage == Stage::requested) flight.stage = Stage::accepted;
    return;
  }
  if (phase != tlm::BEGIN_RESP) {
    findings_.check("nb.target_phases", false, address,
                    "a phase that only an initiator may send, or none");
    return;
  }
  if (!findings_.check("nb.target_phases", flight.stage != Stage::answered, address,
                       "BEGIN_RESP twice")) {
    return;
  }
  // With nothing else in flight there is nothing to exclude.
  if (flights_.size() > 1 || said_response_ != nullptr) {
    findings_.check("nb.response_exclusion", said_response_ == nullptr, address,
                    "BEGIN_RESP before the END_RESP of the last response");
  }
  flight.stage = Stage::answered;
  check_response(payload, flight);
  said_response_ = &payload;
}

void PhaseTracker::delivered(tlm::tlm_generic_payload& payload, const tlm::tlm_phase& phase) {
  if (phase != tlm::END_REQ && phase != tlm::BEGIN_RESP) return;
  if (request_ == &payload) request_ = nullptr;
  if (phase == tlm::BEGIN_RESP) heard_responses_.insert(&payload);
}

bool PhaseTracker::answered(tlm::tlm_generic_payload& payload, const tlm::tlm_phase& sent,
                            tlm::tlm_sync_enum status, const tlm::tlm_phase& phase,
                            const sc_core::sc_time& before, const sc_core::sc_time& after) {
  if (status == tlm::TLM_ACCEPTED) return false;
  const std::uint64_t address = payload.get_address();
  judge("nb.initiator_delay", after >= before, address, "a smaller delay returned");
  if (sent != tlm::BEGIN_RESP) {
    judge("nb.initiator_phases", sent != tlm::END_REQ, address, "an answer to END_REQ");
    return false;
  }
  const bool ends = status == tlm::TLM_COMPLETED || phase == tlm::END_RESP;
  judge("nb.initiator_phases", ends, address, "BEGIN_RESP answered with another phase");
  if (ends) end_response(payload);
  return ends;
}

void PhaseTracker::end_response(tlm::tlm_generic_payload& payload) {
  judge("nb.initiator_phases", heard_responses_.count(&payload) != 0, payload.get_address(),
        "END_RESP without BEGIN_RESP, or twice");
  forget(payload);
}

void PhaseTracker::wrong_initiator_phase(tlm::tlm_generic_payload& payload) {
  judge("nb.initiator_phases", false, payload.get_address(),
        "a phase that only a target may send, or none");
}

void PhaseTracker::forget(tlm::tlm_generic_payload& payload) {
  if (request_ == &payload) request_ = nullptr;
  if (said_response_ == &payload) said_response_ = nullptr;
  heard_responses_.erase(&payload);
  if (flights_.erase(&payload) != 0) {
    findings_.check("nb.completes", true, 0, "");
  }
}

bool PhaseTracker::completed_by_target(tlm::tlm_generic_payload& payload) const {
  const auto flight = flights_.find(&payload);
  return flight != flights_.end() && flight->second.completed;
}

void PhaseTracker::finish() {
  for (const auto& [payload, flight] : flights_) {
    findings_.check("nb.completes", false, flight.attributes.address,
                    flight.stage == Stage::requested  ? "no END_REQ"
                    : flight.stage == Stage::accepted ? "no BEGIN_RESP"
                                                      : "no END_RESP");
  }
  flights_.clear();
  request_ = said_response_ = nullptr;
  heard_responses_.clear();
}

}  // namespace tensordash::conformance
