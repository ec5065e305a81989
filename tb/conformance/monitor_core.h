#pragma once

#include <cstdint>
#include <deque>
#include <random>
#include <systemc>
#include <tlm>

#include "tb/conformance/findings.h"
#include "tb/conformance/phase_tracker.h"

namespace tensordash::conformance {

struct MonitorOptions {
  /// Accesses must be aligned bursts of a power of two, at most so many bytes. 0: any access.
  unsigned largest_aligned_burst = 0;
  /// The target side puts the address back before it answers (the standard allows it not to).
  bool address_comes_back = true;
  /// Holds END_REQ and BEGIN_RESP back, each for a random time up to these; 0: not at all. Phases
  /// that come as return values are then sent backward.
  sc_core::sc_time hold_request, hold_response;
  std::uint32_t seed = 1;
};

/// An InitiatorMonitor without its sockets.
class MonitorCore : public sc_core::sc_module,
                    protected tlm::tlm_fw_transport_if<>,
                    protected tlm::tlm_bw_transport_if<> {
 public:
  SC_HAS_PROCESS(MonitorCore);

  Findings findings;
  /// Counts transactions that are still in flight as findings. To be called at the end.
  void finish() { tracker_.finish(); }
  std::size_t in_flight() const { return tracker_.in_flight(); }
  /// Every rule that a monitor knows.
  static std::vector<Rule> rules();

 protected:
  MonitorCore(const sc_core::sc_module_name& name, const MonitorOptions& options);

  virtual tlm::tlm_fw_transport_if<>& target() = 0;
  virtual tlm::tlm_bw_transport_if<>& initiator() = 0;

  tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay) override;
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay) override;
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) override;
  unsigned transport_dbg(tlm::tlm_generic_payload& payload) override;
  bool get_direct_mem_ptr(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) override;
  void invalidate_direct_mem_ptr(sc_dt::uint64 first, sc_dt::uint64 last) override;

 private:
  struct Held {
    sc_core::sc_time time;
    tlm::tlm_generic_payload* payload;
    tlm::tlm_phase phase;
  };

  void check_entry(const tlm::tlm_generic_payload& payload);
  void check_limits(const tlm::tlm_generic_payload& payload);
  tlm::tlm_sync_enum begin_request(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                   sc_core::sc_time& delay);
  bool holds() const;
  void hold(tlm::tlm_generic_payload& payload, const tlm::tlm_phase& phase,
            const sc_core::sc_time& delay);
  void let_go();
  void deliver(const Held& held);

  const MonitorOptions options_;
  PhaseTracker tracker_;
  std::mt19937 random_;
  std::deque<Held> held_;
  sc_core::sc_event held_event_{"held_event"};
};

}  // namespace tensordash::conformance
