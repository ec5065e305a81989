#pragma once

#include "tb/conformance/monitor_core.h"

namespace tensordash::conformance {

/// Lies between an initiator and a target, passes everything, and checks both:
///
///     InitiatorMonitor<> monitor("monitor");
///     cpu.socket.bind(monitor.socket);
///     monitor.initiator_socket.bind(memory.socket);
///     ... sc_start ...
///     monitor.finish();
///     monitor.findings.report(std::cout);
template <unsigned BUSWIDTH = 32>
class InitiatorMonitor : public MonitorCore {
 public:
  tlm::tlm_target_socket<BUSWIDTH> socket{"socket"};
  tlm::tlm_initiator_socket<BUSWIDTH> initiator_socket{"initiator_socket"};

  explicit InitiatorMonitor(const sc_core::sc_module_name& name, const MonitorOptions& options = {})
      : MonitorCore(name, options) {
    socket.bind(static_cast<tlm::tlm_fw_transport_if<>&>(*this));
    initiator_socket.bind(static_cast<tlm::tlm_bw_transport_if<>&>(*this));
  }

 protected:
  tlm::tlm_fw_transport_if<>& target() override { return *initiator_socket.operator->(); }
  tlm::tlm_bw_transport_if<>& initiator() override { return *socket.operator->(); }
};

}  // namespace tensordash::conformance
