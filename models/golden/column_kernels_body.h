// Included once by the source file of each instruction set. Everything has internal linkage and
// nothing of the standard library is called: an inline function that was compiled for AVX2 must not
// be the one that the linker keeps for all.

#include "models/golden/column_kernels.h"

namespace tensordash::golden {
namespace {

typedef float Float4 __attribute__((vector_size(16)));
typedef double Double2 __attribute__((vector_size(16)));
typedef float Float2 __attribute__((vector_size(8)));
typedef std::int64_t Int2 __attribute__((vector_size(16)));

#if defined(__AVX2__)
typedef float Float8 __attribute__((vector_size(32)));
typedef double Double4 __attribute__((vector_size(32)));
typedef std::int64_t Int4 __attribute__((vector_size(32)));
#endif

template <typename Vector>
[[gnu::always_inline]] inline Vector load(const void* from) {
  Vector vector;
  __builtin_memcpy(&vector, from, sizeof vector);
  return vector;
}

/// `Count` vectors side by side, so that one side-B value serves more columns.
template <typename Vector, int Count>
struct Strip {
  Vector part[Count];
};

template <typename Vector, int Count>
class StepTree {
 public:
  using Sums = Strip<Vector, Count>;

  [[gnu::always_inline]] StepTree(const TakenPairs& pairs, const float* a, std::size_t stride)
      : places_(pairs.places), values_(pairs.values), a_(a), stride_(stride) {}

  /// Products of `Width` slots from `first` on, added in a balanced tree.
  template <int Width>
  [[gnu::always_inline]] Sums tree(std::size_t first) const {
    Sums left;
    if constexpr (Width == 1) {
      const float* dense = a_ + places_[first] * stride_;
      for (int v = 0; v < Count; ++v) {
        const auto a = load<Vector>(dense + v * (sizeof(Vector) / sizeof(float)));
        left.part[v] = a * values_[first];
      }
    } else {
      left = tree<Width / 2>(first);
      const Sums right = tree<Width / 2>(first + Width / 2);
      for (int v = 0; v < Count; ++v) left.part[v] += right.part[v];
    }
    return left;
  }

  Sums wide_tree(std::size_t first, std::size_t width) const {
    if (width == 16) return tree<16>(first);
    Sums left = wide_tree(first, width / 2);
    const Sums right = wide_tree(first + width / 2, width / 2);
    for (int v = 0; v < Count; ++v) left.part[v] += right.part[v];
    return left;
  }

