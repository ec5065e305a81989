#include "tests/platform/soc/timed_traffic.h"

#include <cstring>
#include <utility>

namespace tensordash {

TimedTraffic::TimedTraffic(const sc_core::sc_module_name& name, unsigned seed,
                           std::vector<Region> regions, unsigned accesses)
    : sc_module(name), random_(seed), regions_(std::move(regions)), accesses_(accesses) {
  for (const Region& each : regions_) reference_.emplace_back(each.bytes);
  socket.register_nb_transport_bw(this, &TimedTraffic::nb_transport_bw);
  SC_THREAD(run);
  SC_METHOD(end_responses);
  sensitive << end_;
  dont_initialize();
}

void TimedTraffic::run() {
  while (started_ < accesses_) {
    unsigned slot = below(slots);
    while (request_ != nullptr || busy_[slot]) {
      wait(freed_);
      slot = below(slots);
    }
    start(slot);
    if (below(3) == 0) wait(some_time());
  }
}

void TimedTraffic::start(unsigned slot) {
  const unsigned which = below(regions_.size());
  const Region& region = regions_[which];
  const unsigned slot_bytes = region.bytes / slots;
  const unsigned bytes = 1 + below(below(4) == 0 ? slot_bytes : 16);
  const unsigned offset = slot * slot_bytes + below(slot_bytes - bytes + 1);
  const bool write = below(2) == 0;
  tlm::tlm_generic_payload& payload = pool.take(bytes);
  payload.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  payload.set_address(region.base + offset);
  if (below(4) == 0) {
    payload.set_streaming_width(1 + below(bytes));
  }
  if (below(4) == 0) {
    PayloadPool::add_byte_enables(payload, 1 + below(bytes));
    for (unsigned at = 0; at < payload.get_byte_enable_length(); ++at) {
      if (below(2) == 0) payload.get_byte_enable_ptr()[at] = TLM_BYTE_DISABLED;
    }
  }
  Access access{slot, started_++, &region, payload.get_address(), {}};
  std::vector<unsigned char>& reference = reference_[which];
  for (unsigned at = 0; at < bytes; ++at) {
    payload.get_data_ptr()[at] = static_cast<unsigned char>(random_());
  }
  access.expected.assign(payload.get_data_ptr(), payload.get_data_ptr() + bytes);
  for (unsigned at = 0; at < bytes && region.response == tlm::TLM_OK_RESPONSE; ++at) {
    const unsigned char* const enables = payload.get_byte_enable_ptr();
    if (enables != nullptr && enables[at % payload.get_byte_enable_length()] == 0) continue;
    unsigned char& byte = reference[offset + at % payload.get_streaming_width()];
    if (write) {
      byte = access.expected[at];
    } else {
      access.expected[at] = byte;
    }
  }
  busy_[slot] = true;
  in_flight_.emplace(&payload, std::move(access));
  request_ = &payload;
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time delay = below(2) == 0 ? sc_core::SC_ZERO_TIME : some_time();
  const tlm::tlm_sync_enum answer = socket->nb_transport_fw(payload, phase, delay);
  if (answer == tlm::TLM_COMPLETED) {
    request_ = nullptr;
    judge(payload);
    finish(payload);
  } else if (answer == tlm::TLM_UPDATED) {
    take_answer(payload, phase, delay);
  }
}

// What came with the return from BEGIN_REQ. A response is then ended by a call.
void TimedTraffic::take_answer(tlm::tlm_generic_payload& payload, const tlm::tlm_phase& phase,
                               const sc_core::sc_time& delay) {
  request_ = nullptr;
  freed_.notify(delay + sc_core::sc_time(1, sc_core::SC_PS));
  if (phase != tlm::BEGIN_RESP) return;
  judge(payload);
  to_end_ = &payload;
  end_.notify(delay);
}

tlm::tlm_sync_enum TimedTraffic::nb_transport_bw(tlm::tlm_generic_payload& payload,
                                                 tlm::tlm_phase& phase, sc_core::sc_time& delay) {
  if (request_ == &payload) {
    request_ = nullptr;
    freed_.notify(delay + sc_core::sc_time(1, sc_core::SC_PS));
  }
  if (phase != tlm::BEGIN_RESP) return tlm::TLM_ACCEPTED;
  judge(payload);
  const unsigned way = below(4);
  if (way < 2) {
    to_end_ = &payload;
    end_.notify(delay + (way == 0 ? sc_core::SC_ZERO_TIME : some_time()));
    return tlm::TLM_ACCEPTED;
  }
  delay = below(2) == 0 ? sc_core::SC_ZERO_TIME : some_time();
  finish(payload);
  phase = tlm::END_RESP;
  return way == 2 ? tlm::TLM_COMPLETED : tlm::TLM_UPDATED;
}

void TimedTraffic::end_responses() {
  tlm::tlm_generic_payload& payload = *to_end_;
  to_end_ = nullptr;
  tlm::tlm_phase phase = tlm::END_RESP;
  sc_core::sc_time delay = below(2) == 0 ? sc_core::SC_ZERO_TIME : some_time();
  socket->nb_transport_fw(payload, phase, delay);
  finish(payload);
}

void TimedTraffic::judge(tlm::tlm_generic_payload& payload) {
  const Access& access = in_flight_.at(&payload);
  if (access.number < last_done_) ++overtakes;
  last_done_ = access.number;
  if (payload.get_response_status() != access.region->response) ++wrong_response;
  if (!payload.is_response_ok()) ++errors;
  const bool same =
      std::memcmp(access.expected.data(), payload.get_data_ptr(), access.expected.size()) == 0;
  if (!same || payload.get_address() != access.address) ++wrong_data;
}

void TimedTraffic::finish(tlm::tlm_generic_payload& payload) {
  busy_[in_flight_.at(&payload).slot] = false;
  in_flight_.erase(&payload);
  payload.release();
  freed_.notify(sc_core::sc_time(1, sc_core::SC_PS));
  if (++done == accesses_) finished.notify(sc_core::sc_time(1, sc_core::SC_US));
}

}  // namespace tensordash
