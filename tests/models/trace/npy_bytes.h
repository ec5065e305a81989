#pragma once

#include <cstddef>
#include <string>

namespace tensordash {

/// The bytes of a .npy file of any version with any text as its dictionary, good or bad.
inline std::string npy_bytes(const std::string& dictionary, const std::string& data,
                             char major = 1) {
  std::string bytes = "\x93NUMPY";
  bytes += major;
  bytes += '\0';
  for (std::size_t i = 0; i < (major == 1 ? 2u : 4u); ++i) {
    bytes += static_cast<char>(dictionary.size() >> (8 * i));
  }
  return bytes + dictionary + data;
}

/// The dictionary as NumPy writes it, for a type, an order and a shape given as Python text.
inline std::string npy_dictionary(const std::string& type, const std::string& shape,
                                  const std::string& fortran_order = "False") {
  return "{'descr': " + type + ", 'fortran_order': " + fortran_order + ", 'shape': " + shape +
         ", }\n";
}

}  // namespace tensordash
