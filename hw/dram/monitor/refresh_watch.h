#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "hw/dram/command.h"
#include "hw/dram/parameters.h"

namespace tensordash {

/// Whether every rank is refreshed often enough: over any stretch of time outside self-refresh at
/// least one REF, or a REFPB to each bank, every tREFI, less those that may be postponed
/// (JESD209-4, refresh requirements: 8 at most).
///
/// With fewer than 8 postponed, some time is allowed for a refresh that has become due to begin:
/// for the refresh, row cycle or power-down that it finds under way. The first one of a rank may
/// come an interval later, since channels may be out of step.
class RefreshWatch {
 public:
  RefreshWatch(const DramSpec& spec, unsigned ranks, RefreshMode mode, unsigned postpone);

  /// No rank is late at `clock` or before.
  bool in_time(DramClock clock) const { return static_cast<std::int64_t>(clock) <= earliest_; }

  /// Whether a rank is late at `clock`: clocks since what was refreshed last was due, if too many.
  /// It is forgiven once it has been told.
  std::optional<std::int64_t> late(unsigned rank, DramClock clock);

  /// All ranks were reset at `clock`.
  void reset(DramClock clock);

  bool enabled() const { return enabled_; }

  /// Clocks that late() tolerates.
  std::int64_t allowed() const { return allowed_; }

  /// A command of a rank within range.
  void note(const DramCommandRecord& command);

 private:
  void pay(unsigned rank, DramClock clock, std::int64_t parts);
  void set_earliest();
  std::int64_t deadline(unsigned rank) const;

  /// Time is counted in parts of a clock, as many as there are banks, so that a REFPB pays for a
  /// whole number of them.
  std::int64_t parts_, interval_, allowed_;
  bool enabled_;
  struct Rank {
    std::int64_t paid = 0;  ///< until when refreshes were given, in parts
    bool refreshes_itself = false;
  };
  std::vector<Rank> ranks_;
  std::int64_t earliest_ = 0;  ///< deadline, in clocks, of the rank whose comes first
};

}  // namespace tensordash
