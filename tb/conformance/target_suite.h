#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include "tb/conformance/target_suite_core.h"

namespace tensordash::conformance {

/// An initiator that tries a target out, from the beginning of the simulation until done():
///
///     TargetDescription description;
///     description.windows = {{WindowKind::memory, 0, 0x1000}, {WindowKind::hole, 0x1000, 0x100}};
///     TargetSuite<> suite("suite", description);
///     suite.socket.bind(memory.socket);
///     sc_start(10, SC_MS);
///     suite.findings.report(std::cout);
///
/// It needs the target for itself: nobody else writes what it reads back.
template <unsigned BUSWIDTH = 32>
class TargetSuite : public TargetSuiteCore {
 public:
  tlm_utils::simple_initiator_socket<TargetSuite, BUSWIDTH> socket{"socket"};

  TargetSuite(const sc_core::sc_module_name& name, const TargetDescription& description)
      : TargetSuiteCore(name, description) {
    socket.register_nb_transport_bw(this, &TargetSuite::nb_transport_bw);
    socket.register_invalidate_direct_mem_ptr(this, &TargetSuite::invalidate_direct_mem_ptr);
  }

 protected:
  tlm::tlm_fw_transport_if<>& target() override { return *socket.operator->(); }
};

}  // namespace tensordash::conformance
