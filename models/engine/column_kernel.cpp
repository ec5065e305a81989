#include "models/engine/column_kernel.h"

#include <algorithm>

// Highway compiles the rest of this file once an instruction set.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/engine/column_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tensordash::engine::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::CappedTag<float, 16>;
using Values = hn::Vec<Tag>;

/// A block is two vectors: a cache line with AVX2, and two sums that do not wait for each other.
struct Pair {
  Values low, high;
};

HWY_INLINE Pair operator+(const Pair& x, const Pair& y) {
  return {hn::Add(x.low, y.low), hn::Add(x.high, y.high)};
}

HWY_INLINE Pair load(const float* values) {
  const Tag tag;
  return {hn::LoadU(tag, values), hn::LoadU(tag, values + hn::Lanes(tag))};
}

/// Products and tree of `Width` lanes of one step.
template <unsigned Width>
HWY_INLINE Pair tree(const float* b, const std::int32_t* place, const float* a) {
  if constexpr (Width == 1) {
    const Tag tag;
    const auto factor = hn::Set(tag, *b);
    const Pair other = load(a + static_cast<std::size_t>(*place) * 2 * hn::Lanes(tag));
    return {hn::Mul(factor, other.low), hn::Mul(factor, other.high)};
  } else {
    constexpr unsigned half = Width / 2;
    return tree<half>(b, place, a) + tree<half>(b + half, place + half, a);
  }
}

/// The same for a lane count that is no power of two: missing lanes are +0.
HWY_INLINE Pair tree_of_any(const float* b, const std::int32_t* place, unsigned lanes,
                            const float* a) {
  const Tag tag;
  Pair level[64];
  unsigned width = 1;
  while (width < lanes) width *= 2;
  for (unsigned lane = 0; lane < width; ++lane) {
    level[lane] =
        lane < lanes ? tree<1>(b + lane, place + lane, a) : Pair{hn::Zero(tag), hn::Zero(tag)};
  }
  for (; width > 1; width /= 2) {
    for (unsigned node = 0; node < width / 2; ++node) {
      level[node] = level[2 * node] + level[2 * node + 1];
    }
  }
  return level[0];
}

}  // namespace

std::size_t block() {
  return 2 * hn::Lanes(Tag());
}

void accumulate(const LaneTrace& trace, const float* a, float* sums) {
  const Tag tag;
  Pair sum = load(sums);
  const float* b = trace.b;
  const std::int32_t* place = trace.place;
  if (trace.lanes == 16) {
    for (std::size_t step = 0; step < trace.steps; ++step, b += 16, place += 16) {
      sum = sum + tree<16>(b, place, a);
    }
  } else {
    for (std::size_t step = 0; step < trace.steps; ++step) {
      sum = sum + tree_of_any(b, place, trace.lanes, a);
      b += trace.lanes;
      place += trace.lanes;
    }
  }
  hn::StoreU(sum.low, tag, sums);
  hn::StoreU(sum.high, tag, sums + hn::Lanes(tag));
}

}  // namespace tensordash::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tensordash::engine {

HWY_EXPORT(block);
HWY_EXPORT(accumulate);

std::size_t column_block() {
  return HWY_DYNAMIC_DISPATCH(block)();
}

void accumulate_columns(const LaneTrace& trace, const float* a, float* sums) {
  HWY_DYNAMIC_DISPATCH(accumulate)(trace, a, sums);
}

}  // namespace tensordash::engine
#endif
