#pragma once

#include <vector>

#include "hw/dram/burst.h"
#include "hw/dram/controller/bus_calendar.h"
#include "hw/dram/controller/refresh_plan.h"
#include "hw/dram/controller/timing_state.h"

namespace tensordash {

/// What bursts would cost, without simulating a channel: each is served at the first clock that the
/// rows, buses and refreshes left by the bursts before it allow. Bursts of one bank are served in
/// the order of the calls, those of several banks as the buses have gaps.
///
/// With one access at a time the answer is the controller's to the clock, for all-bank refresh that
/// is not put off and without power-down. It differs where the controller has a choice among
/// several bursts: the estimate knows no burst that comes later.
class LatencyEstimator : public BurstEstimator {
 public:
  explicit LatencyEstimator(const DramConfiguration& configuration);

  BurstEstimate serve(unsigned channel, const DramBurst& burst, DramClock arrival) override;

  /// Forgets all bursts.
  void reset();

  /// Forgets all bursts but what they counted; clock 0 is `clock` from now on.
  void restart(DramClock clock);

  /// Commands of a kind that the bursts so far would have taken, all channels together.
  std::uint64_t commands(DramCommand command) const { return commands_[index_of(command)]; }

 private:
  static constexpr std::uint32_t closed_row = ~std::uint32_t{0};

  struct Bank {
    std::uint32_t row = closed_row;
    DramClock last_access = 0;
    DramCommand last_command = DramCommand::rd;
  };

  struct Rank {
    RefreshPlan refresh;
    std::vector<Bank> banks;
    DramClock idle_since = 0;
  };

  struct Channel {
    TimingState timing;
    BusCalendar columns;      ///< kinds: 2 * rank, and 1 more for writes
    BusCalendar activations;  ///< kinds: ranks
    std::vector<Rank> ranks;
  };

  void forget();
  BurstEstimate serve_from_epoch(unsigned channel, const DramBurst& burst, DramClock arrival);
  static DramClock first_clock(const Channel& channel, DramCommand command, const DramBurst& burst,
                               DramClock from);
  DramClock give(Channel& channel, DramCommand command, unsigned rank, unsigned bank,
                 DramClock from);
  void refresh_until(Channel& channel, const DramBurst& burst, DramClock arrival,
                     DramClock command);
  void refresh_rank(Channel& channel, const DramBurst& burst);
  void refresh_bank(Channel& channel, const DramBurst& burst, DramClock arrival);
  void close_by_policy(Channel& channel, unsigned rank, unsigned number, DramClock clock);
  void wake(Channel& channel, const DramBurst& burst, DramClock arrival);
  void close_all(Channel& channel, const DramBurst& burst, DramClock from);

  DramConfiguration configuration_;
  unsigned read_latency_, write_latency_;  ///< first edge to end of data
  DramClock epoch_ = 0;                    ///< of the last reset: clocks are counted from there
  std::vector<Channel> channels_;
  std::array<std::uint64_t, dram_command_count> commands_{};
};

}  // namespace tensordash
