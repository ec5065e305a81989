#pragma once

#include <systemc>
#include <tlm>

namespace tensordash {

/// Joins an initiator socket of `FROM` bits to a target socket of `TO` bits. The generic payload
/// means the same on both, so everything passes as it is; the widths are a matter of the sockets'
/// types, and of whoever splits transactions into beats.
template <unsigned FROM, unsigned TO>
class WidthAdapter : public sc_core::sc_module,
                     private tlm::tlm_fw_transport_if<>,
                     private tlm::tlm_bw_transport_if<> {
 public:
  tlm::tlm_target_socket<FROM> socket{"socket"};         ///< an initiator binds here
  tlm::tlm_initiator_socket<TO> initiator{"initiator"};  ///< bound to the target

  explicit WidthAdapter(const sc_core::sc_module_name& name) : sc_module(name) {
    socket.bind(static_cast<tlm::tlm_fw_transport_if<>&>(*this));
    initiator.bind(static_cast<tlm::tlm_bw_transport_if<>&>(*this));
  }

 private:
  tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay) override {
    return initiator->nb_transport_fw(payload, phase, delay);
  }
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) override {
    initiator->b_transport(payload, delay);
  }
  bool get_direct_mem_ptr(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) override {
    return initiator->get_direct_mem_ptr(payload, dmi);
  }
  unsigned transport_dbg(tlm::tlm_generic_payload& payload) override {
    return initiator->transport_dbg(payload);
  }
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay) override {
    return socket->nb_transport_bw(payload, phase, delay);
  }
  void invalidate_direct_mem_ptr(sc_dt::uint64 first, sc_dt::uint64 last) override {
    socket->invalidate_direct_mem_ptr(first, last);
  }
};

}  // namespace tensordash
