#pragma once

#include <cstddef>
#include <cstdint>

namespace tensordash::engine {

/// Which fp32 bit patterns, sign aside, are zero or not finite in a data type.
struct ZeroRule {
  std::uint32_t largest_zero;        ///< largest magnitude that counts as zero
  std::uint32_t smallest_nonfinite;  ///< smallest magnitude that is an infinity or NaN
};

/// fp32 as it stands; bf16 after rounding to nearest even, which takes the smallest magnitudes to
/// zero (half of the smallest subnormal is a tie with it) and the largest to infinity.
inline constexpr ZeroRule fp32_zeros{0x00000000U, 0x7f800000U};
inline constexpr ZeroRule bf16_zeros{0x00008000U, 0x7f7f8000U};

/// Writes one bit a value, set where it is not zero, ceil(count / 64) words. Returns the largest
/// magnitude met, as bits.
std::uint32_t pack_nonzero(const float* values, std::size_t count, const ZeroRule& rule,
                           std::uint64_t* words);

/// Transposes blocks of 64 x 64 bits: bit j of from[i] becomes bit i of to[j], for i and j below
/// 64, in each of `blocks` blocks that lie `from_block` and `to_block` words apart; rows of a block
/// lie `from_row` and `to_row` words apart. Of each block only `rows` rows are read, the others
/// being zero, and `columns` written.
void transpose_blocks(const std::uint64_t* from, std::size_t from_row, std::size_t from_block,
                      std::size_t rows, std::uint64_t* to, std::size_t to_row, std::size_t to_block,
                      std::size_t columns, std::size_t blocks);

/// Bits set in both of two strings of `words` words.
std::uint64_t count_common(const std::uint64_t* a, const std::uint64_t* b, std::size_t words);

/// Name of the instruction set that the engine's kernels run with here.
const char* instruction_set();

}  // namespace tensordash::engine
