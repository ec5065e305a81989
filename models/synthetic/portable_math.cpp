#include "models/synthetic/portable_math.h"

#include <cfloat>
#include <cmath>

namespace tensordash {
namespace {

static_assert(FLT_EVAL_METHOD == 0, "doubles are rounded to doubles after every operation");

constexpr double ln2 = 0.69314718055994530942;

}  // namespace

double portable_log(double x) {
  constexpr double root_half = 0.70710678118654752440;
  int exponent = 0;
  double mantissa = std::frexp(x, &exponent);
  if (mantissa < root_half) {
    mantissa *= 2;
    --exponent;
  }
  // ln m = 2 atanh s, whose series ends early because |s| is at most 0.172.
  const double s = (mantissa - 1) / (mantissa + 1);
  double sum = 0;
  for (int odd = 25; odd >= 1; odd -= 2) sum = sum * (s * s) + 1.0 / odd;
  return exponent * ln2 + 2 * s * sum;
}

double portable_exp(double x) {
  constexpr double underflow = -745;
  if (x < underflow) return 0;
  const double whole = std::floor(x / ln2 + 0.5);
  const double rest = x - whole * ln2;  // at most 0.35
  double sum = 1;
  for (int n = 18; n >= 1; --n) sum = 1 + sum * rest / n;
  return std::ldexp(sum, static_cast<int>(whole));
}

}  // namespace tensordash
