#pragma once

#include <cstddef>
#include <cstdint>

#include "models/layout/tensor_layout.h"

namespace tensordash {

/// Puts the values of a group together, place (x, y) as number x * lanes + y of `raw`; padding is
/// +0. Stored is fp32 (std::uint32_t) or bf16 (std::uint16_t); a value that is no bf16 throws
/// std::invalid_argument.
template <typename Stored>
void gather_group(const GroupExtent& extent, unsigned lanes, const float* values, Stored* raw);

/// The reverse. Returns false, `values` unchanged, where padding is not +0.
template <typename Stored>
bool scatter_group(const GroupExtent& extent, unsigned lanes, const Stored* raw, float* values);

/// Values of a group that are not +0 as stored. A value that is no bf16 throws as above.
template <typename Stored>
std::size_t kept_values(const GroupExtent& extent, const float* values);

extern template void gather_group(const GroupExtent&, unsigned, const float*, std::uint32_t*);
extern template void gather_group(const GroupExtent&, unsigned, const float*, std::uint16_t*);
extern template bool scatter_group(const GroupExtent&, unsigned, const std::uint32_t*, float*);
extern template bool scatter_group(const GroupExtent&, unsigned, const std::uint16_t*, float*);

extern template std::size_t kept_values<std::uint32_t>(const GroupExtent&, const float*);
extern template std::size_t kept_values<std::uint16_t>(const GroupExtent&, const float*);

}  // namespace tensordash
