#include "hw/dram/controller/refresh_plan.h"

namespace tensordash {

RefreshPlan::RefreshPlan(const DramConfiguration& configuration, unsigned channel, unsigned rank)
    : all_banks_((std::uint32_t{1} << configuration.spec.banks) - 1), round_(all_banks_) {
  const DramParameters& parameters = configuration.parameters;
  const DramTimings& timings = configuration.spec.timings;
  if (parameters.refresh == RefreshMode::none) return;
  per_bank_ = parameters.refresh == RefreshMode::per_bank;
  interval_ = per_bank_ ? timings.trefipb : timings.trefi;
  may_owe_ = parameters.refresh_postpone * (per_bank_ ? configuration.spec.banks : 1);
  const bool staggered = parameters.refresh_phase == RefreshPhase::staggered;
  const DramClock parts = parameters.ranks * (staggered ? parameters.channels : 1);
  const DramClock part = rank * (staggered ? parameters.channels : 1) + (staggered ? channel : 0);
  next_due_ = interval_ * (part + 1) / parts;
}

bool RefreshPlan::pressing(DramClock now, bool busy) {
  const DramClock owing = owed(now);
  if (owing == 0) return batch_ = false;
  if (owing > may_owe_ || !busy) batch_ = true;
  return batch_;
}

DramClock RefreshPlan::next_change(DramClock now) const {
  if (!enabled()) return ~DramClock{0};
  if (now < next_due_) return next_due_;
  return next_due_ + ((now - next_due_) / interval_ + 1) * interval_;
}

void RefreshPlan::given(unsigned bank) {
  next_due_ += interval_;
  if (!per_bank_) return;
  round_ &= ~(std::uint32_t{1} << bank);
  if (round_ == 0) round_ = all_banks_;
}

void RefreshPlan::restart(DramClock now) {
  next_due_ = now + interval_;
  batch_ = false;
}

}  // namespace tensordash
