#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

#include "models/layout/dram_image.h"

namespace tensordash {

/// A tensor that does not fit the memory.
class PlacementError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Gives tensors their places in a memory, one after the other: for each a region for its slots and
/// behind it one for its directory, both at multiples of 4096 bytes.
class ImagePlacer {
 public:
  static constexpr std::uint64_t alignment = 4096;

  /// Places from `base`, rounded up, to the end of a memory of `memory_bytes` bytes from address 0.
  ImagePlacer(std::uint64_t base, std::uint64_t memory_bytes)
      : next_(base), memory_bytes_(memory_bytes) {}

  /// Throws PlacementError, naming the tensor, what it takes and what there is; the place that was
  /// left is then still there for another. Throws std::invalid_argument for values of a size other
  /// than 4 or 2 bytes.
  TensorImage place(const std::string& name, const TensorLayout& layout, unsigned value_bytes);

  /// The first address behind all regions.
  std::uint64_t end() const { return next_; }

 private:
  std::uint64_t next_;
  std::uint64_t memory_bytes_;
};

}  // namespace tensordash
