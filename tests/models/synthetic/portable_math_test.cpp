#include "models/synthetic/portable_math.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace tensordash {
namespace {

void expect_close(double found, double expected) {
  EXPECT_NEAR(found, expected, 4e-15 * std::max(1.0, std::abs(expected)));
}

TEST(PortableMath, LogarithmIsThatOfTheLibrary) {
  for (double x = 1e-300; x < 1e300; x *= 1.37) expect_close(portable_log(x), std::log(x));
  for (double x = 0.5; x < 2; x += 0.001) expect_close(portable_log(x), std::log(x));
  EXPECT_EQ(portable_log(1), 0);
}

TEST(PortableMath, ExponentialIsThatOfTheLibrary) {
  for (double x = -700; x < 700; x += 0.37) {
    EXPECT_NEAR(portable_exp(x) / std::exp(x), 1, 1e-12) << x;  // x itself is known to 1e-13
  }
  for (double x = -1; x < 1; x += 0.001) expect_close(portable_exp(x), std::exp(x));
  EXPECT_EQ(portable_exp(0), 1);
  EXPECT_EQ(portable_exp(-1e6), 0);
}

}  // namespace
}  // namespace tensordash
