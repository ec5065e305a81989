#pragma once

#include <random>

#include "tests/models/dataflow/naive_dataflow.h"

namespace tensordash::dataflow_testing {

/// The shape of a small layer with every option at random, per axis: batch, groups, channels that
/// fill no whole row of lanes, stride (also above the kernel), padding, dilation; at times linear.
LayerShape random_shape(std::mt19937& random);

/// Tensors of that shape. A random part of each is zero, half of those -0; every other value is
/// another number, so that a value out of place shows.
LayerTensors random_tensors(const LayerShape& shape, std::mt19937& random);

/// A whole number from `low` to `high`.
std::int64_t pick(std::mt19937& random, std::int64_t low, std::int64_t high);

}  // namespace tensordash::dataflow_testing
