#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include "platform/player/player_core.h"

namespace tensordash {

/// Plays a script on an accelerator, or on whatever stands in its place: it accesses the registers
/// and the memory, drives the reset and looks at the interrupt. `BUSWIDTH` is the width in bits
/// that the sockets' types state; nothing depends on it.
///
///     ScriptPlayer<> player("player", Script("layer.td"), PlayerParameters{});
///     player.registers.bind(device.registers);  player.memory.bind(memory.socket);
///     player.irq(irq);  player.rst_n(rst_n);
///     // simulate until player.done_event(), then look at player.failure()
///
/// It only uses b_transport and transport_dbg, and never stops or pauses the simulation.
template <unsigned BUSWIDTH = 32>
class ScriptPlayer : public PlayerCore {
 public:
  tlm_utils::simple_initiator_socket<PlayerCore, BUSWIDTH> registers{"registers"};
  tlm_utils::simple_initiator_socket<PlayerCore, BUSWIDTH> memory{"memory"};

  using PlayerCore::PlayerCore;

 protected:
  tlm::tlm_fw_transport_if<>& register_path() override { return *registers.operator->(); }
  tlm::tlm_fw_transport_if<>& memory_path() override { return *memory.operator->(); }
};

}  // namespace tensordash
