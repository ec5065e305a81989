#pragma once

#include <cstdint>
#include <vector>

#include "models/trace/tensor_values.h"

namespace tensordash {

/// A dense fp32 tensor, C order.
struct Tensor {
  std::vector<std::int64_t> shape;
  TensorValues values;
};

}  // namespace tensordash
