#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

namespace tensordash {

/// What a .npy file says about its data (NumPy enhancement proposal 1).
struct NpyHeader {
  std::string type;  ///< NumPy's name of the element type, such as "<f4"
  bool fortran_order = false;
  std::vector<std::int64_t> shape;
  std::int64_t bytes = 0;  ///< before the data: magic, version, length and dictionary
};

/// Reads the header at the beginning of `stream`, formats 1.0 and 2.0.
/// Throws std::runtime_error with the reason and what is allowed, without a file name: not .npy,
/// cut short, another version, an element type or a shape that is not a plain array's.
NpyHeader read_npy_header(std::istream& stream);

/// The bytes that come before the data of a little-endian float32 array in C order.
std::string float32_npy_header(const std::vector<std::int64_t>& shape);

}  // namespace tensordash
