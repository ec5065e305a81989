#pragma once

#include <cstdint>
#include <random>

namespace tensordash::differential {

/// Random choices that are the same on every machine, which those of the standard's distributions
/// are not.
class RandomSource {
 public:
  explicit RandomSource(std::uint64_t seed) : twister_(seed) {}

  /// A whole number from `low` to `high`.
  std::int64_t number(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(twister_() % static_cast<std::uint64_t>(high - low + 1));
  }
  /// True once in `times`, in the long run.
  bool once_in(std::int64_t times) { return number(1, times) == 1; }
  /// From 0 to 1.
  double fraction() { return static_cast<double>(twister_() >> 11) / 9007199254740992.0; }
  std::uint32_t bits() { return static_cast<std::uint32_t>(twister_() >> 32); }

  template <typename Value, std::size_t count>
  const Value& one_of(const Value (&values)[count]) {
    return values[number(0, count - 1)];
  }

 private:
  std::mt19937_64 twister_;
};

}  // namespace tensordash::differential
