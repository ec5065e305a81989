#pragma once

#include <array>
#include <vector>

#include "models/layer/operation.h"
#include "tests/models/dataflow/naive_dataflow.h"

namespace tensordash {

/// One output of an operation in double precision.
struct Sum {
  double value = 0;      ///< the products added up
  double magnitude = 0;  ///< their absolute values added up
};

/// Every output of an operation, C order, added up product by product from the definition of the
/// convolution. Products of fp32 values are exact in double; the sums are exact as long as they fit
/// 53 bits, which small integers do.
std::vector<Sum> convolve(Operation operation, const dataflow_testing::LayerTensors& layer);

/// Products of one output, the structural zeros counted in.
std::int64_t reduction_length(Operation operation, const LayerShape& shape);

}  // namespace tensordash
