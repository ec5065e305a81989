#include "platform/ip/at_master.h"

#include <algorithm>
#include <utility>

namespace tensordash {
namespace {

constexpr const char* report_id = "/tensordash/ip/memory";

}  // namespace

AtMaster::AtMaster(const sc_core::sc_module_name& name, ForwardPath forward)
    : sc_module(name), forward_(std::move(forward)) {
  SC_HAS_PROCESS(AtMaster);
  SC_METHOD(pump);
  sensitive << pump_event_;
  dont_initialize();
  SC_METHOD(happen);
  sensitive << timed_event_;
  dont_initialize();
}

void AtMaster::send(std::uint64_t address, unsigned bytes, bool write, const std::uint8_t* data,
                    std::uint64_t tag) {
  tlm::tlm_generic_payload& payload = pool_.take(bytes);
  payload.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  payload.set_address(address);
  if (write) std::copy_n(data, bytes, payload.get_data_ptr());
  waiting_.emplace_back(&payload, tag);
  // A delta cycle after the clock edge, so that whether a target sees it there does not depend on
  // the order of processes.
  pump_event_.notify(sc_core::SC_ZERO_TIME);
}

bool AtMaster::take(Answer& answer) {
  if (answers_.empty()) return false;
  answer = answers_.front();
  answers_.pop_front();
  return true;
}

bool AtMaster::take_earlier(Answer& answer) {
  return !answers_.empty() && answers_.front().delta != sc_core::sc_delta_count() && take(answer);
}

void AtMaster::forget() {
  for (const auto& waiting : waiting_) waiting.first->release();
  waiting_.clear();
  for (auto& flight : flights_) flight.second.forgotten = true;
  for (const Answer& answer : answers_) answer.payload->release();
  answers_.clear();
}

void AtMaster::pump() {
  while (!sending_ && requesting_ == nullptr && !blocked_ && !waiting_.empty()) {
    tlm::tlm_generic_payload& payload = *waiting_.front().first;
    flights_[&payload] = {waiting_.front().second, payload.get_address(), false, false};
    waiting_.pop_front();
    requesting_ = &payload;
    sending_ = true;
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    const tlm::tlm_sync_enum taken = forward_().nb_transport_fw(payload, phase, delay);
    sending_ = false;
    if (taken == tlm::TLM_COMPLETED) {
      if (requesting_ == &payload) request_taken(delay);
      answered(payload, delay);
    } else if (taken == tlm::TLM_UPDATED && phase == tlm::END_REQ) {
      request_taken(delay);
    } else if (taken == tlm::TLM_UPDATED && phase == tlm::BEGIN_RESP) {
      request_taken(delay);
      // The target waits for the end of its response, which may come along with its beginning.
      tlm::tlm_phase end = tlm::END_RESP;
      sc_core::sc_time at = delay;
      forward_().nb_transport_fw(payload, end, at);
      answered(payload, delay);
    }
  }
}

void AtMaster::request_taken(const sc_core::sc_time& delay) {
  requesting_ = nullptr;
  if (delay == sc_core::SC_ZERO_TIME) return;
  blocked_ = true;
  later(nullptr, delay);
}

void AtMaster::later(tlm::tlm_generic_payload* payload, const sc_core::sc_time& delay) {
  const sc_core::sc_time at = sc_core::sc_time_stamp() + delay;
  timed_.push({at.value(), timed_count_++, payload});
  timed_event_.notify(delay);
}

void AtMaster::happen() {
  const sc_dt::uint64 now = sc_core::sc_time_stamp().value();
  while (!timed_.empty() && timed_.top().time <= now) {
    tlm::tlm_generic_payload* const payload = timed_.top().payload;
    timed_.pop();
    if (payload == nullptr) {
      blocked_ = false;
    } else {
      deliver(*payload);
    }
  }
  if (!timed_.empty()) {
    timed_event_.notify(sc_core::sc_time::from_value(timed_.top().time - now));
  }
  pump();
}

void AtMaster::answered(tlm::tlm_generic_payload& payload, const sc_core::sc_time& delay) {
  flights_[&payload].ended = true;
  if (delay == sc_core::SC_ZERO_TIME) {
    deliver(payload);
  } else {
    later(&payload, delay);
  }
}

void AtMaster::deliver(tlm::tlm_generic_payload& payload) {
  const auto found = flights_.find(&payload);
  const Flight flight = found->second;
  flights_.erase(found);
  if (flight.forgotten) {
    payload.release();
  } else {
    answers_.push_back({flight.tag, flight.address, &payload, sc_core::sc_delta_count()});
  }
  if (hook_) hook_();
}

tlm::tlm_sync_enum AtMaster::nb_transport_bw(tlm::tlm_generic_payload& payload,
                                             tlm::tlm_phase& phase, const sc_core::sc_time& delay) {
  const auto found = flights_.find(&payload);
  if (found == flights_.end() || found->second.ended) {
    SC_REPORT_ERROR(report_id, "the memory answers a request that is not under way");
    return tlm::TLM_COMPLETED;
  }
  if (phase != tlm::END_REQ && phase != tlm::BEGIN_RESP) return tlm::TLM_ACCEPTED;
  if (requesting_ == &payload) {
    request_taken(delay);
    // Not from within the target's call.
    pump_event_.notify(sc_core::SC_ZERO_TIME);
  }
  if (phase == tlm::END_REQ) return tlm::TLM_ACCEPTED;
  answered(payload, delay);
  return tlm::TLM_COMPLETED;  // stands for END_RESP
}

}  // namespace tensordash
