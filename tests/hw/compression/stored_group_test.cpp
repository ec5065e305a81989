// Groups of values in whole units, compressed or raw, and their directory entries.

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <string>

#include "hw/compression/zero_compression.h"

namespace tensordash {
namespace {

using Bytes = std::vector<std::uint8_t>;

// A group of `count` values of which the first `kept` are not zero.
std::vector<std::uint32_t> group_of(std::size_t count, std::size_t kept) {
  std::vector<std::uint32_t> words(count);
  for (std::size_t index = 0; index < kept; ++index) words[index] = 0x01000000U + index;
  return words;
}

StoredGroup stored(const std::vector<std::uint32_t>& words) {
  const StoredGroup group = encode_group(words.data(), words.size(), 4);
  EXPECT_EQ(entry_of(words.data(), words.size(), 4), entry(group));
  return group;
}

TEST(StoredGroup, CountsItsUnits) {
  // 256 values of 4 bytes: 32 units raw, 32 bytes of masks.
  EXPECT_EQ(entry(stored(group_of(256, 0))), 1U);
  EXPECT_EQ(entry(stored(group_of(256, 1))), 2U);
  EXPECT_EQ(entry(stored(group_of(256, 8))), 2U);
  EXPECT_EQ(entry(stored(group_of(256, 9))), 3U);
  EXPECT_EQ(entry(stored(group_of(256, 240))), 31U);
}

TEST(StoredGroup, IsRawUnlessThatSavesAUnit) {
  EXPECT_EQ(entry(stored(group_of(256, 241))), raw_entry);
  EXPECT_EQ(entry(stored(group_of(256, 256))), raw_entry);
  EXPECT_EQ(entry(stored(group_of(8, 0))), raw_entry);  // one unit either way
  EXPECT_EQ(entry(stored(group_of(9, 0))), 1U);
  const StoredGroup nothing = stored({});
  EXPECT_EQ(nothing.units(), 0U);
  EXPECT_EQ(entry(nothing), raw_entry);
}

TEST(StoredGroup, FillsItsLastUnitWithZeros) {
  const auto words = group_of(17, 3);
  const StoredGroup group = stored(words);
  Bytes expected;
  compress(words.data(), words.size(), 4, expected);
  ASSERT_EQ(expected.size(), 16U);
  expected.resize(32);
  EXPECT_TRUE(group.compressed);
  EXPECT_EQ(group.bytes, expected);

  const auto dense = group_of(17, 17);
  const StoredGroup raw = stored(dense);
  Bytes raw_bytes(17 * 4);
  std::memcpy(raw_bytes.data(), dense.data(), raw_bytes.size());
  raw_bytes.resize(96);
  EXPECT_FALSE(raw.compressed);
  EXPECT_EQ(raw.bytes, raw_bytes);
}

TEST(StoredGroup, HasASlotForItsRawForm) {
  EXPECT_EQ(slot_bytes(256, 4), 1024U);
  EXPECT_EQ(slot_bytes(256, 2), 512U);
  EXPECT_EQ(slot_bytes(17, 4), 128U);
  EXPECT_EQ(slot_bytes(1, 2), 64U);
  EXPECT_EQ(slot_bytes(0, 4), 0U);
  EXPECT_EQ(raw_units(17, 4), 3U);
  EXPECT_EQ(raw_units(256, 2), 16U);
}

TEST(StoredGroup, TellsTheUnitsToRead) {
  EXPECT_EQ(stored_units(raw_entry, 256, 4), 32U);
  EXPECT_EQ(stored_units(1, 256, 4), 1U);
  EXPECT_EQ(stored_units(31, 256, 4), 31U);
  EXPECT_THROW(stored_units(32, 256, 4), CompressionError);
  EXPECT_THROW(stored_units(0, 256, 4), CompressionError);
  EXPECT_THROW(stored_units(1, 0, 4), CompressionError);
}

TEST(StoredGroup, IsRefusedBeyondWhatAnEntryCanSay) {
  const std::vector<std::uint16_t> words(65535 * 16);
  EXPECT_THROW(entry_of(words.data(), words.size(), 2), std::invalid_argument);
  EXPECT_THROW(encode_group(words.data(), words.size(), 2), std::invalid_argument);
  EXPECT_EQ(entry_of(words.data(), words.size() - 16, 2), 4096U);
}

TEST(StoredGroup, ComesBack) {
  std::mt19937 generator(4);
  unsigned raw = 0;
  for (unsigned round = 0; round < 400; ++round) {
    const unsigned value_bytes = round % 2 == 0 ? 4 : 2;
    const std::size_t count = 1 + generator() % 256;
    Bytes values(count * value_bytes);
    const unsigned share = generator() % 11;
    for (std::uint8_t& byte : values) {
      byte = static_cast<std::uint8_t>(generator() % 10 < share ? 0 : generator());
    }
    const StoredGroup group = encode_group(values.data(), count, value_bytes);
    EXPECT_LE(group.bytes.size(), slot_bytes(count, value_bytes));
    EXPECT_EQ(group.units(), stored_units(entry(group), count, value_bytes));
    Bytes back;
    decode_group(group.bytes.data(), group.bytes.size(), entry(group), count, value_bytes, back);
    EXPECT_EQ(back, values);
    raw += group.compressed ? 0 : 1;
  }
  EXPECT_GT(raw, 50U);
  EXPECT_LT(raw, 350U);
}

class DecodeGroup : public ::testing::Test {
 protected:
  std::string refusal(const Bytes& bytes, std::uint16_t entry, std::size_t count) {
    Bytes out{42};
    try {
      decode_group(bytes.data(), bytes.size(), entry, count, 4, out);
    } catch (const CompressionError& error) {
      EXPECT_EQ(out, Bytes{42});
      return error.what();
    }
    return "nothing refused";
  }
};

TEST_F(DecodeGroup, SaysWhatIsWrong) {
  const StoredGroup good = stored(group_of(17, 3));
  EXPECT_EQ(refusal(good.bytes, 2, 17), "32 bytes, but the directory says 64");
  EXPECT_EQ(refusal(good.bytes, raw_entry, 17), "32 bytes, but the directory says 96");
  EXPECT_EQ(refusal(good.bytes, 3, 17),
            "directory entry 3 for a group of 3 units; allowed: 1 to 2, or 65535 for raw");
  Bytes bad = good.bytes;
  bad[16] = 1;  // behind the third value
  EXPECT_EQ(refusal(bad, 1, 17), "the bytes behind a group's data are not zero");
  bad = good.bytes;
  bad[1] = 0xff;  // 11 values kept
  EXPECT_EQ(refusal(bad, 1, 17), "the masks announce 48 bytes, but the directory says 1 units");
  bad = good.bytes;
  bad.resize(64);
  EXPECT_EQ(refusal(bad, 2, 17), "the masks announce 16 bytes, but the directory says 2 units");
  bad = good.bytes;
  bad[0] = 0x0f;  // the fourth value lies in the zeros behind
  EXPECT_EQ(refusal(bad, 1, 17), "value 3 is kept, but is zero");
  bad = good.bytes;
  bad[2] = 2;  // keeps value 17
  EXPECT_EQ(refusal(bad, 1, 17), "the masks keep value 17, but there are only 17");
  const StoredGroup raw = stored(group_of(17, 17));
  bad = raw.bytes;
  bad[95] = 1;
  EXPECT_EQ(refusal(bad, raw_entry, 17), "the bytes behind a group's data are not zero");
}

TEST_F(DecodeGroup, SurvivesCorruptBytesAndEntries) {
  std::mt19937 generator(5);
  unsigned refused = 0;
  for (unsigned round = 0; round < 4000; ++round) {
    const std::size_t count = 1 + generator() % 64;
    const StoredGroup group = stored(group_of(count, generator() % (count + 1)));
    Bytes bytes = group.bytes;
    std::uint16_t said = entry(group);
    for (unsigned flips = generator() % 3; flips > 0; --flips) {
      bytes[generator() % bytes.size()] ^= static_cast<std::uint8_t>(1U << (generator() % 8));
    }
    if (generator() % 4 == 0) said = static_cast<std::uint16_t>(generator() % 8);
    if (generator() % 4 == 0) bytes.resize(generator() % 300);
    Bytes out;
    try {
      decode_group(bytes.data(), bytes.size(), said, count, 4, out);
      ASSERT_EQ(out.size(), 4 * count);
    } catch (const CompressionError&) {
      ASSERT_TRUE(out.empty());
      ++refused;
    }
  }
  EXPECT_GT(refused, 1000U);
  EXPECT_LT(refused, 3500U);
}

}  // namespace
}  // namespace tensordash
