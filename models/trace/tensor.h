#pragma once

#include <cstdint>
#include <vector>

namespace tensordash {

/// A dense fp32 tensor, C order.
struct Tensor {
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

}  // namespace tensordash
