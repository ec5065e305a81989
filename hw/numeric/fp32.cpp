#include "hw/numeric/fp32.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

namespace tensordash {

namespace {

void check_tree_lanes(unsigned lanes) {
  if (lanes < 1 || lanes > fp32_max_tree_lanes) {
    throw std::invalid_argument("fp32 adder tree: " + std::to_string(lanes) +
                                " lanes, allowed are 1 to " + std::to_string(fp32_max_tree_lanes));
  }
}

unsigned next_power_of_two(unsigned lanes) {
  unsigned width = 1;
  while (width < lanes) {
    width *= 2;
  }
  return width;
}

}  // namespace

float fp32_multiply(float a, float b) {
  return canonical(a * b);
}

float fp32_add(float a, float b) {
  return canonical(a + b);
}

void fp32_multiply_row_any(const float* a, const float* b, float* products, unsigned lanes) {
  for (unsigned lane = 0; lane < lanes; ++lane) {
    products[lane] = canonical(a[lane] * b[lane]);
  }
}

float fp32_tree_sum_any(const float* products, unsigned lanes) {
  check_tree_lanes(lanes);
  std::array<float, fp32_max_tree_lanes> sums;
  unsigned width = next_power_of_two(lanes);
  std::copy_n(products, lanes, sums.begin());
  std::fill(sums.begin() + lanes, sums.begin() + width, 0.0f);
  for (; width > 1; width /= 2) {
    for (unsigned node = 0; node < width / 2; ++node) {
      sums[node] = sums[2 * node] + sums[2 * node + 1];
    }
  }
  return canonical(sums[0]);
}

}  // namespace tensordash
