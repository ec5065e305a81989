// The scheduled form bit by bit.

#include <gtest/gtest.h>

#include "tests/hw/compression/random_rows.h"
#include "tests/hw/compression/scheduled_rows.h"

namespace tensordash {
namespace {

TEST(ScheduledFormat, CountsItsBits) {
  const auto format = [](const char* name, unsigned lanes, unsigned depth, unsigned value_bytes) {
    return ScheduledFormat(Connectivity::named(name, lanes, depth), value_bytes);
  };
  // 8 options: 3 bits, although a lane may be idle as well.
  EXPECT_EQ(format("paper", 16, 3, 4).select_bits, 3U);
  EXPECT_EQ(format("paper", 16, 3, 4).advance_bits, 2U);
  EXPECT_EQ(format("paper", 16, 3, 4).row_bits(), 16U * 35U + 2U);
  EXPECT_EQ(format("dnnsim", 16, 3, 2).row_bits(), 16U * 19U + 2U);
  // 5 options within two rows.
  EXPECT_EQ(format("paper", 16, 2, 4).row_bits(), 16U * 35U + 1U);
  EXPECT_EQ(format("paper", 16, 1, 4).row_bits(), 16U * 32U);
  const std::vector<LaneRow> zeros(6, LaneRow(16));
  const Connectivity table = Connectivity::named("paper", 16, 3);
  EXPECT_EQ(ScheduledFormat(table, 4).bits(schedule_block(zeros, table)), 2U * 562U);
  EXPECT_THROW(ScheduledFormat(table, 3), std::invalid_argument);
}

TEST(EncodeBlock, PutsEveryBitInItsPlace) {
  const Connectivity table = three_options();  // selects of 2 bits, advances of 1
  const ScheduledFormat format(table, 2);      // 4 * 16 + 4 * 2 + 1 = 73 bits a row
  const ScheduledBlock block{3,
                             {scheduled_row({1, 0, -2, 0}, {1, idle, 2, idle}, 2),
                              scheduled_row({0, 0, 0, 1}, {idle, idle, idle, 0}, 1)}};
  // bf16: 1 is 3f80, -2 is c000. Selects 1, 0, 2, 0 make 0x21, AS - 1 = 1 the bit behind them.
  EXPECT_EQ(encode_block(block, format),
            (std::vector<std::uint8_t>{0x80, 0x3f, 0, 0, 0x00, 0xc0, 0, 0, 0x21, 0x01,
                                       // The second row starts at bit 1 of byte 9.
                                       0, 0, 0, 0, 0, 0x00, 0x7f, 0, 0}));
  const ScheduledBlock back = decode_block(encode_block(block, format), 3, table, format);
  EXPECT_EQ(back.dense_rows, 3U);
  EXPECT_EQ(back.rows, block.rows);
}

TEST(EncodeBlock, GivesRandomBlocksBack) {
  RandomRows random(2);
  for (const TestTable& tested : test_tables()) {
    for (const unsigned value_bytes : {4U, 2U}) {
      const ScheduledFormat format(tested.table, value_bytes);
      for (unsigned round = 0; round < 20; ++round) {
        const ScheduledBlock block =
            schedule_block(random.rows(random.below(20), tested.table.lanes()), tested.table);
        const std::vector<std::uint8_t> bytes = encode_block(block, format);
        EXPECT_EQ(bytes.size(), (format.bits(block) + 7) / 8);
        EXPECT_EQ(decode_block(bytes, block.dense_rows, tested.table, format).rows, block.rows)
            << tested.name;
      }
    }
  }
}

TEST(EncodeBlock, RefusesValuesThatLoseBits) {
  const Connectivity table = three_options();
  const ScheduledBlock block = schedule_block({row_of({0, 0, 1.00390625F, 0})}, table);
  EXPECT_THROW(encode_block(block, ScheduledFormat(table, 2)), std::invalid_argument);
  EXPECT_EQ(encode_block(block, ScheduledFormat(table, 4)).size(), 18U);
}

class DecodeRefusals : public Refusals {
 protected:
  // Two idle rows but for the first lane of the first, AS 2 and 1.
  std::string decoding(const std::function<void(std::vector<std::uint8_t>&)>& spoil,
                       std::size_t dense_rows = 3) {
    const ScheduledBlock block{3,
                               {scheduled_row({1, 0, 0, 0}, {1, idle, idle, idle}, 2),
                                scheduled_row({0, 0, 0, 0}, idle_lanes, 1)}};
    std::vector<std::uint8_t> bytes = encode_block(block, format);
    spoil(bytes);
    return refusal([&] { decode_block(bytes, dense_rows, table, format); });
  }
  const ScheduledFormat format{table, 2};
};

TEST_F(DecodeRefusals, SayWhatIsWrong) {
  using Bytes = std::vector<std::uint8_t>;
  EXPECT_EQ(decoding([](Bytes&) {}), "nothing refused");
  EXPECT_EQ(decoding([](Bytes& bytes) { bytes.pop_back(); }),
            "the bytes end within scheduled row 1, after 2 of 3 dense rows");
  EXPECT_EQ(decoding([](Bytes& bytes) { bytes.push_back(0); }),
            "1 bytes behind the last scheduled row");
  EXPECT_EQ(decoding([](Bytes& bytes) { bytes.back() = 0x80; }),
            "bits behind the last scheduled row are not zero");
  EXPECT_EQ(decoding([](Bytes& bytes) { bytes[8] = 3; }),
            "lane 0 has select 3 with value 1; allowed: 0 to 2");
  EXPECT_EQ(decoding([](Bytes& bytes) { bytes[8] = 5; }),
            "lane 1 has select 1 with value 0; allowed: 0 to 0");
  EXPECT_EQ(decoding([](Bytes& bytes) { bytes[3] = 0x80; }), "lane 1 holds -0");
  EXPECT_EQ(decoding([](Bytes&) {}, 1), "scheduled row 0 advances by 2, 0 of 1 dense rows done");
  EXPECT_EQ(decoding([](Bytes&) {}, 2), "9 bytes behind the last scheduled row");
}

TEST(DecodeBlock, RefusesAnAdvanceBeyondTheDepth) {
  const Connectivity table = Connectivity::named("paper", 4, 3);
  const ScheduledFormat format(table, 2);
  // 4 * 16 + 4 * 3 = 76 bits, then AS - 1 = 3: an advance of 4 fits the field, not the table.
  std::vector<std::uint8_t> bytes(10);
  bytes[9] = 0x30;
  EXPECT_THROW(decode_block(bytes, 4, table, format), CompressionError);
  bytes[9] = 0x20;
  EXPECT_EQ(decode_block(bytes, 3, table, format).rows.front().advance, 3U);
}

TEST(DecodeBlock, NeitherCrashesNorInventsRowsOnCorruptBytes) {
  RandomRows random(3);
  const Connectivity table = Connectivity::named("dnnsim", 8, 3);
  const ScheduledFormat format(table, 4);
  unsigned refused = 0;
  unsigned decoded = 0;
  for (unsigned round = 0; round < 1500; ++round) {
    const std::vector<LaneRow> dense = random.rows(random.below(9), table.lanes());
    std::vector<std::uint8_t> bytes = encode_block(schedule_block(dense, table), format);
    if (round % 4 == 0) bytes.resize(random.below(static_cast<unsigned>(bytes.size()) + 9));
    for (unsigned flips = random.below(3); flips > 0 && !bytes.empty(); --flips) {
      bytes[random.below(static_cast<unsigned>(bytes.size()))] ^=
          std::uint8_t(1U << random.below(8));
    }
    try {
      const ScheduledBlock block = decode_block(bytes, dense.size(), table, format);
      ASSERT_EQ(encode_block(block, format), bytes);
      ASSERT_EQ(expand(block, table).size(), dense.size());
      ++decoded;
    } catch (const CompressionError&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 300U);
  EXPECT_GT(decoded, 300U);
}

}  // namespace
}  // namespace tensordash
