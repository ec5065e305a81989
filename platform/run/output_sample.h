#pragma once

#include <cstdint>
#include <vector>

namespace tensordash {

/// `count` of the outputs 0 to `outputs` - 1, distinct and in order; all of them when there are not
/// more. The choice is random and always the same: Floyd's algorithm over the Mersenne twister
/// mt19937_64 with the seed 2020, taken modulo the number of outputs left.
std::vector<std::int64_t> sample_outputs(std::uint64_t outputs, std::uint64_t count);

}  // namespace tensordash
