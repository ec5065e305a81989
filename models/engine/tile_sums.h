#pragma once

#include <cstdint>
#include <vector>

namespace tensordash::engine {

/// Steps of each tile when the pass of turn t (Segment::first_turn) runs on tile (t mod tiles).
class TileSums {
 public:
  explicit TileSums(unsigned tiles) : changes_(tiles + 1, 0), tiles_(tiles) {}

  /// Passes `first` to `first + count - 1` take `steps` each.
  void add(std::uint64_t first, std::uint64_t count, std::uint64_t steps) {
    everywhere_ += count / tiles_ * steps;
    const auto begin = static_cast<std::size_t>(first % tiles_);
    const std::size_t end = begin + static_cast<std::size_t>(count % tiles_);
    // A run of tiles, held by its ends; one that passes the last tile goes on at the first.
    changes_[begin] += steps;
    if (end <= tiles_) {
      changes_[end] -= steps;
    } else {
      changes_[0] += steps;
      changes_[end - tiles_] -= steps;
    }
  }

  std::vector<std::uint64_t> sums() const {
    std::vector<std::uint64_t> sums;
    std::uint64_t sum = everywhere_;
    for (std::size_t tile = 0; tile < tiles_; ++tile) sums.push_back(sum += changes_[tile]);
    return sums;
  }

 private:
  std::vector<std::uint64_t> changes_;  ///< modulo 2^64
  std::size_t tiles_;
  std::uint64_t everywhere_ = 0;
};

}  // namespace tensordash::engine
