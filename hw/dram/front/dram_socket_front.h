#pragma once

#include <tlm_utils/multi_passthrough_target_socket.h>

#include "hw/dram/front/dram_front.h"

namespace tensordash {

/// A DramFront with its socket, to which any number of initiators may be bound. `bus_width` is the
/// width in bits that the socket's type states; nothing depends on it.
template <unsigned bus_width = 32>
class DramSocketFront : public DramFront {
 public:
  tlm_utils::multi_passthrough_target_socket<DramFront, bus_width> socket{"socket"};

  /// As of DramFront.
  DramSocketFront(const sc_core::sc_module_name& name, const DramConfiguration& configuration,
                  BurstPort& port, BurstEstimator& estimator)
      : DramFront(name, configuration, port, estimator) {
    socket.register_nb_transport_fw(this, &DramFront::nb_transport_fw);
    socket.register_b_transport(this, &DramFront::b_transport);
    socket.register_transport_dbg(this, &DramFront::transport_dbg);
    socket.register_get_direct_mem_ptr(this, &DramFront::get_direct_mem_ptr);
  }

 protected:
  int initiators() override { return static_cast<int>(socket.size()); }
  tlm::tlm_bw_transport_if<>& backward(int initiator) override { return *socket[initiator]; }
};

}  // namespace tensordash
