#include "models/engine/column_kernel.h"

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "hw/numeric/fp32.h"
#include "tests/models/engine/every_instruction_set.h"

namespace tensordash::engine {
namespace {

class ColumnKernel : public EveryInstructionSet {};

constexpr std::int32_t places = 37;

/// Finite values, magnitudes far apart, with zeros of both signs and subnormals among them.
float wild(std::mt19937& random) {
  if (random() % 8 == 0) return random() % 2 == 0 ? 0.0F : -0.0F;
  const std::uint32_t exponent = random() % 6 == 0 ? random() % 255 : 120 + random() % 12;
  return fp32_value(
      static_cast<std::uint32_t>((random() & 1U) << 31 | exponent << 23 | (random() & 0x7fffffU)));
}

/// A block of columns and the work of `lanes` lanes on them; the last place holds +0.
struct Work {
  Work(unsigned lane_count, std::size_t step_count, unsigned seed)
      : lanes(lane_count),
        steps(step_count),
        width(column_block()),
        a((places + 1) * width),
        sums(width) {
    std::mt19937 random(seed);
    std::generate_n(a.begin(), places * width, [&] { return wild(random); });
    std::generate(sums.begin(), sums.end(), [&] { return wild(random); });
    for (std::size_t at = 0; at < steps * lanes; ++at) {
      const bool idle = random() % 4 == 0;
      b.push_back(idle ? 0.0F : wild(random));
      place.push_back(idle ? places : static_cast<std::int32_t>(random() % places));
    }
  }

  /// One column by the hardware's own arithmetic.
  float expected(std::size_t column) const {
    float sum = sums[column];
    for (std::size_t step = 0; step < steps; ++step) {
      float products[fp32_max_tree_lanes];
      for (unsigned lane = 0; lane < lanes; ++lane) {
        const std::size_t at = step * lanes + lane;
        products[lane] =
            fp32_multiply(b[at], a[static_cast<std::size_t>(place[at]) * width + column]);
      }
      sum = fp32_add(sum, fp32_tree_sum(products, lanes));
    }
    return sum;
  }

  void compare() const {
    std::vector<float> result = sums;
    accumulate_columns({b.data(), place.data(), steps, lanes}, a.data(), result.data());
    for (std::size_t column = 0; column < width; ++column) {
      ASSERT_EQ(fp32_bits(canonical(result[column])), fp32_bits(expected(column)))
          << lanes << " lanes, " << steps << " steps, column " << column;
    }
  }

  unsigned lanes;
  std::size_t steps, width;
  std::vector<float> a, sums, b;
  std::vector<std::int32_t> place;
};

TEST_P(ColumnKernel, EqualsTheHardwareForEveryLaneCount) {
  for (unsigned lanes = 1; lanes <= fp32_max_tree_lanes; ++lanes) {
    for (unsigned trial = 0; trial < 10; ++trial) Work(lanes, trial, 64 * trial + lanes).compare();
  }
}

TEST_P(ColumnKernel, EqualsTheHardwareOverManySteps) {
  for (unsigned seed = 0; seed < 50; ++seed) Work(16, 500, seed).compare();
}

TEST_P(ColumnKernel, InfinitiesAndNaN) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    Work work(seed % 2 == 0 ? 16 : 1 + seed % 64, 4, seed);
    std::mt19937 random(seed);
    for (unsigned time = 0; time < 3; ++time) {
      work.a[random() % (places * work.width)] = std::numeric_limits<float>::infinity();
      work.b[random() % work.b.size()] = -std::numeric_limits<float>::max();
    }
    work.a[random() % (places * work.width)] = std::nanf("5");
    work.compare();
  }
}

TEST_P(ColumnKernel, IdleLanesAddPlusZero) {
  for (const unsigned lanes : {1U, 5U, 16U, 64U}) {
    const std::vector<float> b(lanes);
    const std::vector<std::int32_t> place(lanes);
    const std::vector<float> a(column_block());
    std::vector<float> sums(column_block(), -0.0F);
    accumulate_columns({b.data(), place.data(), 1, lanes}, a.data(), sums.data());
    for (const float sum : sums) EXPECT_EQ(fp32_bits(sum), 0U) << "-0 + +0 is +0";
  }
}

INSTANTIATE_TEST_SUITE_P(InstructionSets, ColumnKernel, every_instruction_set(), name_of_set);

}  // namespace
}  // namespace tensordash::engine
