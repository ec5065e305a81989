#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "models/trace/tensor.h"

namespace tensordash {

/// Files from this size on are mapped into memory rather than read.
inline constexpr std::int64_t mapped_from_bytes = std::int64_t{1} << 20;

/// Reads a NumPy file of little-endian float32 in C order (NumPy enhancement proposal 1,
/// formats 1.0 and 2.0). NaN and infinity are values like any other here. Throws TraceError
/// (models/trace/trace.h), naming the file and what is allowed: missing, not .npy, truncated,
/// longer than its header says, another type (float64 is refused, not converted), Fortran order, a
/// dimension below 1, more than max_tensor_elements.
///
/// The values of a large file are a view of the mapped file, which must stay as it is meanwhile; a
/// file whose data does not begin at a multiple of 4 bytes is read, whatever its size.
Tensor read_npy(const std::filesystem::path& file);

/// The shape of such a file, from its header and its size alone. Throws what read_npy throws.
std::vector<std::int64_t> read_npy_shape(const std::filesystem::path& file);

/// Writes `tensor` as little-endian float32 in C order. The file appears under its name only when
/// it is whole (written beside it, synced, then renamed).
/// Throws std::system_error naming the file: no such folder, no permission, disk full. Nothing of
/// the new file remains then. Throws std::invalid_argument if the values do not fill the shape.
void write_npy(const std::filesystem::path& file, const Tensor& tensor);

}  // namespace tensordash
