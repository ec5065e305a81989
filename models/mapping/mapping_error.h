#pragma once

#include <stdexcept>

namespace tensordash {

/// A layer that cannot be mapped onto a memory; what() names the memory and what is needed.
class MappingError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace tensordash
