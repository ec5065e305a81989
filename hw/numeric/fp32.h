#pragma once

#include <cfloat>
#include <cstdint>
#include <cstring>

#if defined(__FAST_MATH__)
#error "hw/numeric needs IEEE 754 arithmetic: build without -ffast-math"
#endif

namespace tensordash {

static_assert(FLT_EVAL_METHOD == 0, "float operations must round to fp32 at every step");

/// The one NaN that the hardware produces.
inline constexpr std::uint32_t canonical_nan_bits = 0x7fc00000u;

/// Lanes of the paper's processing element; row functions have a fast path for it.
inline constexpr unsigned fp32_fast_lanes = 16;

/// Most lanes that one adder tree may have.
inline constexpr unsigned fp32_max_tree_lanes = 64;

/// The 32 bits that store `value`.
inline std::uint32_t fp32_bits(float value) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

/// The fp32 value that `bits` store.
inline float fp32_value(std::uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

inline float canonical_nan() {
  return fp32_value(canonical_nan_bits);
}

/// `value` itself, or the canonical NaN when it is any NaN.
inline float canonical(float value) {
  return value == value ? value : canonical_nan();
}

/// a * b, rounded to nearest even; subnormals are kept, any NaN result is the canonical NaN.
float fp32_multiply(float a, float b);

/// a + b, rounded to nearest even; subnormals are kept, any NaN result is the canonical NaN.
float fp32_add(float a, float b);

/// products[lane] = fp32_multiply(a[lane], b[lane]) for any number of lanes.
/// `products` may be `a` or `b` itself; otherwise the rows must not overlap.
void fp32_multiply_row_any(const float* a, const float* b, float* products, unsigned lanes);

/// fp32_tree_sum() by the path that takes every lane count.
/// Throws std::invalid_argument unless 1 <= lanes <= fp32_max_tree_lanes.
float fp32_tree_sum_any(const float* products, unsigned lanes);

namespace fp32_quads {

/// Four neighbouring lanes, which one SSE2 instruction handles together.
using Quad = float __attribute__((vector_size(16)));

inline Quad load(const float* lanes) {
  Quad quad;
  std::memcpy(&quad, lanes, sizeof quad);
  return quad;
}

inline void store(float* lanes, Quad quad) {
  std::memcpy(lanes, &quad, sizeof quad);
}

inline Quad canonical(Quad quad) {
  const float nan = canonical_nan();
  return quad == quad ? quad : Quad{nan, nan, nan, nan};
}

/// One tree level: {a0+a1, a2+a3, b0+b1, b2+b3}.
inline Quad add_neighbours(Quad a, Quad b) {
  return __builtin_shufflevector(a, b, 0, 2, 4, 6) + __builtin_shufflevector(a, b, 1, 3, 5, 7);
}

}  // namespace fp32_quads

/// fp32_multiply_row() of exactly 16 lanes.
inline void fp32_multiply_row16(const float* a, const float* b, float* products) {
  for (unsigned lane = 0; lane < fp32_fast_lanes; lane += 4) {
    const auto quad = fp32_quads::load(a + lane) * fp32_quads::load(b + lane);
    fp32_quads::store(products + lane, fp32_quads::canonical(quad));
  }
}

/// fp32_tree_sum() of exactly 16 lanes.
inline float fp32_tree_sum16(const float* products) {
  using namespace fp32_quads;
  const Quad low = add_neighbours(load(products), load(products + 4));
  const Quad high = add_neighbours(load(products + 8), load(products + 12));
  const Quad fours = add_neighbours(low, high);
  // A NaN reaches the root of the tree whatever happens on the way: one check there is enough.
  return tensordash::canonical((fours[0] + fours[1]) + (fours[2] + fours[3]));
}

/// products[lane] = fp32_multiply(a[lane], b[lane]).
/// `products` may be `a` or `b` itself; otherwise the rows must not overlap.
inline void fp32_multiply_row(const float* a, const float* b, float* products, unsigned lanes) {
  if (lanes == fp32_fast_lanes) {
    fp32_multiply_row16(a, b, products);
  } else {
    fp32_multiply_row_any(a, b, products, lanes);
  }
}

/// Sum of one row of products in a balanced binary tree: lane 0+1, 2+3, ..., each sum rounded to
/// fp32, nearest even. A lane count that is not a power of two is filled up with +0 lanes. Any NaN
/// result is the canonical NaN. A tree of one lane has no adder and returns the product.
/// Throws std::invalid_argument unless 1 <= lanes <= fp32_max_tree_lanes.
inline float fp32_tree_sum(const float* products, unsigned lanes) {
  if (lanes == fp32_fast_lanes) {
    return fp32_tree_sum16(products);
  }
  return fp32_tree_sum_any(products, lanes);
}

}  // namespace tensordash
