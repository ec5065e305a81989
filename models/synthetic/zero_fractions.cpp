#include "models/synthetic/zero_fractions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string_view>

#include "models/synthetic/portable_math.h"

namespace tensordash {
namespace {

void require_fraction(std::string_view what, double value) {
  if (value >= 0 && value <= 1) return;
  throw std::invalid_argument(fmt::format("{} is {}; allowed: 0 to 1", what, value));
}

/// The integral of t^(a-1) (1-t)^(b-1) from 0 to x, for 0 < x <= 1/2: a power series of positive
/// terms (Abramowitz and Stegun, 26.5.4).
double lower_integral(double x, double a, double b) {
  double term = 1;
  double sum = 1;
  for (int n = 0; term > 1e-17 * sum; ++n) {
    term *= x * (a + b + n) / (a + 1 + n);
    sum += term;
  }
  return portable_exp(a * portable_log(x) + b * portable_log(1 - x)) * sum / a;
}

struct GridPoint {
  double x, below;  ///< a fraction, and how much of the distribution lies below it
};

/// Places from 0 to 1/2: even steps, and closer and closer ones towards 0, where most of a
/// clustered distribution is.
std::vector<double> half_grid() {
  constexpr int finest = 32;
  constexpr int even = 10;
  std::vector<double> grid;
  for (int power = finest; power > even; --power) grid.push_back(std::ldexp(1.0, -power));
  for (int step = 1; step <= 1 << (even - 1); ++step) grid.push_back(std::ldexp(step, -even));
  return grid;
}

/// The cumulative Beta distribution, from (0, 0) to (1, 1).
std::vector<GridPoint> beta_grid(double a, double b) {
  const std::vector<double> half = half_grid();
  const double whole = lower_integral(0.5, a, b) + lower_integral(0.5, b, a);
  std::vector<GridPoint> points{{0, 0}};
  for (const double x : half) points.push_back({x, lower_integral(x, a, b) / whole});
  // The upper half is the lower one of the mirrored distribution.
  for (auto x = half.rbegin() + 1; x != half.rend(); ++x) {
    points.push_back({1 - *x, 1 - lower_integral(*x, b, a) / whole});
  }
  points.push_back({1, 1});
  return points;
}

/// Quantiles in the middle of `count` even parts.
std::vector<double> quantiles_of(const std::vector<GridPoint>& grid, std::size_t count) {
  std::vector<double> quantiles;
  std::size_t at = 1;
  for (std::size_t part = 0; part < count; ++part) {
    const double below = (static_cast<double>(part) + 0.5) / static_cast<double>(count);
    while (grid[at].below < below) ++at;
    const GridPoint& from = grid[at - 1];
    const GridPoint& to = grid[at];
    const double share = (below - from.below) / (to.below - from.below);
    quantiles.push_back(from.x + share * (to.x - from.x));
  }
  return quantiles;
}

std::int64_t in_steps(double fraction) {
  return static_cast<std::int64_t>(
      std::floor(fraction * static_cast<double>(ZeroFractions::steps) + 0.5));
}

/// Gives the quantiles the sum that they should have. The difference goes to those in the middle,
/// so that maps that are all zero stay so.
void correct_sum(std::vector<std::int64_t>& quantiles, std::int64_t sum) {
  const std::size_t count = quantiles.size();
  const auto middle =
      std::lower_bound(quantiles.begin(), quantiles.end(), ZeroFractions::steps / 2);
  const auto upper = static_cast<std::size_t>(middle - quantiles.begin());
  std::int64_t missing = sum;
  for (const std::int64_t quantile : quantiles) missing -= quantile;
  for (std::size_t step = 0; step < count && missing != 0; ++step) {
    std::int64_t& quantile =
        quantiles[(missing > 0 ? upper + count - 1 - step : upper + step) % count];
    const std::int64_t corrected =
        std::clamp(quantile + missing, std::int64_t{0}, ZeroFractions::steps);
    missing -= corrected - quantile;
    quantile = corrected;
  }
}

}  // namespace

ZeroFractions::ZeroFractions(double mean, double cluster) {
  constexpr std::size_t table_size = 4096;
  require_fraction("the fraction of zeros", mean);
  require_fraction("cluster", cluster);
  const std::int64_t mean_steps = in_steps(mean);
  const bool certain = mean_steps == 0 || mean_steps == steps;
  all_or_nothing_ = cluster == 1 && !certain;
  if (certain || all_or_nothing_ || cluster < least_cluster) {
    quantiles_ = {mean_steps};
    return;
  }
  const double precision = 1 / cluster - 1;
  for (const double quantile :
       quantiles_of(beta_grid(mean * precision, (1 - mean) * precision), table_size)) {
    quantiles_.push_back(in_steps(quantile));
  }
  correct_sum(quantiles_, mean_steps * static_cast<std::int64_t>(table_size));
}

}  // namespace tensordash
