#include "hw/dram/statistics/rank_activity.h"

#include <fmt/format.h>

namespace tensordash {

RankResidency RankActivity::residency(DramClock until) const {
  if (until < last_command_) refuse_backwards(until, last_command_);
  RankActivity copy = *this;
  copy.settle(until);
  return copy.residency_;
}

void RankActivity::reset(DramClock clock) {
  if (clock < last_command_) refuse_backwards(clock, last_command_);
  settle(clock);
  // An auto-precharge or a refresh that a reset cuts short may have been booked beyond it.
  active_end_ = clock;
  open_ = 0;
  power_down_ = self_refresh_ = false;
}

void RankActivity::refuse_backwards(DramClock clock, DramClock last) {
  throw DramError(fmt::format(
      "activity of a rank at clock {}, allowed: from its last command at {} on", clock, last));
}

void RankActivity::on_rank_command(DramCommand command, DramClock clock) {
  settle(clock);
  switch (command) {
    case DramCommand::prea:
      close(open_);
      break;
    case DramCommand::ref:
      stay_active(clock + trfcab_);
      break;
    case DramCommand::pde:
      power_down_ = true;
      break;
    case DramCommand::pdx:
      power_down_ = false;
      break;
    case DramCommand::sre:
      self_refresh_ = true;
      break;
    case DramCommand::srx:
      self_refresh_ = false;
      break;
    default:
      break;
  }
}

void RankActivity::close(std::uint32_t banks) {
  open_ &= ~banks;
  for (; banks != 0; banks &= banks - 1) ++banks_closed_;
}

}  // namespace tensordash
