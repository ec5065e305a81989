#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "hw/pe/connectivity.h"

namespace tensordash::engine {

/// One scheduler, one decision at a time, that tells which place every lane takes: for outputs,
/// whose bits depend on it, and as the plain writing of what WindowScheduler does many at a time.
class ScalarScheduler {
 public:
  /// A lane that takes nothing.
  static constexpr std::uint16_t idle = 0xffff;

  using Window = std::array<std::uint64_t, max_depth>;  ///< candidates, [window row] a bit a lane

  explicit ScalarScheduler(const Connectivity& table);

  unsigned lanes() const { return lanes_; }
  unsigned depth() const { return depth_; }

  /// Removes from `window` what the lanes take and writes into `taken` [lane] the place of each,
  /// step * lanes + lane, or `idle`. Returns how many leading rows of the first `rows` are left
  /// without a candidate (AS). Rows from `rows` on must be empty.
  unsigned decide(Window& window, unsigned rows, std::uint16_t* taken) const;

 private:
  struct Option {
    std::uint64_t bit;
    std::uint8_t step, shift;
    std::uint16_t place;
  };

  unsigned lanes_, depth_;
  std::size_t options_;
  std::vector<unsigned> order_;
  std::vector<Option> table_;  ///< [turn][option], and one behind the last that takes nothing
};

}  // namespace tensordash::engine
