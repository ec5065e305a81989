#pragma once

#include <cmath>
#include <vector>

#include "hw/numeric/exact_accumulator.h"
#include "tests/hw/compression/random_rows.h"

namespace tensordash {

/// The exact product of two tensors, pair by pair of their dense rows.
inline float dense_product(const std::vector<LaneRow>& a, const std::vector<LaneRow>& b) {
  ExactAccumulator sum;
  for (std::size_t k = 0; k < a.size(); ++k) {
    for (unsigned lane = 0; lane < a[k].lanes(); ++lane) sum.add_product(a[k][lane], b[k][lane]);
  }
  return sum.round();
}

/// Values of all magnitudes, so that no order of rounding gives the exact sum by luck.
inline std::vector<LaneRow> wild_rows(RandomRows& random, std::size_t count, unsigned lanes) {
  std::vector<LaneRow> rows = random.rows(count, lanes);
  for (LaneRow& row : rows) {
    for (unsigned lane = 0; lane < lanes; ++lane) {
      row[lane] = std::ldexp(row[lane] * 1.1F, static_cast<int>(random.below(60)) - 30);
    }
  }
  return rows;
}

}  // namespace tensordash
