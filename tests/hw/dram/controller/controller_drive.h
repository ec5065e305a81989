#pragma once

#include <functional>
#include <vector>

#include "hw/dram/controller/channel_controller.h"

namespace tensordash::testing {

/// A burst and the clock at which it arrives.
struct Arrival {
  DramClock clock = 0;
  DramBurst burst;
};

Arrival read_at(DramClock clock, unsigned bank, unsigned row, unsigned column = 0,
                unsigned rank = 0);
Arrival write_at(DramClock clock, unsigned bank, unsigned row, unsigned column = 0,
                 unsigned rank = 0);
Arrival masked_write_at(DramClock clock, unsigned bank, unsigned row, unsigned column = 0,
                        unsigned rank = 0);

/// A burst that was served.
struct Service {
  std::uint32_t owner = 0;  ///< its place among the arrivals
  RowOutcome outcome = RowOutcome::hit;
  DramClock arrival = 0, data_end = 0;
  bool write = false;

  DramClock latency() const { return data_end - arrival; }
};

/// What a controller did.
struct Driven {
  std::vector<DramCommandRecord> commands;
  std::vector<Service> services;  ///< as their column commands were given

  /// Clocks of the commands of a kind.
  std::vector<DramClock> clocks(DramCommand command) const;
  const Service& service(std::uint32_t owner) const;
};

/// Runs a controller without a kernel up to and including clock `end`: bursts come at their clocks,
/// or as soon as the queue has room. `watch` sees every command; without it the monitor's checker
/// does, and a command that is not legal throws std::logic_error.
Driven drive(const DramConfiguration& configuration, std::vector<Arrival> arrivals, DramClock end,
             const std::function<void(const DramCommandRecord&)>& watch = {});

/// One x16 channel of one rank with an open page policy and no refresh.
DramParameters quiet_parameters();

}  // namespace tensordash::testing
