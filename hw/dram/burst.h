#pragma once

#include <cstdint>

#include "hw/dram/command.h"

namespace tensordash {

/// What a burst found its bank to be when the first command for it was given.
enum class RowOutcome : std::uint8_t { hit, closed, conflict };

/// One burst for a channel: a read, a write or a masked write of all its columns.
struct DramBurst {
  std::uint32_t row = 0;
  std::uint32_t column = 0;  ///< the first of the burst
  std::uint32_t owner = 0;   ///< the transaction, handed back
  std::uint8_t rank = 0, bank = 0;
  bool write = false;
  bool masked = false;  ///< a write of some of the bytes only
};

/// Who hands bursts to channels.
class BurstOwner {
 public:
  virtual ~BurstOwner() = default;

  /// The column command of a burst has been given: its last data is on the bus before clock
  /// `data_end`, and will be: there is no way back.
  virtual void burst_served(unsigned channel, const DramBurst& burst, RowOutcome outcome,
                            DramClock data_end) = 0;

  /// A full queue of the channel has room again.
  virtual void room_again(unsigned channel) = 0;

 protected:
  BurstOwner() = default;
  BurstOwner(const BurstOwner&) = default;
  BurstOwner& operator=(const BurstOwner&) = default;
};

/// Where bursts go: the channels of a memory.
class BurstPort {
 public:
  virtual ~BurstPort() = default;

  /// The channel's queue has no room for another burst.
  virtual bool full(unsigned channel) const = 0;

  /// Queues a burst at the present simulation time. The queue has room.
  virtual void push(unsigned channel, const DramBurst& burst) = 0;

 protected:
  BurstPort() = default;
  BurstPort(const BurstPort&) = default;
  BurstPort& operator=(const BurstPort&) = default;
};

/// What a burst would have cost.
struct BurstEstimate {
  DramClock data_end = 0;  ///< the last data is on the bus before this clock
  RowOutcome outcome = RowOutcome::hit;
};

/// Estimates of bursts that are not simulated, for loosely timed accesses. It remembers what it
/// answered: open rows, busy banks and buses, refreshes.
class BurstEstimator {
 public:
  virtual ~BurstEstimator() = default;

  /// Serves a burst that arrives at `arrival`, which may lie ahead of the simulation, and before
  /// the arrival of the burst served last.
  virtual BurstEstimate serve(unsigned channel, const DramBurst& burst, DramClock arrival) = 0;

 protected:
  BurstEstimator() = default;
  BurstEstimator(const BurstEstimator&) = default;
  BurstEstimator& operator=(const BurstEstimator&) = default;
};

}  // namespace tensordash
