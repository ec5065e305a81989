#include "models/golden/replay.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace tensordash::golden {
namespace {

/// Sums only ever hand a NaN on, so it is enough to give it its one form at the end.
float with_one_nan(float value) {
  if (!std::isnan(value)) return value;
  const std::uint32_t bits = 0x7fc00000;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

std::size_t power_of_two_from(std::size_t count) {
  std::size_t width = 1;
  while (width < count) width *= 2;
  return width;
}

}  // namespace

Replay::Replay(std::size_t lanes, const ColumnKernels& kernels)
    : lanes_(lanes), tree_width_(power_of_two_from(lanes)), kernels_(&kernels) {}

void Replay::prepare(const std::vector<StreamPlace>& slots, const float* b, std::size_t length) {
  const auto nowhere = static_cast<std::uint32_t>(length);
  steps_ = slots.size() / lanes_;
  places_.resize(steps_ * tree_width_);
  values_.resize(steps_ * tree_width_);
  const StreamPlace* slot = slots.data();
  std::size_t at = 0;
  for (std::size_t step = 0; step < steps_; ++step) {
    for (std::size_t lane = 0; lane < lanes_; ++lane, ++slot, ++at) {
      places_[at] = *slot == idle_slot ? nowhere : static_cast<std::uint32_t>(*slot);
      values_[at] = b[places_[at]];
    }
    for (std::size_t lane = lanes_; lane < tree_width_; ++lane, ++at) {
      places_[at] = nowhere;
      values_[at] = 0.0f;
    }
  }
}

void Replay::run(const ColumnBlock& block, float* sums) const {
  std::fill_n(sums, block.columns, 0.0F);
  resume(block, sums);
}

void Replay::resume(const ColumnBlock& block, float* sums) const {
  kernels_->replay({places_.data(), values_.data(), steps_, tree_width_}, block, sums);
  for (std::size_t c = 0; c < block.columns; ++c) sums[c] = with_one_nan(sums[c]);
}

}  // namespace tensordash::golden
