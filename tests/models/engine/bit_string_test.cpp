#include "models/engine/bit_string.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace tensordash::engine {
namespace {

/// A string of bits, and the words that hold it: no more than it needs, so that a sanitizer sees a
/// word read beyond them.
struct BitString {
  BitString(std::size_t size, unsigned seed) : bits(size), words(words_for(size)) {
    std::mt19937 random(seed);
    for (std::size_t at = 0; at < size; ++at) set(at, random() % 2 == 0);
  }
  void set(std::size_t at, bool value) {
    bits[at] = value;
    words[at / 64] |= std::uint64_t{value} << (at % 64);
  }

  std::vector<bool> bits;
  std::vector<std::uint64_t> words;
};

std::vector<bool> bits_of(const std::vector<std::uint64_t>& words, std::size_t size) {
  std::vector<bool> bits;
  for (std::size_t at = 0; at < size; ++at) bits.push_back((words[at / 64] >> (at % 64) & 1U) != 0);
  return bits;
}

TEST(BitString, WordsForBits) {
  EXPECT_EQ(words_for(0), 0U);
  EXPECT_EQ(words_for(1), 1U);
  EXPECT_EQ(words_for(64), 1U);
  EXPECT_EQ(words_for(65), 2U);
}

TEST(BitString, LowBits) {
  EXPECT_EQ(low_bits(0), 0U);
  EXPECT_EQ(low_bits(1), 1U);
  EXPECT_EQ(low_bits(63), ~std::uint64_t{0} >> 1);
  EXPECT_EQ(low_bits(64), ~std::uint64_t{0});
}

TEST(BitString, ReadsAtEveryPlace) {
  for (std::size_t at = 0; at < 130; ++at) {
    for (std::size_t count = 1; count <= 64; ++count) {
      const BitString string(at + count, static_cast<unsigned>(at));
      const std::uint64_t read = read_bits(string.words.data(), at, count);
      for (std::size_t bit = 0; bit < 64; ++bit) {
        ASSERT_EQ((read >> bit & 1U) != 0, bit < count && string.bits[at + bit])
            << count << " bits from " << at << ", bit " << bit;
      }
    }
  }
}

TEST(BitString, ReadsNothingOfWhatFollows) {
  const std::vector<std::uint64_t> ones(3, ~std::uint64_t{0});
  for (std::size_t at = 0; at < 128; ++at) {
    for (std::size_t count = 1; count <= 64; ++count) {
      ASSERT_EQ(read_bits(ones.data(), at, count), low_bits(count));
    }
  }
}

TEST(BitString, SetsBitsAndLeavesTheRest) {
  std::mt19937_64 random(1);
  for (std::size_t at = 0; at < 130; ++at) {
    for (std::size_t count = 1; count <= 64; ++count) {
      BitString string(at + count, static_cast<unsigned>(count));
      const std::uint64_t bits = random() & low_bits(count);
      or_bits(string.words.data(), at, bits, count);
      for (std::size_t bit = 0; bit < count; ++bit) {
        if ((bits >> bit & 1U) != 0) string.bits[at + bit] = true;
      }
      ASSERT_EQ(bits_of(string.words, at + count), string.bits) << count << " bits from " << at;
    }
  }
}

TEST(BitString, CopiesBetweenAnyPlaces) {
  for (const std::size_t count : {0, 1, 2, 31, 63, 64, 65, 127, 128, 129, 200}) {
    for (std::size_t from = 0; from < 66; ++from) {
      for (std::size_t to = 0; to < 66; ++to) {
        const BitString source(from + count, static_cast<unsigned>(from));
        BitString target(to, static_cast<unsigned>(to));
        target.words.resize(words_for(to + count));
        copy_bits(target.words.data(), to, source.words.data(), from, count);
        std::vector<bool> expected = target.bits;
        for (std::size_t bit = 0; bit < count; ++bit) expected.push_back(source.bits[from + bit]);
        // Beyond the last bit all of the word stays zero.
        expected.resize(target.words.size() * 64);
        ASSERT_EQ(bits_of(target.words, expected.size()), expected)
            << count << " bits from " << from << " to " << to;
      }
    }
  }
}

}  // namespace
}  // namespace tensordash::engine
