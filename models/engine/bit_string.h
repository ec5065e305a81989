#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace tensordash::engine {

/// 64-bit words that hold `bits` bits.
inline constexpr std::size_t words_for(std::size_t bits) {
  return (bits + 63) / 64;
}

/// The lowest `count` (0 to 64) bits set.
inline constexpr std::uint64_t low_bits(std::size_t count) {
  return count >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
}

/// `count` (1 to 64) bits from bit `at` on, bits counting from the least significant of word 0.
inline std::uint64_t read_bits(const std::uint64_t* words, std::size_t at, std::size_t count) {
  const std::size_t shift = at % 64;
  std::uint64_t bits = words[at / 64] >> shift;
  if (shift + count > 64) bits |= words[at / 64 + 1] << (64 - shift);
  return bits & low_bits(count);
}

/// Sets those of the bits from `at` on that are set in `bits`, which holds at most `count` of them.
inline void or_bits(std::uint64_t* words, std::size_t at, std::uint64_t bits, std::size_t count) {
  const std::size_t shift = at % 64;
  words[at / 64] |= bits << shift;
  if (shift + count > 64) words[at / 64 + 1] |= bits >> (64 - shift);
}

/// Copies `count` bits to where only zeros stand.
inline void copy_bits(std::uint64_t* to, std::size_t to_bit, const std::uint64_t* from,
                      std::size_t from_bit, std::size_t count) {
  while (count > 0) {
    const std::size_t piece = std::min<std::size_t>(count, 64);
    or_bits(to, to_bit, read_bits(from, from_bit, piece), piece);
    to_bit += piece;
    from_bit += piece;
    count -= piece;
  }
}

}  // namespace tensordash::engine
