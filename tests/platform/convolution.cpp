#include "tests/platform/convolution.h"

#include <cmath>

namespace tensordash {

using dataflow_testing::Product;

std::vector<Sum> convolve(Operation operation, const dataflow_testing::LayerTensors& layer) {
  const LayerShape& shape = layer.shape;
  std::vector<Sum> sums(
      static_cast<std::size_t>(operation == Operation::forward         ? shape.output_count()
                               : operation == Operation::backward_data ? shape.activation_count()
                                                                       : shape.weight_count()));
  dataflow_testing::for_each_product(shape, [&](const Product& at) {
    const auto& [n, m, p, q, c, channel, r, s, h, w] = at;
    std::int64_t index = 0;
    double product = 0;
    if (operation == Operation::forward) {
      index = ((n * shape.M + m) * shape.P + p) * shape.Q + q;
      product = static_cast<double>(layer.activation(n, channel, h, w)) * layer.weight(m, c, r, s);
    } else if (operation == Operation::backward_data) {
      index = ((n * shape.C + channel) * shape.H + h) * shape.W + w;
      product = static_cast<double>(layer.gradient(n, m, p, q)) * layer.weight(m, c, r, s);
    } else {
      index = ((m * (shape.C / shape.groups) + c) * shape.R + r) * shape.S + s;
      product =
          static_cast<double>(layer.gradient(n, m, p, q)) * layer.activation(n, channel, h, w);
    }
    Sum& sum = sums[static_cast<std::size_t>(index)];
    sum.value += product;
    sum.magnitude += std::abs(product);
  });
  return sums;
}

std::int64_t reduction_length(Operation operation, const LayerShape& shape) {
  if (operation == Operation::forward) return shape.C / shape.groups * shape.R * shape.S;
  if (operation == Operation::backward_data) return shape.M / shape.groups * shape.R * shape.S;
  return shape.N * shape.P * shape.Q;
}

}  // namespace tensordash
