#pragma once

#include "hw/dram/front/dram_socket_front.h"
#include "hw/dram/lpddr4_core.h"

namespace tensordash {

/// The off-chip memory of the accelerator (paper, table 2: 16 GB, 4-channel LPDDR4-3200), with its
/// controller, behind a TLM-2.0 target socket: AT with the four phases of
/// the base protocol, LT with estimates, debug and DMI. See hw/dram/README.md.
///
///     Lpddr4<> memory("memory", DramConfiguration(DramParameters{}));
///     initiator.socket.bind(memory.socket);
template <unsigned bus_width = 32>
class Lpddr4 : public sc_core::sc_module {
 private:
  Lpddr4Core core_;

 public:
  DramSocketFront<bus_width> front;
  /// To which any number of initiators may be bound.
  tlm_utils::multi_passthrough_target_socket<DramFront, bus_width>& socket = front.socket;

  Lpddr4(const sc_core::sc_module_name& name, const DramConfiguration& configuration)
      : sc_core::sc_module(name),
        core_(configuration),
        front("front", core_.configuration(), core_.channels(), core_.estimator()) {
    core_.channels().set_owner(front);
    front.set_observer(&core_.observer());
  }

  const DramConfiguration& configuration() const { return core_.configuration(); }
  /// A channel; its `commands` port tells every command on its bus.
  DramChannel& channel(unsigned at) { return core_.channel(at); }
  /// Commands that loosely timed accesses would have taken.
  const LatencyEstimator& estimator() { return core_.estimator(); }
  /// Resets the memory: from now on it behaves as if the simulation began now, all rows closed, the
  /// refreshes of a fresh memory. Data stay, and clocks are counted on, in commands and statistics.
  /// An error under /tensordash/dram, and nothing done, while a transaction is in flight or between
  /// two edges of tCK. Loosely timed accesses whose delay reaches beyond now are forgotten.
  void reset() { core_.reset(front.idle()); }
  /// Counts up to the present simulation time.
  const DramStatistics& statistics() { return core_.statistics(); }
};

}  // namespace tensordash
