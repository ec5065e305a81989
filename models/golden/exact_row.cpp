#include "models/golden/exact_row.h"

#include <algorithm>

namespace tensordash::golden {
namespace {

/// Pairs a piece: few, so that little is added up again and two doubles seldom fall short; enough,
/// so that the exact sum that collects the pieces costs nothing beside them.
constexpr std::size_t piece = 256;

}  // namespace

void ExactRow::prepare(const float* b, std::size_t length) {
  places_.resize(length);
  values_.resize(length);
  const bool keep_zeros = sidedness_ == Sidedness::none;
  std::size_t kept = 0;
  for (std::size_t place = 0; place < length; ++place) {
    places_[kept] = static_cast<std::uint32_t>(place);
    values_[kept] = static_cast<double>(b[place]);
    kept += (b[place] != 0.0f || keep_zeros) ? 1 : 0;
  }
  places_.resize(kept);
  values_.resize(kept);
}

void ExactRow::run(const ColumnBlock& block, float* sums) {
  dots_.resize(std::max(dots_.size(), block.columns), DotProduct(sidedness_));
  high_.resize(dots_.size());
  low_.resize(dots_.size());
  lost_.resize(dots_.size());
  for (std::size_t first = 0; first < places_.size(); first += piece) {
    run_piece(first, std::min(piece, places_.size() - first), block);
  }
  for (std::size_t c = 0; c < block.columns; ++c) sums[c] = dots_[c].take();
}

void ExactRow::run_piece(std::size_t first, std::size_t count, const ColumnBlock& block) {
  const std::uint32_t* places = places_.data() + first;
  const double* values = values_.data() + first;
  kernels_->sum(places, values, count, block, high_.data(), low_.data(), lost_.data());
  for (std::size_t c = 0; c < block.columns; ++c) {
    if (lost_[c] == 0) {
      dots_[c].add_sum(high_[c]);
      dots_[c].add_sum(low_[c]);
      continue;
    }
    for (std::size_t k = 0; k < count; ++k) {
      dots_[c].add(static_cast<float>(values[k]), block.values[places[k] * block.stride + c]);
    }
  }
}

}  // namespace tensordash::golden
