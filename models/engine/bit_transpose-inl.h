// Included once an instruction set by files that Highway compiles several times.

#if defined(TENSORDASH_BIT_TRANSPOSE_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef TENSORDASH_BIT_TRANSPOSE_INL
#undef TENSORDASH_BIT_TRANSPOSE_INL
#else
#define TENSORDASH_BIT_TRANSPOSE_INL
#endif

#include <hwy/highway.h>

#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace tensordash::engine::HWY_NAMESPACE {
namespace {

namespace transposition {
namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::CappedTag<std::uint64_t, 8>;

/// Swaps the halves of 2 * Shift square blocks that lie across the diagonal.
template <int Shift>
HWY_INLINE void swap_blocks(std::uint64_t* vectors, std::uint64_t low_half) {
  const Tag tag;
  const std::size_t V = hn::Lanes(tag);
  const auto mask = hn::Set(tag, low_half);
  for (int block = 0; block < 64; block += 2 * Shift) {
    for (int row = block; row < block + Shift; ++row) {
      std::uint64_t* const upper = vectors + static_cast<std::size_t>(row) * V;
      std::uint64_t* const lower = vectors + static_cast<std::size_t>(row + Shift) * V;
      const auto a = hn::Load(tag, upper);
      const auto b = hn::Load(tag, lower);
      const auto crossed = hn::And(hn::Xor(hn::ShiftRight<Shift>(a), b), mask);
      hn::Store(hn::Xor(a, hn::ShiftLeft<Shift>(crossed)), tag, upper);
      hn::Store(hn::Xor(b, crossed), tag, lower);
    }
  }
}

}  // namespace transposition

/// Transposes 64 x 64 bits in every 64-bit lane: `vectors` are 64 vectors, and bit j of vector i
/// changes places with bit i of vector j. Bits count from the least significant.
HWY_INLINE void transpose64(std::uint64_t* vectors) {
  transposition::swap_blocks<32>(vectors, 0x00000000ffffffffULL);
  transposition::swap_blocks<16>(vectors, 0x0000ffff0000ffffULL);
  transposition::swap_blocks<8>(vectors, 0x00ff00ff00ff00ffULL);
  transposition::swap_blocks<4>(vectors, 0x0f0f0f0f0f0f0f0fULL);
  transposition::swap_blocks<2>(vectors, 0x3333333333333333ULL);
  transposition::swap_blocks<1>(vectors, 0x5555555555555555ULL);
}

}  // namespace
}  // namespace tensordash::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
