#pragma once

namespace tensordash {

/// Natural logarithm of x > 0 and exponential, right to some 1e-15 relative to the larger of result
/// and 1. Unlike those of the C library they are the same bits on every machine: additions,
/// multiplications and divisions of doubles in a fixed order, and nothing else that rounds.
double portable_log(double x);
double portable_exp(double x);

}  // namespace tensordash
