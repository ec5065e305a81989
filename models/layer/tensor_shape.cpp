#include "models/layer/tensor_shape.h"

#include <fmt/format.h>

namespace tensordash {

std::optional<std::int64_t> element_count(const std::vector<std::int64_t>& shape) {
  std::int64_t count = 1;
  for (std::int64_t dimension : shape) {
    if (dimension < 1 || dimension > max_tensor_elements / count) return std::nullopt;
    count *= dimension;
  }
  return count;
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
  return fmt::format("[{}]", fmt::join(shape, ","));
}

}  // namespace tensordash
