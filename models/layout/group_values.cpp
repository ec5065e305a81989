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

/// Some of the bits, of values put together by or, are not stored.
template <typename Stored>
bool loses(std::uint32_t bits) {
  return (bits & ((1U << dropped_bits<Stored>)-1)) != 0;
}

/// Values that are kept of `count` that lie `stride` apart; their bits are added to `all` by or.
template <typename Stored>
std::size_t kept_in_run(const float* values, std::int64_t stride, unsigned count,
                        std::uint32_t& all) {
  std::uint32_t kept = 0;
  std::uint32_t seen = 0;
  for (unsigned at = 0; at < count; ++at) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, values + at * stride, sizeof bits);
    kept += (bits >> dropped_bits<Stored>) != 0 ? 1 : 0;
    seen |= bits;
  }
  all |= seen;
  return kept;
}

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
  if (loses<Stored>(all)) refuse(extent, values);
}

template <typename Stored>
std::size_t kept_values(const GroupExtent& extent, const float* values) {
  // Neighbours are read together, whichever way they lie in the group.
  const bool along_y = extent.y_stride == 1;
  const unsigned runs = along_y ? extent.width : extent.height;
  const unsigned length = along_y ? extent.height : extent.width;
  const std::int64_t run_stride = along_y ? extent.x_stride : extent.y_stride;
  const std::int64_t stride = along_y ? extent.y_stride : extent.x_stride;
  std::size_t kept = 0;
  std::uint32_t all = 0;
  for (unsigned run = 0; run < runs; ++run) {
    const float* const first = values + extent.first + run * run_stride;
    // A stride that the compiler knows lets it take several values at once.
    kept += stride == 1 ? kept_in_run<Stored>(first, 1, length, all)
                        : kept_in_run<Stored>(first, stride, length, all);
  }
  if (loses<Stored>(all)) refuse(extent, values);
  return kept;
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
template std::size_t kept_values<std::uint32_t>(const GroupExtent&, const float*);
template std::size_t kept_values<std::uint16_t>(const GroupExtent&, const float*);

}  // namespace tensordash
