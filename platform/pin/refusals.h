#pragma once

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <systemc>
#include <vector>

namespace tensordash {

/// A burst of the DRAM that it refuses to read or to write.
struct RefusedBurst {
  std::uint64_t first = 0, last = 0;  ///< bytes, the last one included
  bool write = false;                 ///< writes; else reads
};

/// On the way between DMA and DRAM: lets everything pass, in no time, but answers that touch a
/// refused burst, which become TLM_GENERIC_ERROR_RESPONSE.
class Refusals : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<Refusals> in{"in"};
  tlm_utils::simple_initiator_socket<Refusals> out{"out"};

  explicit Refusals(const sc_core::sc_module_name& name);

  void set(std::vector<RefusedBurst> bursts) { bursts_ = std::move(bursts); }

 private:
  tlm::tlm_sync_enum request(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                             sc_core::sc_time& delay);
  tlm::tlm_sync_enum response(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                              sc_core::sc_time& delay);

  std::vector<RefusedBurst> bursts_;
};

}  // namespace tensordash
