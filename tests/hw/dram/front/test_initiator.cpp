#include "tests/hw/dram/front/test_initiator.h"

#include <gtest/gtest.h>

namespace tensordash {

TestInitiator::TestInitiator(const sc_core::sc_module_name& name) : sc_module(name) {
  socket.register_nb_transport_bw(this, &TestInitiator::nb_transport_bw);
  socket.register_invalidate_direct_mem_ptr(this, &TestInitiator::invalidate);
}

tlm::tlm_generic_payload& TestInitiator::payload(tlm::tlm_command command, std::uint64_t address,
                                                 std::size_t bytes) {
  tlm::tlm_generic_payload& made = pool.take(bytes);
  made.set_command(command);
  made.set_address(address);
  if (command == tlm::TLM_WRITE_COMMAND) {
    for (std::size_t at = 0; at < bytes; ++at) {
      made.get_data_ptr()[at] = static_cast<unsigned char>(at + 1);
    }
  }
  return made;
}

tlm::tlm_sync_enum TestInitiator::begin(tlm::tlm_generic_payload& payload,
                                        const sc_core::sc_time& delay) {
  phase = tlm::BEGIN_REQ;
  sc_core::sc_time annotated = delay;
  return socket->nb_transport_fw(payload, phase, annotated);
}

tlm::tlm_sync_enum TestInitiator::end_response(tlm::tlm_generic_payload& payload,
                                               const sc_core::sc_time& delay) {
  phase = tlm::END_RESP;
  sc_core::sc_time annotated = delay;
  const tlm::tlm_sync_enum result = socket->nb_transport_fw(payload, phase, annotated);
  payload.release();
  return result;
}

std::vector<sc_core::sc_time> TestInitiator::times(const tlm::tlm_phase& wanted) const {
  std::vector<sc_core::sc_time> found;
  for (const Came& each : came) {
    if (each.phase == wanted) found.push_back(each.time);
  }
  return found;
}

std::vector<tlm::tlm_generic_payload*> TestInitiator::payloads(const tlm::tlm_phase& wanted) const {
  std::vector<tlm::tlm_generic_payload*> found;
  for (const Came& each : came) {
    if (each.phase == wanted) found.push_back(each.payload);
  }
  return found;
}

tlm::tlm_sync_enum TestInitiator::nb_transport_bw(tlm::tlm_generic_payload& payload,
                                                  tlm::tlm_phase& came_phase,
                                                  sc_core::sc_time& delay) {
  EXPECT_EQ(delay, sc_core::SC_ZERO_TIME);
  const Came event{sc_core::sc_time_stamp(), came_phase, &payload};
  came.push_back(event);
  on_phase(event);
  if (came_phase != tlm::BEGIN_RESP || answer == Answer::accepted) return tlm::TLM_ACCEPTED;
  if (answer == Answer::nested) {
    end_response(payload, answer_delay);
    return tlm::TLM_ACCEPTED;
  }
  if (answer == Answer::wrong) return tlm::TLM_UPDATED;
  delay = answer_delay;
  payload.release();
  if (answer == Answer::completed) return tlm::TLM_COMPLETED;
  came_phase = tlm::END_RESP;
  return tlm::TLM_UPDATED;
}

void TestInitiator::invalidate(sc_dt::uint64 first, sc_dt::uint64 last) {
  invalidated.emplace_back(first, last);
}

}  // namespace tensordash
