#pragma once

#include <vector>

namespace tensordash::golden_testing {

/// Sum of b[k] * a[k] of finite values, as one big integer in units of 2^-298, rounded once to
/// fp32, nearest even.
float fixed_point_dot(const std::vector<float>& b, const std::vector<float>& a);

}  // namespace tensordash::golden_testing
