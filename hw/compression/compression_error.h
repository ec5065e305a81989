#pragma once

#include <stdexcept>

namespace tensordash {

/// Stored data that no encoder of this folder writes; the text says what is wrong.
class CompressionError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace tensordash
