#include "platform/pin/refusals.h"

namespace tensordash {

Refusals::Refusals(const sc_core::sc_module_name& name) : sc_module(name) {
  in.register_nb_transport_fw(this, &Refusals::request);
  out.register_nb_transport_bw(this, &Refusals::response);
}

tlm::tlm_sync_enum Refusals::request(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay) {
  return out->nb_transport_fw(payload, phase, delay);
}

tlm::tlm_sync_enum Refusals::response(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                      sc_core::sc_time& delay) {
  if (phase == tlm::BEGIN_RESP) {
    const std::uint64_t first = payload.get_address();
    const std::uint64_t last = first + payload.get_data_length() - 1;
    for (const RefusedBurst& burst : bursts_) {
      if (burst.write != payload.is_write() || last < burst.first || first > burst.last) continue;
      payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    }
  }
  return in->nb_transport_bw(payload, phase, delay);
}

}  // namespace tensordash