 private:
  const std::uint32_t* places_;
  const float* values_;
  const float* a_;
  std::size_t stride_;
};

template <typename Vector, int Count, int Width>
void replay_steps(const TakenPairs& pairs, const float* a, std::size_t stride, float* sums) {
  const StepTree<Vector, Count> step(pairs, a, stride);
  Strip<Vector, Count> sum{};
  const std::size_t slots = pairs.steps * pairs.width;
  for (std::size_t first = 0; first < slots; first += pairs.width) {
    Strip<Vector, Count> products;
    if constexpr (Width == 0) {
      products = step.wide_tree(first, pairs.width);
    } else {
      products = step.template tree<Width>(first);
    }
    for (int v = 0; v < Count; ++v) sum.part[v] += products.part[v];
  }
  __builtin_memcpy(sums, &sum, sizeof sum);
}

template <typename Vector, int Count>
void replay_strip(const TakenPairs& pairs, const float* a, std::size_t stride, float* sums) {
  switch (pairs.width) {
    case 1:
      return replay_steps<Vector, Count, 1>(pairs, a, stride, sums);
    case 2:
      return replay_steps<Vector, Count, 2>(pairs, a, stride, sums);
    case 4:
      return replay_steps<Vector, Count, 4>(pairs, a, stride, sums);
    case 8:
      return replay_steps<Vector, Count, 8>(pairs, a, stride, sums);
    case 16:
      return replay_steps<Vector, Count, 16>(pairs, a, stride, sums);
    default:
      return replay_steps<Vector, Count, 0>(pairs, a, stride, sums);
  }
}

void replay(const TakenPairs& pairs, const ColumnBlock& block, float* sums) {
  std::size_t column = 0;
#if defined(__AVX2__)
  for (; column + 16 <= block.columns; column += 16) {
    replay_strip<Float8, 2>(pairs, block.values + column, block.stride, sums + column);
  }
#endif
  for (; column + 8 <= block.columns; column += 8) {
#if defined(__AVX2__)
    replay_strip<Float8, 1>(pairs, block.values + column, block.stride, sums + column);
#else
    replay_strip<Float4, 2>(pairs, block.values + column, block.stride, sums + column);
#endif
  }
  for (; column + 4 <= block.columns; column += 4) {
    replay_strip<Float4, 1>(pairs, block.values + column, block.stride, sums + column);
  }
  for (; column < block.columns; ++column) {
    replay_strip<float, 1>(pairs, block.values + column, block.stride, sums + column);
  }
}

/// Two-sum: `total` becomes the rounded sum; what rounding lost comes back, exactly.
template <typename Doubles>
[[gnu::always_inline]] inline Doubles absorb(Doubles& total, const Doubles& value) {
  const Doubles sum = total + value;
  const Doubles value_part = sum - total;
  const Doubles lost = (total - (sum - value_part)) + (value - value_part);
  total = sum;
  return lost;
}

template <typename Doubles, typename Floats, typename Bits, int Count>
void sum_strip(const std::uint32_t* places, const double* values, std::size_t count, const float* a,
               std::size_t stride, double* high, double* low, std::int64_t* lost) {
  Strip<Doubles, Count> highs{}, lows{};
  Strip<Bits, Count> losses{};
  for (std::size_t k = 0; k < count; ++k) {
    const float* dense = a + places[k] * stride;
    for (int v = 0; v < Count; ++v) {
      const auto floats = load<Floats>(dense + v * (sizeof(Floats) / sizeof(float)));
      const Doubles product = __builtin_convertvector(floats, Doubles) * values[k];
      const Doubles rest = absorb(highs.part[v], product);
      const Doubles left = absorb(lows.part[v], rest);
      losses.part[v] |= load<Bits>(&left);
    }
  }
  __builtin_memcpy(high, &highs, sizeof highs);
  __builtin_memcpy(low, &lows, sizeof lows);
  __builtin_memcpy(lost, &losses, sizeof losses);
}

void sum_column(const std::uint32_t* places, const double* values, std::size_t count,
                const float* a, std::size_t stride, double* high, double* low, std::int64_t* lost) {
  *high = *low = 0.0;
  bool whole = true;
  for (std::size_t k = 0; k < count; ++k) {
    const double rest = absorb(*high, static_cast<double>(a[places[k] * stride]) * values[k]);
    whole = whole && absorb(*low, rest) == 0.0;
  }
  *lost = whole ? 0 : 1;
}

void sum(const std::uint32_t* places, const double* values, std::size_t count,
         const ColumnBlock& block, double* high, double* low, std::int64_t* lost) {
  std::size_t column = 0;
#if defined(__AVX2__)
  for (; column + 8 <= block.columns; column += 8) {
    sum_strip<Double4, Float4, Int4, 2>(places, values, count, block.values + column, block.stride,
                                        high + column, low + column, lost + column);
  }
  for (; column + 4 <= block.columns; column += 4) {
    sum_strip<Double4, Float4, Int4, 1>(places, values, count, block.values + column, block.stride,
                                        high + column, low + column, lost + column);
  }
#endif
  for (; column + 2 <= block.columns; column += 2) {
    sum_strip<Double2, Float2, Int2, 1>(places, values, count, block.values + column, block.stride,
                                        high + column, low + column, lost + column);
  }
  for (; column < block.columns; ++column) {
    sum_column(places, values, count, block.values + column, block.stride, high + column,
               low + column, lost + column);
  }
}

}  // namespace
}  // namespace tensordash::golden
