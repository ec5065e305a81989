#pragma once

#include <map>
#include <string>
#include <systemc>
#include <tlm>
#include <vector>

namespace tensordash {

// Lies between two sockets and notes what breaks the base protocol, on either side.
class ProtocolWatch : public sc_core::sc_module,
                      private tlm::tlm_fw_transport_if<>,
                      private tlm::tlm_bw_transport_if<> {
 public:
  tlm::tlm_target_socket<32> socket{"socket"};
  tlm::tlm_initiator_socket<32> initiator{"initiator"};

  explicit ProtocolWatch(const sc_core::sc_module_name& name) : sc_module(name) {
    socket.bind(static_cast<tlm::tlm_fw_transport_if<>&>(*this));
    initiator.bind(static_cast<tlm::tlm_bw_transport_if<>&>(*this));
  }

  std::vector<std::string> broken;
  unsigned requests = 0, skipped_end_requests = 0, completed = 0, responses = 0;
  unsigned most_in_flight = 0;
  std::vector<sc_core::sc_time> request_times, response_times;
  std::vector<std::uint64_t> addresses;
  bool idle() const { return in_flight_.empty(); }

 private:
  using Payload = tlm::tlm_generic_payload;
  enum class At { requested, accepted, answered };

  void note(bool wrong, const char* what) {
    if (wrong) broken.emplace_back(std::string(name()) + ": " + what);
  }
  void ended_request(Payload& payload) {
    if (request_ == &payload) request_ = nullptr;
  }
  void take_backward(Payload& payload, const tlm::tlm_phase& phase) {
    note(in_flight_.count(&payload) == 0, "a phase for nothing");
    At& at = in_flight_[&payload];
    if (phase == tlm::END_REQ) {
      note(at != At::requested, "END_REQ twice or late");
      at = At::accepted;
      ended_request(payload);
    } else if (phase == tlm::BEGIN_RESP) {
      note(at == At::answered, "BEGIN_RESP twice");
      note(response_ != nullptr, "BEGIN_RESP before END_RESP");
      note(sc_core::sc_time_stamp() < response_free_, "BEGIN_RESP before the time of END_RESP");
      note(payload.get_response_status() == tlm::TLM_INCOMPLETE_RESPONSE, "no response");
      if (at == At::requested) ++skipped_end_requests;
      ended_request(payload);
      at = At::answered;
      response_ = &payload;
      ++responses;
      response_times.push_back(sc_core::sc_time_stamp());
    } else {
      note(true, "a phase of the wrong side");
    }
  }
  void take_end(Payload& payload, const sc_core::sc_time& delay) {
    response_free_ = sc_core::sc_time_stamp() + delay;
    note(response_ != &payload, "END_RESP for nothing");
    response_ = nullptr;
    in_flight_.erase(&payload);
  }

  tlm::tlm_sync_enum nb_transport_fw(Payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay) override {
    if (phase == tlm::END_RESP) {
      take_end(payload, delay);
      return initiator->nb_transport_fw(payload, phase, delay);
    }
    note(phase != tlm::BEGIN_REQ, "a phase of the wrong side");
    note(request_ != nullptr, "BEGIN_REQ before END_REQ");
    note(!in_flight_.emplace(&payload, At::requested).second, "payload in flight");
    request_ = &payload;
    ++requests;
    addresses.push_back(payload.get_address());
    request_times.push_back(sc_core::sc_time_stamp());
    most_in_flight = std::max<unsigned>(most_in_flight, in_flight_.size());
    const tlm::tlm_sync_enum answer = initiator->nb_transport_fw(payload, phase, delay);
    if (answer == tlm::TLM_UPDATED) take_backward(payload, phase);
    if (answer == tlm::TLM_COMPLETED) {
      note(payload.get_response_status() == tlm::TLM_INCOMPLETE_RESPONSE, "no response");
      ++completed;
      ended_request(payload);
      in_flight_.erase(&payload);
    }
    return answer;
  }
  tlm::tlm_sync_enum nb_transport_bw(Payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay) override {
    take_backward(payload, phase);
    const tlm::tlm_sync_enum answer = socket->nb_transport_bw(payload, phase, delay);
    if (answer == tlm::TLM_COMPLETED || (answer == tlm::TLM_UPDATED && phase == tlm::END_RESP)) {
      take_end(payload, delay);
    }
    return answer;
  }
  void b_transport(Payload& payload, sc_core::sc_time& delay) override {
    initiator->b_transport(payload, delay);
  }
  bool get_direct_mem_ptr(Payload& payload, tlm::tlm_dmi& dmi) override {
    return initiator->get_direct_mem_ptr(payload, dmi);
  }
  unsigned transport_dbg(Payload& payload) override { return initiator->transport_dbg(payload); }
  void invalidate_direct_mem_ptr(sc_dt::uint64 first, sc_dt::uint64 last) override {
    socket->invalidate_direct_mem_ptr(first, last);
  }

  std::map<Payload*, At> in_flight_;
  Payload* request_ = nullptr;
  Payload* response_ = nullptr;
  sc_core::sc_time response_free_;
};

}  // namespace tensordash
