#pragma once

#include <cstdint>
#include <vector>

namespace tensordash {

/// How many zeros each feature map of a tensor has: fractions drawn from a Beta distribution.
///
/// With mean z and cluster c its parameters are z(1/c - 1) and (1 - z)(1/c - 1), so that the
/// standard deviation between maps is sqrt(c z (1 - z)) and c is the correlation of two places of
/// one map: 0, all maps alike; 1, every map either all zero or without a zero.
///
/// The distribution is a table of quantiles whose mean is z. It is made with arithmetic that gives
/// the same table on every machine.
class ZeroFractions {
 public:
  /// Below this, maps are taken as alike.
  static constexpr double least_cluster = 0.001;

  /// A fraction is a whole number of these steps.
  static constexpr std::int64_t steps = std::int64_t{1} << 31;

  /// `mean` and `cluster` from 0 to 1. Throws std::invalid_argument for others.
  ZeroFractions(double mean, double cluster);

  /// True if all maps have the mean.
  bool alike() const { return quantiles_.size() == 1 && !all_or_nothing_; }

  /// The fraction, 0 to `steps`, of a map that drew `random`, 64 even bits.
  std::int64_t draw(std::uint64_t random) const {
    constexpr unsigned drop = 33;  // keeps 31 bits
    const auto bits = static_cast<std::int64_t>(random >> drop);
    if (all_or_nothing_) return bits < quantiles_[0] ? steps : 0;
    return quantiles_[static_cast<std::size_t>(bits) % quantiles_.size()];
  }

 private:
  std::vector<std::int64_t> quantiles_;  ///< in steps; one, or a power of two
  bool all_or_nothing_ = false;
};

}  // namespace tensordash
