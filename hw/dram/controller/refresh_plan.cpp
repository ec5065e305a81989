#include "hw/dram/controller/refresh_plan.h"

namespace tensordash {

RefreshPlan::RefreshPlan(const DramConfiguration& configuration, unsigned channel, unsigned rank)
    : all_banks_((std::uint32_t{1} << configuration.spec.banks) - 1),
      round_(all_banks_),
      banks_(configuration.spec.banks) {
  const DramParameters& parameters = configuration.parameters;
  const DramTimings& timings = configuration.spec.timings;
  if (parameters.refresh == RefreshMode::none) return;
  per_bank_ = parameters.refresh == RefreshMode::per_bank;
  interval_ = per_bank_ ? timings.trefipb : timings.trefi;
  // From a write to the last row of a rank to its REF.
  if (parameters.refresh_postpone != 0) {
    hurry_ = timings.wl + timings.tdqss + configuration.spec.burst_clocks() + timings.twr +
             timings.trcpb + timings.trpab;
  }
  may_owe_ = parameters.refresh_postpone * (per_bank_ ? configuration.spec.banks : 1);
  const bool staggered = parameters.refresh_phase == RefreshPhase::staggered;
  const DramClock parts = parameters.ranks * (staggered ? parameters.channels : 1);
  const DramClock part = rank * (staggered ? parameters.channels : 1) + (staggered ? channel : 0);
  next_due_ = interval_ * (part + 1) / parts;
}

bool RefreshPlan::pressing(DramClock now, bool busy) {
  const DramClock owing = owed(now);
  if (owing == 0) return batch_ = false;
  if (owed(now + hurry_) > may_owe_ || !busy) batch_ = true;
  return batch_;
}

DramClock RefreshPlan::next_change(DramClock now) const {
  if (!enabled()) return ~DramClock{0};
  if (now < next_due_) return next_due_;
  const DramClock next = next_due_ + owed(now) * interval_;
  // The last one that may be owed presses before the next one is due.
  return hurry_ != 0 && now + hurry_ < next ? next - hurry_ : next;
}

void RefreshPlan::given(unsigned bank) {
  next_due_ += interval_;
  if (before_rest_ != 0) --before_rest_;
  if (!per_bank_) return;
  round_ &= ~(std::uint32_t{1} << bank);
  if (round_ == 0) round_ = all_banks_;
}

void RefreshPlan::restart(DramClock now) {
  next_due_ = now + interval_;
  batch_ = false;
  round_ = all_banks_;
  if (enabled()) before_rest_ = per_bank_ ? banks_ : 1;
}

}  // namespace tensordash
