// The plain parts of the DMA.
#include <gtest/gtest.h>

#include <cstring>
#include <sstream>
#include <stdexcept>

#include "hw/compression/zero_compression.h"
#include "hw/dma/directory_lines.h"
#include "hw/dma/dma_request.h"
#include "hw/dma/group_decoder.h"
#include "hw/dma/landed_rows.h"
#include "hw/dma/load_credits.h"
#include "hw/dma/portion_cursor.h"
#include "tests/hw/dma/small_programs.h"

namespace tensordash {
namespace {

std::vector<std::uint8_t> line_of(std::uint16_t first) {
  std::vector<std::uint8_t> bytes;
  for (unsigned at = 0; at < DirectoryLines::entries; ++at) {
    bytes.push_back(static_cast<std::uint8_t>((first + at) & 0xffU));
    bytes.push_back(static_cast<std::uint8_t>((first + at) >> 8U));
  }
  return bytes;
}

TEST(DirectoryLines, GiveTheLastLineOfTheirSide) {
  DirectoryLines lines;
  EXPECT_EQ(lines.ask(0), 0U);
  EXPECT_EQ(lines.ask(1), 1U);
  EXPECT_EQ(lines.ask(0), 2U);
  lines.came(1, line_of(0x200).data());
  EXPECT_EQ(lines.complete(), 0U);
  lines.came(0, line_of(0x100).data());
  EXPECT_EQ(lines.complete(), 2U);
  EXPECT_EQ(lines.entry(0, 31, 1), 0x11fU);
  EXPECT_EQ(lines.entry(1, 33, 2), 0x201U);
  EXPECT_THROW(lines.entry(0, 64, 3), std::logic_error);
  lines.came(2, line_of(0x300).data());
  EXPECT_EQ(lines.complete(), 3U);
  EXPECT_EQ(lines.entry(0, 32, 2), 0x100U);  // the third line is for groups behind it
  EXPECT_EQ(lines.entry(0, 32, 3), 0x300U);
  lines.clear();
  EXPECT_EQ(lines.ask(0), 0U);
  EXPECT_THROW(lines.entry(1, 0, 0), std::logic_error);
}

TEST(LoadCredits, AreThoseOfEveryTileThatWantsThePortion) {
  SmallLoads program;
  program.charges[0] = {{3, 0}, {2, 4}, {4, 1}};  // [portion][tile]
  program.charges[1] = {{5, 5}};
  LoadCredits credits(2, 5);
  credits.begin(program);
  EXPECT_TRUE(credits.can_grant({0, 0, 1}));
  credits.grant({0, 0, 1});
  credits.grant({0, 0, 1});  // once
  EXPECT_EQ(credits.used(0, 0), 3U);
  EXPECT_EQ(credits.used(0, 1), 0U);
  EXPECT_TRUE(credits.can_grant({0, 1, 1}));
  credits.grant({0, 1, 1});
  EXPECT_EQ(credits.used(0, 0), 5U);
  EXPECT_TRUE(credits.can_grant({0, 1, 1})) << "granted already";
  EXPECT_FALSE(credits.can_grant({0, 2, 1}));
  EXPECT_TRUE(credits.can_grant({1, 0, 1})) << "an SRAM a side";
  credits.release(0, 0, 1);
  EXPECT_EQ(credits.used(0, 0), 2U);
  EXPECT_FALSE(credits.can_grant({0, 2, 1}));
  credits.release(0, 0, 1);
  EXPECT_EQ(credits.used(0, 0), 2U);
  credits.release(0, 0, 2);
  EXPECT_TRUE(credits.can_grant({0, 2, 1}));
}

TEST(LoadCredits, AreNotTakenForATileThatLetGoBefore) {
  SmallLoads program;
  program.charges[0] = {{3, 3}, {3, 3}, {3, 3}};
  LoadCredits credits(2, 5);
  credits.begin(program);
  credits.grant({0, 0, 1});
  credits.release(0, 1, 2);
  EXPECT_FALSE(credits.needs(0, 1, 1));
  EXPECT_TRUE(credits.needs(0, 2, 1));
  EXPECT_FALSE(credits.can_grant({0, 1, 1})) << "tile 0 has no room";
  credits.release(0, 0, 1);
  credits.grant({0, 1, 1});
  EXPECT_EQ(credits.used(0, 0), 3U);
  EXPECT_EQ(credits.used(0, 1), 0U);
  credits.release(0, 1, 3);
  EXPECT_EQ(credits.used(0, 1), 0U);
  EXPECT_THROW(LoadCredits(0, 1), std::invalid_argument);
  EXPECT_THROW(LoadCredits(1, 0), std::invalid_argument);
}

TEST(PortionCursor, PassesPortionsWithoutGroupsWithTheOneBefore) {
  SmallLoads program;
  program.all = {{1, 0, 0}, {0, 0, 2}, {1, 1, 0}, {1, 2, 1}};
  PortionCursor cursor;
  cursor.begin(program);
  EXPECT_EQ(cursor.passed(0), 0U);
  EXPECT_EQ(cursor.passed(1), 1U);
  cursor.group();
  EXPECT_EQ(cursor.passed(0), 0U);
  cursor.group();
  EXPECT_EQ(cursor.passed(0), 1U);
  EXPECT_EQ(cursor.passed(1), 2U);
  cursor.group();
  EXPECT_EQ(cursor.passed(1), 3U);
}

TEST(GroupDecoder, ReadsWholeBurstsOfACompressedGroupAndTheWholeSlotOfARawOne) {
  LoadTensor tensor;
  tensor.slot_bytes = 1024;
  tensor.directory = true;
  EXPECT_EQ(group_bytes(tensor, 3, 16, 32), 96U);
  EXPECT_EQ(group_bytes(tensor, 3, 16, 64), 128U);
  EXPECT_EQ(group_bytes(tensor, raw_entry, 16, 64), 1024U);
  EXPECT_THROW(group_bytes(tensor, 0, 16, 32), CompressionError);
  EXPECT_THROW(group_bytes(tensor, 32, 16, 32), CompressionError);
  tensor.directory = false;
  EXPECT_EQ(group_bytes(tensor, 0, 16, 32), 1024U);
}

TEST(GroupDecoder, GivesTheBlocksThatHoldValues) {
  LoadTensor tensor;
  tensor.value_bytes = 2;
  tensor.directory = true;
  LoadItem item;
  item.blocks = 3;
  item.channels = 4;
  std::vector<std::uint16_t> raw(64, 0);
  raw[8] = 0x3f80;          // 1
  raw[2 * 8 + 3] = 0x8000;  // -0
  const StoredGroup group = encode_group(raw.data(), 64, 2);
  ASSERT_TRUE(group.compressed);
  std::vector<std::uint8_t> bytes = group.bytes;
  bytes.resize(64, 0xaa);  // what a wide burst brings behind it does not matter
  const std::vector<LaneRow> blocks = decode_blocks(tensor, item, entry(group), 8, bytes);
  ASSERT_EQ(blocks.size(), 3U);
  EXPECT_EQ(blocks[1][0], 1.0F);
  EXPECT_TRUE(std::signbit(blocks[2][3]));
  EXPECT_EQ(blocks[0][0], 0.0F);
  for (const std::size_t padding : {3 * 8, 4}) {
    std::vector<std::uint16_t> wrong = raw;
    wrong[padding] = 0x3f80;
    const StoredGroup spoiled = encode_group(wrong.data(), 64, 2);
    EXPECT_THROW(decode_blocks(tensor, item, entry(spoiled), 8, spoiled.bytes), CompressionError);
  }
  bytes.resize(16);
  EXPECT_THROW(decode_blocks(tensor, item, entry(group), 8, bytes), CompressionError);
}

TEST(DmaFault, SaysWhatAndWhere) {
  std::ostringstream text;
  text << DmaFault{} << "; " << DmaFault{DmaFaultKind::data, 1, 7, 512, "spoiled"};
  EXPECT_EQ(text.str(), "no fault; data fault, side A, group 7, address 512: spoiled");
  EXPECT_STREQ(name_of(DmaFaultKind::dram_write), "DRAM write");
  EXPECT_STREQ(name_of(DmaFaultKind::dram_read), "DRAM read");
  EXPECT_STREQ(name_of(DmaFaultKind::directory), "directory");
}

TEST(LoadProgress, SaysWhyAPortionIsNotThere) {
  LoadProgress progress{1, 2, 3, true, true};
  EXPECT_EQ(progress.wait(1), LoadWait::transposer);
  EXPECT_EQ(progress.wait(2), LoadWait::dram);
  EXPECT_EQ(progress.wait(3), LoadWait::credit);
  progress.transposed = false;
  EXPECT_EQ(progress.wait(1), LoadWait::dram);
  progress.credit = false;
  EXPECT_EQ(progress.wait(3), LoadWait::dram);
}

}  // namespace
}  // namespace tensordash
