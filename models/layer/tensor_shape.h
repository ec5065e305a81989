#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tensordash {

/// The most elements a tensor may have (4 TiB of fp32). Products of two tensor sizes still have to
/// be checked; sums and byte counts of one fit in 64 bits with room to spare.
inline constexpr std::int64_t max_tensor_elements = std::int64_t{1} << 40;

/// Number of elements of a tensor of that shape (1 for no dimensions at all), or nothing if a
/// dimension is below 1 or the product above max_tensor_elements.
std::optional<std::int64_t> element_count(const std::vector<std::int64_t>& shape);

/// A shape as error messages and reports write it: "[8,3,3,3]".
std::string shape_text(const std::vector<std::int64_t>& shape);

}  // namespace tensordash
