#include "models/trace/tensor_values.h"

#include <algorithm>

namespace tensordash {

std::vector<float>& TensorValues::owned() {
  if (keeper_) {
    owned_.assign(begin(), end());
    keeper_.reset();
  }
  return owned_;
}

bool operator==(const TensorValues& one, const TensorValues& other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end());
}

}  // namespace tensordash
