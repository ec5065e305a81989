#pragma once

#include <tlm_utils/multi_passthrough_initiator_socket.h>
#include <tlm_utils/multi_passthrough_target_socket.h>

#include "platform/soc/bus_core.h"

namespace tensordash {

/// Interconnect with an address map, for any number of initiators and targets; LT, AT, debug and
/// DMI. BUSWIDTH is the width in bits that the sockets' type states; nothing depends on it.
///
///     Bus<> bus("bus");
///     bus.map(0x80000000, 1 << 30, memory.socket);
///     cpu.socket.bind(bus.socket);
template <unsigned BUSWIDTH = 32>
class Bus : public BusCore {
 public:
  /// To which initiators are bound.
  tlm_utils::multi_passthrough_target_socket<Bus, BUSWIDTH> socket{"socket"};
  /// Bound by map().
  tlm_utils::multi_passthrough_initiator_socket<Bus, BUSWIDTH> targets{"targets"};

  explicit Bus(const sc_core::sc_module_name& name, const BusParameters& parameters = {})
      : BusCore(name, parameters) {
    socket.register_nb_transport_fw(this, &Bus::nb_transport_fw);
    socket.register_b_transport(this, &Bus::b_transport);
    socket.register_transport_dbg(this, &Bus::transport_dbg);
    socket.register_get_direct_mem_ptr(this, &Bus::get_direct_mem_ptr);
    targets.register_nb_transport_bw(this, &Bus::nb_transport_bw);
    targets.register_invalidate_direct_mem_ptr(this, &Bus::invalidate_direct_mem_ptr);
  }

  /// Binds a target socket to addresses `base` to `base + size - 1`; the target sees them from
  /// `offset` on. Returns the number of its port. A window of no bytes, one that passes the end of
  /// the address space or overlaps another, and a call after elaboration are errors under
  /// /tensordash/soc/bus.
  template <typename TargetSocket>
  unsigned map(std::uint64_t base, std::uint64_t size, TargetSocket& target,
               std::uint64_t offset = 0) {
    const unsigned port = ports_;
    if (add_window(base, size, port, offset)) {
      targets.bind(target);
      ++ports_;
    }
    return port;
  }

  /// One more window, onto the target of a port. Errors as above, and a port that is none.
  void alias(std::uint64_t base, std::uint64_t size, unsigned port, std::uint64_t offset = 0) {
    if (port >= ports_) {
      SC_REPORT_ERROR("/tensordash/soc/bus", "alias of a port that is none");
    } else {
      add_window(base, size, port, offset);
    }
  }

 protected:
  int initiators() override { return static_cast<int>(socket.size()); }
  tlm::tlm_bw_transport_if<>& backward(int initiator) override { return *socket[initiator]; }
  tlm::tlm_fw_transport_if<>& forward(unsigned port) override {
    return *targets[static_cast<int>(port)];
  }

 private:
  unsigned ports_ = 0;
};

}  // namespace tensordash
