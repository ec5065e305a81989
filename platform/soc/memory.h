#pragma once

#include <tlm_utils/multi_passthrough_target_socket.h>

#include "platform/soc/memory_core.h"

namespace tensordash {

/// A RAM for LT and AT, from address 0 of its socket on, to which any number of initiators may be
/// bound. BUSWIDTH is the width in bits that the socket's type states; nothing depends on it.
template <unsigned BUSWIDTH = 32>
class Memory : public MemoryCore {
 public:
  tlm_utils::multi_passthrough_target_socket<Memory, BUSWIDTH> socket{"socket"};

  /// As of MemoryCore.
  explicit Memory(const sc_core::sc_module_name& name, const RamParameters& parameters = {})
      : MemoryCore(name, parameters) {
    socket.register_nb_transport_fw(this, &Memory::nb_transport_fw);
    socket.register_b_transport(this, &Memory::b_transport);
    socket.register_transport_dbg(this, &Memory::transport_dbg);
    socket.register_get_direct_mem_ptr(this, &Memory::get_direct_mem_ptr);
  }

 protected:
  int initiators() override { return static_cast<int>(socket.size()); }
  tlm::tlm_bw_transport_if<>& backward(int initiator) override { return *socket[initiator]; }
};

}  // namespace tensordash
