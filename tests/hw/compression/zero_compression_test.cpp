#include "hw/compression/zero_compression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <random>
#include <string>

#include "tests/hw/compression/naive_masks.h"

namespace tensordash {
namespace {

using Bytes = std::vector<std::uint8_t>;

std::string refusal(const std::function<void()>& call) {
  try {
    call();
  } catch (const CompressionError& error) {
    return error.what();
  }
  return "nothing refused";
}

template <typename Word>
Bytes compressed(const std::vector<Word>& words) {
  Bytes out;
  compress(words.data(), words.size(), sizeof(Word), out);
  return out;
}

template <typename Word>
Bytes bytes_of(const std::vector<Word>& words) {
  Bytes bytes(words.size() * sizeof(Word));
  if (!words.empty()) std::memcpy(bytes.data(), words.data(), bytes.size());
  return bytes;
}

template <typename Word>
std::vector<Word> random_words(std::mt19937& generator, std::size_t count, double zeros) {
  std::vector<Word> words(count);
  for (Word& word : words) {
    const bool zero = std::uniform_real_distribution<>(0, 1)(generator) < zeros;
    // Few bits are set, so that every byte of a word is zero now and then.
    word = zero ? Word{0} : static_cast<Word>(Word{1} << (generator() % (8 * sizeof(Word))));
  }
  return words;
}

TEST(ZeroCompression, WritesMasksThenValuesInLittleEndian) {
  std::vector<std::uint32_t> words(34);
  words[1] = 0x11223344U;
  words[31] = 0x00000080U;
  words[33] = 0x80000000U;
  EXPECT_EQ(compressed(words), (Bytes{0x02, 0,    0,    0x80, 0x02, 0, 0, 0,  // masks
                                      0x44, 0x33, 0x22, 0x11, 0x80, 0, 0, 0, 0, 0, 0, 0x80}));
}

TEST(ZeroCompression, TakesTwoByteValues) {
  const std::vector<std::uint16_t> words{0, 0x0100, 0x0002, 0, 0x8000};
  EXPECT_EQ(compressed(words), (Bytes{0x16, 0, 0, 0, 0x00, 0x01, 0x02, 0x00, 0x00, 0x80}));
}

TEST(ZeroCompression, KeepsMinusZero) {
  const std::vector<float> values{0.0F, -0.0F};
  EXPECT_EQ(compressed(values), (Bytes{0x02, 0, 0, 0, 0, 0, 0, 0x80}));
}

TEST(ZeroCompression, ReadsValuesAtAnyAlignment) {
  const Bytes raw{0xff, 1, 0, 0, 0, 0, 0, 0, 0};
  Bytes out;
  compress(raw.data() + 1, 2, 4, out);
  EXPECT_EQ(out, (Bytes{0x01, 0, 0, 0, 1, 0, 0, 0}));
}

TEST(ZeroCompression, HasTheSizeOfKnownPatterns) {
  const auto size = [](const std::vector<std::uint32_t>& words) {
    return compressed_bytes(words.data(), words.size(), 4);
  };
  EXPECT_EQ(size({}), 0U);
  EXPECT_EQ(size(std::vector<std::uint32_t>(1)), 4U);
  EXPECT_EQ(size(std::vector<std::uint32_t>(32)), 4U);
  EXPECT_EQ(size(std::vector<std::uint32_t>(33)), 8U);
  EXPECT_EQ(size(std::vector<std::uint32_t>(256)), 32U);             // 1/32 of 1024
  EXPECT_EQ(size(std::vector<std::uint32_t>(256, 7)), 1024U + 32U);  // 33/32
  std::vector<std::uint32_t> half(256);
  for (std::size_t index = 0; index < half.size(); index += 2) half[index] = 1;
  EXPECT_EQ(size(half), 512U + 32U);
  const std::vector<std::uint16_t> dense(256, 1);
  EXPECT_EQ(compressed_bytes(dense.data(), 256, 2), 512U + 32U);  // 17/16
}

template <typename Word>
void expect_the_naive_count_and_the_same_values(unsigned seed) {
  std::mt19937 generator(seed);
  for (unsigned round = 0; round < 300; ++round) {
    const std::size_t count = generator() % 300;
    const auto words = random_words<Word>(generator, count, round % 11 / 10.0);
    const Bytes out = compressed(words);
    EXPECT_EQ(out, naive_masks::compressed(words));
    EXPECT_EQ(compressed_bytes(words.data(), count, sizeof(Word)), out.size());
    Bytes back{1, 2, 3};
    decompress(out.data(), out.size(), count, sizeof(Word), back);
    EXPECT_EQ(back, bytes_of(words)) << "round " << round;
  }
}

TEST(ZeroCompression, GivesRandomFourByteValuesBack) {
  expect_the_naive_count_and_the_same_values<std::uint32_t>(1);
}

TEST(ZeroCompression, GivesRandomTwoByteValuesBack) {
  expect_the_naive_count_and_the_same_values<std::uint16_t>(2);
}

TEST(ZeroCompression, SaysWhatIsWrong) {
  Bytes out{42};
  const auto decoding = [&](const Bytes& bytes, std::size_t count, unsigned value_bytes = 4) {
    return refusal([&] { decompress(bytes.data(), bytes.size(), count, value_bytes, out); });
  };
  EXPECT_EQ(decoding({1, 0, 0}, 1), "3 bytes; the masks of 1 values alone take 4");
  EXPECT_EQ(decoding({1, 0, 0, 0}, 33), "4 bytes; the masks of 33 values alone take 8");
  EXPECT_EQ(decoding({4, 0, 0, 0, 1, 0, 0, 0}, 2), "the masks keep value 2, but there are only 2");
  EXPECT_EQ(decoding({0, 0, 0, 0x80, 1, 0}, 31, 2),
            "the masks keep value 31, but there are only 31");
  EXPECT_EQ(decoding({3, 0, 0, 0, 1, 0, 0, 0}, 2), "8 bytes, but the masks announce 12");
  EXPECT_EQ(decoding({1, 0, 0, 0, 1, 0, 0, 0, 0}, 2), "9 bytes, but the masks announce 8");
  EXPECT_EQ(decoding({1}, 0), "1 bytes, but the masks announce 0");
  EXPECT_EQ(decoding({3, 0, 0, 0, 1, 0, 0, 0}, 2, 2), "value 1 is kept, but is zero");
  EXPECT_EQ(out, Bytes{42});  // as it was
}

TEST(ZeroCompression, TakesNoOtherSizesOfValues) {
  const Bytes raw(12);
  Bytes out;
  for (const unsigned size : {0U, 1U, 3U, 8U}) {
    EXPECT_THROW(compress(raw.data(), 1, size, out), std::invalid_argument);
    EXPECT_THROW(compressed_bytes(raw.data(), 1, size), std::invalid_argument);
    EXPECT_THROW(announced_bytes(raw.data(), 4, 1, size), std::invalid_argument);
    EXPECT_THROW(decompress(raw.data(), 4, 1, size, out), std::invalid_argument);
    EXPECT_THROW(slot_bytes(1, size), std::invalid_argument);
    EXPECT_THROW(encode_group(raw.data(), 1, size), std::invalid_argument);
    EXPECT_THROW(decode_group(raw.data(), 12, raw_entry, 1, size, out), std::invalid_argument);
  }
}

// Whatever is changed in good bytes, decompress() either says so or gives `count` values whose
// compressed form is what it read.
TEST(ZeroCompression, NeitherCrashesNorInventsValuesOnCorruptBytes) {
  std::mt19937 generator(3);
  unsigned refused = 0;
  unsigned decoded = 0;
  for (unsigned round = 0; round < 4000; ++round) {
    const std::size_t count = generator() % 100;
    Bytes bytes = compressed(random_words<std::uint32_t>(generator, count, 0.5));
    if (round % 4 == 0) bytes.resize(generator() % (bytes.size() + 9));
    for (unsigned flips = generator() % 4; flips > 0 && !bytes.empty(); --flips) {
      bytes[generator() % bytes.size()] ^= static_cast<std::uint8_t>(1U << (generator() % 8));
    }
    Bytes values;
    try {
      decompress(bytes.data(), bytes.size(), count, 4, values);
    } catch (const CompressionError&) {
      EXPECT_TRUE(values.empty());
      ++refused;
      continue;
    }
    ASSERT_EQ(values.size(), 4 * count);
    Bytes again;
    compress(values.data(), count, 4, again);
    ASSERT_EQ(again, bytes) << "round " << round;
    ++decoded;
  }
  EXPECT_GT(refused, 1000U);
  EXPECT_GT(decoded, 1000U);
}

}  // namespace
}  // namespace tensordash
