#pragma once

#include "hw/dram/command.h"
#include "hw/dram/parameters.h"

namespace tensordash {

/// When a rank must be refreshed (JESD209-4, refresh requirement): one REF every tREFI, or one
/// REFPB every tREFIpb that goes round the banks; eight of the former may be owed.
class RefreshPlan {
 public:
  /// `rank` and `channel` set the phase: the refreshes of ranks are spread over the interval, those
  /// of channels only when staggered.
  RefreshPlan(const DramConfiguration& configuration, unsigned channel, unsigned rank);

  bool enabled() const { return interval_ != 0; }
  bool per_bank() const { return per_bank_; }
  /// Clock of the oldest refresh that has not been given.
  DramClock next_due() const { return next_due_; }
  /// Refreshes that should have been given by `now`.
  DramClock owed(DramClock now) const {
    return enabled() && now >= next_due_ ? (now - next_due_) / interval_ + 1 : 0;
  }
  /// Refreshes that may be owed while there is work.
  DramClock may_owe() const { return may_owe_; }
  /// The refreshes owed may not be put off any more, or nothing speaks against them (`busy`: there
  /// is work for the rank). Once pressing, it stays so until none is owed. Refreshes that were put
  /// off press early enough for rows to be closed before their time is over.
  bool pressing(DramClock now, bool busy);
  /// No refresh is owed before next_due(); then pressing() need not be asked.
  bool rests(DramClock now) {
    if (!enabled() || now >= next_due_) return false;
    if (!per_bank_) batch_ = false;
    return true;
  }
  /// First clock after `now` at which pressing() may change by itself.
  DramClock next_change(DramClock now) const;

  /// Banks not yet refreshed in this round, bit by bit.
  std::uint32_t round() const { return round_; }

  /// All banks were refreshed since the last self-refresh: before that, there must be no other.
  bool may_rest() const { return before_rest_ == 0; }

  /// A refresh was given; `bank` for a per-bank one.
  void given(unsigned bank);
  /// The rank left self-refresh: nothing is owed.
  void restart(DramClock now);

 private:
  DramClock interval_ = 0, next_due_ = 0, may_owe_ = 0;
  DramClock hurry_ = 0;  ///< clocks by which a refresh presses before it is late
  std::uint32_t all_banks_ = 0, round_ = 0;
  unsigned banks_;
  unsigned before_rest_ = 0;  ///< refreshes missing before the next self-refresh
  bool per_bank_ = false, batch_ = false;
};

}  // namespace tensordash
