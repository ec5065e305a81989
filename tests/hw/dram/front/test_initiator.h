#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <functional>
#include <systemc>
#include <tlm>
#include <vector>

#include "hw/dram/front/payload_pool.h"

namespace tensordash {

// An initiator that the test drives by hand, and that notes what comes back.
class TestInitiator : public sc_core::sc_module {
 public:
  enum class Answer { accepted, updated, completed, nested, wrong };
  struct Came {
    sc_core::sc_time time;
    tlm::tlm_phase phase;
    tlm::tlm_generic_payload* payload;
  };

  explicit TestInitiator(const sc_core::sc_module_name& name);

  // A payload of `bytes` at `address`; write data counts up from 1.
  tlm::tlm_generic_payload& payload(tlm::tlm_command command, std::uint64_t address,
                                    std::size_t bytes);
  // BEGIN_REQ, with the phase it came back with.
  tlm::tlm_sync_enum begin(tlm::tlm_generic_payload& payload,
                           const sc_core::sc_time& delay = sc_core::SC_ZERO_TIME);
  tlm::tlm_sync_enum end_response(tlm::tlm_generic_payload& payload,
                                  const sc_core::sc_time& delay = sc_core::SC_ZERO_TIME);
  // When and which payloads had this phase.
  std::vector<sc_core::sc_time> times(const tlm::tlm_phase& phase) const;
  std::vector<tlm::tlm_generic_payload*> payloads(const tlm::tlm_phase& phase) const;

  tlm_utils::simple_initiator_socket<TestInitiator, 64> socket{"socket"};
  PayloadPool pool;
  Answer answer = Answer::completed;
  sc_core::sc_time answer_delay;
  tlm::tlm_phase phase;  // after the last call
  std::vector<Came> came;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> invalidated;
  std::function<void(const Came&)> on_phase = [](const Came&) {};

 private:
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay);
  void invalidate(sc_dt::uint64 first, sc_dt::uint64 last);
};

}  // namespace tensordash
