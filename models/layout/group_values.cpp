#include "models/layout/group_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace tensordash {
namespace {

/// Lower bits of an fp32 value that the stored type leaves out.
template <typename Stored>
constexpr unsigned dropped_bits = 32 - 8 * sizeof(Stored);

[[noreturn]] void refuse(const GroupExtent& extent, const float* values) {
  for (unsigned x = 0; x < extent.width; ++x) {
    for (unsigned y = 0; y < extent.height; ++y) {
      const std::int64_t index = extent.first + x * extent.x_stride + y * extent.y_stride;
      std::uint32_t bits = 0;
      std::memcpy(&bits, values + index, sizeof bits);
      if ((bits & 0xffffU) != 0) {
        throw std::invalid_argument(fmt::format(
            "value {} of the tensor, {}, is not rounded to bf16", index, values[index]));
      }
    }
  }
  throw std::logic_error("every value is a bf16");
}

}  // namespace

template <typename Stored>
void gather_group(const GroupExtent& extent, unsigned lanes, const float* values, Stored* raw) {
  if (extent.width < lanes || extent.height < lanes) {
    std::fill_n(raw, std::size_t{lanes} * lanes, Stored{0});
  }
  const float* const first = values + extent.first;
  std::uint32_t all = 0;
  for (unsigned y = 0; y < extent.height; ++y) {
    const float* const line = first + y * extent.y_stride;
    for (unsigned x = 0; x < extent.width; ++x) {
      std::uint32_t bits = 0;
      std::memcpy(&bits, line + x * extent.x_stride, sizeof bits);
      all |= bits;
      raw[std::size_t{x} * lanes + y] = static_cast<Stored>(bits >> dropped_bits<Stored>);
    }
  }
  if ((all & ((1U << dropped_bits<Stored>)-1)) != 0) refuse(extent, values);
}

template <typename Stored>
bool scatter_group(const GroupExtent& extent, unsigned lanes, const Stored* raw, float* values) {
  Stored padding = 0;
  for (unsigned x = 0; x < lanes; ++x) {
    const unsigned held = x < extent.width ? extent.height : 0;
    for (unsigned y = held; y < lanes; ++y) padding |= raw[std::size_t{x} * lanes + y];
  }
  if (padding != 0) return false;
  float* const first = values + extent.first;
  for (unsigned y = 0; y < extent.height; ++y) {
    float* const line = first + y * extent.y_stride;
    for (unsigned x = 0; x < extent.width; ++x) {
      const std::uint32_t bits = std::uint32_t{raw[std::size_t{x} * lanes + y]}
                                 << dropped_bits<Stored>;
      std::memcpy(line + x * extent.x_stride, &bits, sizeof bits);
    }
  }
  return true;
}

template void gather_group(const GroupExtent&, unsigned, const float*, std::uint32_t*);
template void gather_group(const GroupExtent&, unsigned, const float*, std::uint16_t*);
template bool scatter_group(const GroupExtent&, unsigned, const std::uint32_t*, float*);
template bool scatter_group(const GroupExtent&, unsigned, const std::uint16_t*, float*);

}  // namespace tensordash
