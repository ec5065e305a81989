#include "models/layout/image_placer.h"

#include <fmt/format.h>

namespace tensordash {
namespace {

/// Bytes from an address to the next region that may start there.
std::uint64_t gap_after(std::uint64_t address) {
  return (ImagePlacer::alignment - address % ImagePlacer::alignment) % ImagePlacer::alignment;
}

}  // namespace

TensorImage ImagePlacer::place(const std::string& name, const TensorLayout& layout,
                               unsigned value_bytes) {
  if (value_bytes != 4 && value_bytes != 2) {
    throw std::invalid_argument(
        fmt::format("{}: values of {} bytes; allowed: 4 and 2", name, value_bytes));
  }
  TensorImage image{layout, value_bytes};
  const std::uint64_t data_bytes = image.data_bytes();
  const std::uint64_t inner_gap = gap_after(data_bytes);
  const std::uint64_t bytes = data_bytes + inner_gap + image.directory_bytes();
  const std::uint64_t gap = gap_after(next_);
  // Compared by what is left, as sums of addresses may wrap round.
  const std::uint64_t left = next_ < memory_bytes_ ? memory_bytes_ - next_ : 0;
  if (gap > left || bytes > left - gap) {
    throw PlacementError(
        fmt::format("{} takes {} bytes of memory ({} of values, {} of directory), but {} of {} are "
                    "left from address {:#x}",
                    name, bytes, data_bytes, image.directory_bytes(), gap > left ? 0 : left - gap,
                    memory_bytes_, next_ + gap));
  }
  image.data_base = next_ + gap;
  image.directory_base = image.data_base + data_bytes + inner_gap;
  next_ = image.directory_base + image.directory_bytes();
  return image;
}

}  // namespace tensordash
