#include "models/golden/replay.h"

#include <cmath>
#include <cstdint>
#include <cstring>

namespace tensordash::golden {
namespace {

// Each operation is done in double and rounded once more to float, and that second rounding never
// changes the result. A product of two floats has 48 bits: exact in double, so only the cast
// rounds. For a sum, a double keeps 53 >= 2 * 24 + 2 bits, which makes double rounding harmless; a
// sum small enough to be subnormal is a multiple of 2^-149 below 2^-126 and exact in either format.
float multiply(float x, float y) {
  return static_cast<float>(static_cast<double>(x) * static_cast<double>(y));
}

float add(float x, float y) {
  return static_cast<float>(static_cast<double>(x) + static_cast<double>(y));
}

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

constexpr std::size_t widest = 4;  // columns that go through the tree side by side

}  // namespace

Replay::Replay(std::size_t lanes)
    : lanes_(lanes), tree_width_(power_of_two_from(lanes)), level_(tree_width_ * widest) {}

template <std::size_t Columns>
void Replay::run_columns(const std::vector<StreamPlace>& slots, const float* b, const float* a,
                         std::size_t stride, float* sums) {
  float* const level = level_.data();
  for (std::size_t step = 0; step < slots.size(); step += lanes_) {
    for (std::size_t lane = 0; lane < tree_width_; ++lane) {
      float* products = level + lane * Columns;
      const StreamPlace place = lane < lanes_ ? slots[step + lane] : idle_slot;
      if (place == idle_slot) {
        for (std::size_t c = 0; c < Columns; ++c) products[c] = 0.0f;
      } else {
        const auto index = static_cast<std::size_t>(place);
        const float* dense = a + index * stride;
        for (std::size_t c = 0; c < Columns; ++c) products[c] = multiply(b[index], dense[c]);
      }
    }
    for (std::size_t nodes = tree_width_ / 2; nodes > 0; nodes /= 2) {
      for (std::size_t node = 0; node < nodes; ++node) {
        const float* left = level + 2 * node * Columns;
        float sum[Columns];
        for (std::size_t c = 0; c < Columns; ++c) sum[c] = add(left[c], left[Columns + c]);
        std::memcpy(level + node * Columns, sum, sizeof sum);
      }
    }
    for (std::size_t c = 0; c < Columns; ++c) sums[c] = add(sums[c], level[c]);
  }
  for (std::size_t c = 0; c < Columns; ++c) sums[c] = with_one_nan(sums[c]);
}

void Replay::run(const std::vector<StreamPlace>& slots, const float* b, const float* a,
                 std::size_t stride, std::size_t columns, float* sums) {
  std::size_t column = 0;
  for (; column + widest <= columns; column += widest) {
    run_columns<widest>(slots, b, a + column, stride, sums + column);
  }
  for (; column < columns; ++column) {
    run_columns<1>(slots, b, a + column, stride, sums + column);
  }
}

}  // namespace tensordash::golden
