#pragma once

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include "platform/ip/accelerator_core.h"

namespace tensordash {

/// The TensorDash accelerator for a virtual platform: a TLM-2.0 IP with a register socket, a memory
/// socket, a clock, a reset and an interrupt. `BUSWIDTH` is the width in bits that the sockets'
/// types state; nothing depends on it.
///
///     AcceleratorParameters parameters;
///     Accelerator<> accelerator("accelerator", parameters);
///     accelerator.clk(clk);  accelerator.rst_n(rst_n);  accelerator.irq(irq);
///     bus.socket.bind(accelerator.registers);  accelerator.memory.bind(bus.from_accelerator);
///
/// `registers` has b_transport and nb_transport (its window is register_window_bytes) and debug
/// transport, and gives no pointers. `memory` may be bound to any memory: loosely timed it uses
/// b_transport and pointers, approximately timed nb_transport.
template <unsigned BUSWIDTH = 32>
class Accelerator : public AcceleratorCore {
 public:
  tlm_utils::simple_target_socket<AcceleratorCore, BUSWIDTH> registers{"registers"};
  tlm_utils::simple_initiator_socket<AcceleratorCore, BUSWIDTH> memory{"memory"};

  /// As of AcceleratorCore.
  Accelerator(const sc_core::sc_module_name& name, const AcceleratorParameters& parameters)
      : AcceleratorCore(name, parameters) {
    registers.register_b_transport(this, &AcceleratorCore::b_transport);
    registers.register_transport_dbg(this, &AcceleratorCore::transport_dbg);
    memory.register_nb_transport_bw(this, &AcceleratorCore::nb_transport_bw);
    memory.register_invalidate_direct_mem_ptr(this, &AcceleratorCore::invalidate_direct_mem_ptr);
  }

 protected:
  tlm::tlm_fw_transport_if<>& memory_path() override { return *memory.operator->(); }
};

}  // namespace tensordash
