#pragma once

#include <systemc>

#include "hw/dram/command.h"
#include "hw/dram/spec.h"

namespace tensordash {

/// Turns simulation time into clocks of the command bus and back. Clock 0 is time 0.
class DramClockBase {
 public:
  /// Reports an error under /tensordash/dram when the time resolution cannot express tCK.
  explicit DramClockBase(const DramSpec& spec);

  /// The first edge at or after `time`.
  DramClock at_or_after(const sc_core::sc_time& time) const {
    return (time.value() + tck_ - 1) / tck_;
  }
  sc_core::sc_time time(DramClock clock) const {
    return sc_core::sc_time::from_value(clock * tck_);
  }
  DramClock now() const { return at_or_after(sc_core::sc_time_stamp()); }

 private:
  sc_dt::uint64 tck_ = 1;  ///< in units of the time resolution
};

}  // namespace tensordash
