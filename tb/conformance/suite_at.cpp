// Approximately timed traffic of a TargetSuite.
#include <algorithm>

#include "tb/conformance/target_suite_core.h"

namespace tensordash::conformance {

/// A random access to the part of an area that belongs to the slot, now and then to a hole.
SuitePayload& TargetSuiteCore::next_access(unsigned slot, bool compare) {
  SuitePayload& payload = payloads_.take();
  payload.slot = slot;
  payload.compare = compare;
  const tlm::tlm_command command = below(2) == 0 ? tlm::TLM_READ_COMMAND : tlm::TLM_WRITE_COMMAND;
  if (below(8) == 0) {
    for (const Window& window : description_.windows) {
      if (window.kind != WindowKind::hole) continue;
      payload.set_up(command, window.base + below(window.bytes), 1);
      payload.response = tlm::TLM_ADDRESS_ERROR_RESPONSE;
      payload.compare = false;
      return payload;
    }
  }
  Area& area = areas_[below(areas_.size())];
  const std::uint64_t stripe = std::max<std::uint64_t>(area.bytes.size() / slots, 1);
  unsigned bytes = 1 + below(std::min<std::uint64_t>(stripe, below(4) == 0 ? 512 : 64));
  const std::uint64_t first = area.base + slot * stripe;
  std::uint64_t address = first + below(stripe - bytes + 1);
  fit(first, address, bytes);
  const std::uint64_t offset = address - area.base;
  payload.set_up(command, address, bytes);
  const Offers& offers = description_.offers;
  if (offers.byte_enables && below(4) == 0) payload.set_enables(random_enables(1 + below(bytes)));
  if (offers.streaming && below(4) == 0) payload.set_streaming_width(fit_width(1 + below(bytes)));
  for (unsigned at = 0; at < bytes; ++at) {
    payload.bytes()[at] = static_cast<unsigned char>(random_());
  }
  payload.expected.assign(payload.bytes(), payload.bytes() + bytes);
  for (unsigned at = 0; at < bytes; ++at) {
    const bool enabled = payload.get_byte_enable_ptr() == nullptr ||
                         payload.enables[at % payload.enables.size()] == TLM_BYTE_ENABLED;
    if (!enabled) continue;
    unsigned char& byte = area.bytes[offset + at % payload.get_streaming_width()];
    if (command == tlm::TLM_WRITE_COMMAND) {
      byte = payload.expected[at];
    } else {
      payload.expected[at] = byte;
    }
  }
  return payload;
}

/// BEGIN_REQ, and what comes of it at once.
void TargetSuiteCore::send(SuitePayload& payload) {
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time delay = below(2) == 0 ? sc_core::SC_ZERO_TIME : some_time();
  const sc_core::sc_time before = delay;
  tracker_.begin_request(payload, delay);
  const tlm::tlm_sync_enum status = target().nb_transport_fw(payload, phase, delay);
  tracker_.begin_request_returned(payload, status, phase, before, delay);
  if (status == tlm::TLM_COMPLETED) {
    take_response(payload);
    tracker_.completed(payload);
    finish_access(payload);
  } else if (status == tlm::TLM_UPDATED) {
    tracker_.delivered(payload, phase);
    progress_.notify(delay);
    if (phase == tlm::BEGIN_RESP) {
      take_response(payload);
      to_end_ = &payload;
      end_event_.notify(delay + some_time());
    }
  }
}

tlm::tlm_sync_enum TargetSuiteCore::nb_transport_bw(tlm::tlm_generic_payload& payload,
                                                    tlm::tlm_phase& phase,
                                                    sc_core::sc_time& delay) {
  ++backward_calls_;
  const std::size_t known = tracker_.in_flight();
  tracker_.target_phase(payload, phase, delay);
  tracker_.delivered(payload, phase);
  progress_.notify(delay);
  auto* const own = dynamic_cast<SuitePayload*>(&payload);
  // A second response, or one for nothing, has been found; it ends nothing.
  if (phase != tlm::BEGIN_RESP || known == 0 || own == nullptr || own->answered ||
      !slot_busy_[own->slot]) {
    return tlm::TLM_ACCEPTED;
  }
  take_response(*own);
  const unsigned way = below(4);
  if (way >= 2 || to_end_ != nullptr) {
    const sc_core::sc_time before = delay;
    if (below(2) == 0) delay += some_time();
    phase = tlm::END_RESP;
    const tlm::tlm_sync_enum answer = way == 2 ? tlm::TLM_COMPLETED : tlm::TLM_UPDATED;
    tracker_.answered(payload, tlm::BEGIN_RESP, answer, phase, before, delay);
    shortcut_taken_ = true;
    findings.check("at.shortcuts", true, 0, "");
    finish_access(*own);
    return answer;
  }
  to_end_ = own;
  end_event_.notify(delay + (way == 0 ? sc_core::SC_ZERO_TIME : some_time() * 5));
  return tlm::TLM_ACCEPTED;
}

void TargetSuiteCore::end_later() {
  SuitePayload& payload = *to_end_;
  to_end_ = nullptr;
  tlm::tlm_phase phase = tlm::END_RESP;
  sc_core::sc_time delay = below(2) == 0 ? sc_core::SC_ZERO_TIME : some_time();
  tracker_.end_response(payload);
  target().nb_transport_fw(payload, phase, delay);
  finish_access(payload);
}

void TargetSuiteCore::take_response(SuitePayload& payload) {
  payload.answered = true;
  if (shortcut_taken_) ++answers_after_shortcut_;
  const std::uint64_t address = payload.get_address();
  // INCOMPLETE has been found already.
  if (payload.get_response_status() != tlm::TLM_INCOMPLETE_RESPONSE) {
    findings.check("at.response", payload.get_response_status() == payload.response, address,
                   payload.get_response_string());
  }
  if (!payload.compare || !payload.is_response_ok()) return;
  const bool same = std::equal(payload.expected.begin(), payload.expected.end(), payload.bytes());
  findings.check("at.data", same && payload.guards_are_whole(), address,
                 same ? "bytes around the data have changed" : "other bytes than were written");
}

void TargetSuiteCore::finish_access(SuitePayload& payload) {
  slot_busy_[payload.slot] = false;
  progress_.notify(sc_core::sc_time::from_value(1));
  SuitePayloads::give_back(payload);
}

/// False when it does not come to pass within the target's patience.
bool TargetSuiteCore::wait_for(const std::function<bool()>& condition) {
  const sc_core::sc_time end = sc_core::sc_time_stamp() + description_.patience;
  while (!condition()) {
    if (sc_core::sc_time_stamp() >= end) return false;
    wait(end - sc_core::sc_time_stamp(), progress_);
  }
  return true;
}

/// False when a transaction never ends.
bool TargetSuiteCore::run_traffic(unsigned accesses, bool compare, bool reset) {
  const auto free_slot = [this] {
    return static_cast<unsigned>(std::find(slot_busy_.begin(), slot_busy_.end(), false) -
                                 slot_busy_.begin());
  };
  bool alive = true;
  for (unsigned turn = 0; turn < accesses && alive; ++turn) {
    alive = wait_for([&] { return !tracker_.request_open() && free_slot() < slots; });
    if (!alive) break;
    // Any of the free ones.
    unsigned slot = below(slots);
    if (slot_busy_[slot]) slot = free_slot();
    slot_busy_[slot] = true;
    send(next_access(slot, compare));
    if (reset && turn == accesses / 2) description_.reset();
    if (below(3) == 0) wait(some_time());
  }
  alive = alive && wait_for([this] { return tracker_.in_flight() == 0; });
  // What annotated times still hold.
  wait(sc_core::sc_time(1, sc_core::SC_US));
  return alive;
}

void TargetSuiteCore::try_approximately_timed() {
  const bool alive = run_traffic(description_.accesses, true, false);
  at_alive_ = alive;
  if (!alive && shortcut_taken_ && answers_after_shortcut_ == 0) {
    findings.check("at.shortcuts", false, 0, "nothing more after a response ended that way");
  } else {
    tracker_.finish();
  }
  if (!alive) return;
  // Reads of all that was written, by b_transport.
  for (Area& area : areas_) check_area(area, "at.data", "at.data");
  findings.check("at.references", payloads_.kept() == 0 && payloads_.stolen() == 0, 0,
                 std::to_string(payloads_.kept()) + " payloads kept, " +
                     std::to_string(payloads_.stolen()) + " released too often");
}

}  // namespace tensordash::conformance
