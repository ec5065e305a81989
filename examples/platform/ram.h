// Somebody's memory: it knows b_transport and debug transport, nothing else.
#pragma once

#include <tlm_utils/multi_passthrough_target_socket.h>

#include <cstring>
#include <systemc>
#include <tlm>
#include <vector>

class Ram : public sc_core::sc_module {
 public:
  tlm_utils::multi_passthrough_target_socket<Ram> socket{"socket"};

  explicit Ram(const sc_core::sc_module_name& name) : sc_module(name), bytes_(1 << 20) {
    socket.register_b_transport(this, &Ram::b_transport);
    socket.register_transport_dbg(this, &Ram::transport_dbg);
  }

 private:
  void b_transport(int initiator, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    const bool whole = transport_dbg(initiator, payload) == payload.get_data_length();
    delay += sc_core::sc_time(50, sc_core::SC_NS);
    payload.set_response_status(whole ? tlm::TLM_OK_RESPONSE : tlm::TLM_ADDRESS_ERROR_RESPONSE);
  }

  unsigned transport_dbg(int /*initiator*/, tlm::tlm_generic_payload& payload) {
    const unsigned length = payload.get_data_length();
    if (payload.get_address() > bytes_.size() - length) return 0;
    unsigned char* const place = bytes_.data() + payload.get_address();
    if (payload.is_read()) std::memcpy(payload.get_data_ptr(), place, length);
    if (payload.is_write()) std::memcpy(place, payload.get_data_ptr(), length);
    return length;
  }

  std::vector<unsigned char> bytes_;
};
