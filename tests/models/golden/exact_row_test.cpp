#include "models/golden/exact_row.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "tests/models/golden/bits.h"
#include "tests/models/golden/fixed_point_sum.h"

/// Sums of many columns at once against one exact sum a column and against big integers.
namespace tensordash::golden_testing {
namespace {

using golden::Sidedness;

/// `spread`: binades between the largest and the smallest magnitudes; 0 for any bits at all,
/// infinities and NaN included.
float wild_value(std::mt19937& random, int spread) {
  if (random() % 6 == 0) return random() % 2 == 0 ? 0.0f : -0.0f;
  const auto bits = static_cast<std::uint32_t>(random());
  if (spread == 0) return float_of(bits);
  const int exponent = static_cast<int>(random() % static_cast<unsigned>(spread)) - spread / 2;
  return std::ldexp(float_of((bits & 0x807fffffu) | 0x3f800000u), exponent);
}

void expect_equal(const golden::ColumnKernels& kernels, Sidedness sidedness, int spread,
                  unsigned seed) {
  std::mt19937 random(seed);
  const std::size_t length = 1 + random() % 700, columns = 1 + random() % 17;
  std::vector<float> b, block;
  for (std::size_t k = 0; k < length; ++k) b.push_back(wild_value(random, spread));
  for (std::size_t k = 0; k < length * columns; ++k) block.push_back(wild_value(random, spread));
  if (spread != 0 && length > 2) {  // cancels to almost nothing
    b[length - 1] = -b[0];
    for (std::size_t c = 0; c < columns; ++c) block[(length - 1) * columns + c] = block[c];
  }
  golden::ExactRow row(sidedness, kernels);
  row.prepare(b.data(), length);
  std::vector<float> sums(columns);
  for (int again = 0; again < 2; ++again) row.run({block.data(), columns, columns}, sums.data());
  for (std::size_t c = 0; c < columns; ++c) {
    golden::DotProduct dot(sidedness);
    std::vector<float> a;
    for (std::size_t k = 0; k < length; ++k) {
      a.push_back(block[k * columns + c]);
      dot.add(b[k], a[k]);
    }
    ASSERT_EQ(bits_of(sums[c]), bits_of(dot.take())) << "spread " << spread << " seed " << seed;
    if (spread == 0) continue;
    ASSERT_EQ(bits_of(sums[c]), bits_of(fixed_point_dot(b, a)));
  }
}

TEST(ExactRow, equals_one_sum_a_column_whatever_the_values) {
  for (const golden::ColumnKernels* kernels :
       {&golden::portable_kernels, &golden::column_kernels()}) {
    for (int spread : {1, 12, 30, 60, 120, 250, 0}) {
      for (unsigned seed = 0; seed < 12; ++seed) {
        for (Sidedness sidedness : {Sidedness::none, Sidedness::one_sided, Sidedness::two_sided}) {
          expect_equal(*kernels, sidedness, spread, seed);
        }
      }
    }
  }
}

}  // namespace
}  // namespace tensordash::golden_testing
