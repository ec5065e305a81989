#include "hw/compression/scheduled_form.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>

#include "tests/hw/compression/random_rows.h"

namespace tensordash {
namespace {

constexpr std::uint8_t idle = idle_select;

LaneRow row_of(const std::vector<float>& values) {
  LaneRow row(static_cast<unsigned>(values.size()));
  std::copy(values.begin(), values.end(), row.data());
  return row;
}

ScheduledRow scheduled_row(const std::vector<float>& values,
                           const std::vector<std::uint8_t>& selects, unsigned advance) {
  ScheduledRow row{row_of(values), LaneSelects(static_cast<unsigned>(selects.size())), advance};
  std::copy(selects.begin(), selects.end(), row.selects.data());
  return row;
}

// Options of lane i: (+0,i) (+1,i) (+1,i+1).
Connectivity three_options() {
  return {"three", 4, 2, {{0, 0}, {1, 0}, {1, 1}}};
}

TEST(ScheduleBlock, MovesValuesToTheLanesThatTakeThem) {
  const std::vector<LaneRow> dense{row_of({1, 0, 0, 4}), row_of({0, 6, 7, 8}), row_of({0, 0, 0, 0}),
                                   row_of({0, 0, 0, 9})};
  const ScheduledBlock block = schedule_block(dense, three_options());
  EXPECT_EQ(block.dense_rows, 4U);
  ASSERT_EQ(block.rows.size(), 3U);
  // Lane 2 can take the 7, lane 1 the 6; the 8 has to wait for lane 3.
  EXPECT_EQ(block.rows[0], scheduled_row({1, 6, 7, 4}, {0, 1, 1, 0}, 1));
  EXPECT_EQ(block.rows[1], scheduled_row({0, 0, 0, 8}, {idle, idle, idle, 0}, 2));
  EXPECT_EQ(block.rows[2], scheduled_row({0, 0, 0, 9}, {idle, idle, idle, 0}, 1));
  EXPECT_EQ(expand(block, three_options()), dense);
}

// As a signal, a row is written only when it differs.
TEST(ScheduledRow, DiffersInEachOfItsParts) {
  const ScheduledRow row = scheduled_row({1, 6, 0, 4}, {0, 1, idle, 0}, 1);
  EXPECT_EQ(row, scheduled_row({1, 6, 0, 4}, {0, 1, idle, 0}, 1));
  EXPECT_NE(row, scheduled_row({1, 6, 0, 4}, {0, 1, idle, 0}, 2));
  EXPECT_NE(row, scheduled_row({1, 6, 0, 4}, {0, 2, idle, 0}, 1));
  EXPECT_NE(row, scheduled_row({1, 5, 0, 4}, {0, 1, idle, 0}, 1));
}

TEST(ScheduleBlock, TakesNoRowsAndRowsOfZeros) {
  const Connectivity table = Connectivity::named("paper", 16, 3);
  EXPECT_TRUE(schedule_block({}, table).rows.empty());
  EXPECT_TRUE(expand({}, table).empty());
  const std::vector<LaneRow> zeros(7, LaneRow(16));
  const ScheduledBlock block = schedule_block(zeros, table);
  ASSERT_EQ(block.rows.size(), 3U);
  EXPECT_EQ(block.rows[0].advance, 3U);
  EXPECT_EQ(block.rows[2].advance, 1U);
  EXPECT_EQ(expand(block, table), zeros);
}

TEST(ScheduleBlock, ForgetsTheSignOfZerosAndNothingElse) {
  const Connectivity table = three_options();
  const float nan = fp32_value(0xffc12345U);
  const float tiny = -std::numeric_limits<float>::denorm_min();
  const std::vector<LaneRow> dense{row_of({-0.0F, nan, 0.0F, tiny})};
  EXPECT_EQ(expand(schedule_block(dense, table), table),
            (std::vector<LaneRow>{row_of({0.0F, nan, 0.0F, tiny})}));
}

TEST(ScheduleBlock, RefusesRowsOfAnotherWidth) {
  EXPECT_THROW(schedule_block({LaneRow(4), LaneRow(5)}, three_options()), std::invalid_argument);
}

// Steps and selects are those of the front-end scheduler in its naive writing, on every table.
TEST(ScheduleBlock, IsTheOneSidedScheduleOfRandomBlocks) {
  RandomRows random(1);
  for (const TestTable& tested : test_tables()) {
    for (unsigned round = 0; round < 60; ++round) {
      const std::vector<LaneRow> dense = random.rows(random.below(20), tested.table.lanes());
      const ScheduledBlock block = schedule_block(dense, tested.table);
      naive_scheduler::Stream stream;
      for (const LaneRow& row : dense) {
        stream.emplace_back();
        for (unsigned lane = 0; lane < row.lanes(); ++lane) {
          stream.back().push_back(row[lane] != 0.0F ? 1 : 0);
        }
      }
      std::size_t step = 0;
      const int steps = naive_scheduler::elastic_steps(
          {stream}, tested.naive, [&](const naive_scheduler::Window& window) {
            naive_scheduler::Decision decision = naive_scheduler::schedule(window, tested.naive);
            EXPECT_LT(step, block.rows.size());
            if (step < block.rows.size()) {
              for (unsigned lane = 0; lane < tested.table.lanes(); ++lane) {
                const int taken = decision.taken[lane];
                EXPECT_EQ(block.rows[step].selects[lane],
                          taken == naive_scheduler::idle ? idle_select : taken)
                    << tested.name << ", step " << step << ", lane " << lane;
              }
              EXPECT_EQ(block.rows[step].advance, static_cast<unsigned>(decision.advance));
            }
            ++step;
            return decision;
          });
      EXPECT_EQ(block.rows.size(), static_cast<std::size_t>(steps)) << tested.name;
      EXPECT_EQ(expand(block, tested.table), dense) << tested.name;
    }
  }
}

class Refusals : public ::testing::Test {
 protected:
  static std::string refusal(const std::function<void()>& call) {
    try {
      call();
    } catch (const CompressionError& error) {
      return error.what();
    }
    return "nothing refused";
  }
  std::string expanding(std::size_t dense_rows, const std::vector<ScheduledRow>& rows) {
    return refusal([&] { expand({dense_rows, rows}, table); });
  }
  const Connectivity table = three_options();
  const std::vector<std::uint8_t> idle_lanes{idle, idle, idle, idle};
};

TEST_F(Refusals, OfAdvances) {
  const std::vector<float> zeros(4);
  EXPECT_EQ(expanding(2, {scheduled_row(zeros, idle_lanes, 0)}),
            "scheduled row 0 advances by 0; allowed: 1 to 2");
  EXPECT_EQ(expanding(9, {scheduled_row(zeros, idle_lanes, 3)}),
            "scheduled row 0 advances by 3; allowed: 1 to 2");
  EXPECT_EQ(
      expanding(3, {scheduled_row(zeros, idle_lanes, 2), scheduled_row(zeros, idle_lanes, 2)}),
      "scheduled row 1 advances by 2; allowed: 1 to 1");
  EXPECT_EQ(expanding(3, {scheduled_row(zeros, idle_lanes, 2)}),
            "the scheduled rows make 2 of 3 dense rows");
}

TEST_F(Refusals, OfSelectsAndPlaces) {
  const auto said = [&](const std::string& value, const std::string& select) {
    return "lane 1 holds " + value + " with select " + select +
           "; an idle lane holds +0 with select 63, another a value that is not zero with a select "
           "below 3";
  };
  EXPECT_EQ(expanding(2, {scheduled_row({0, 5, 0, 0}, {idle, 3, idle, idle}, 2)}), said("5", "3"));
  EXPECT_EQ(expanding(2, {scheduled_row({0, 0, 0, 0}, {idle, 1, idle, idle}, 2)}), said("0", "1"));
  EXPECT_EQ(expanding(2, {scheduled_row({0, 5, 0, 0}, idle_lanes, 2)}), said("5", "63"));
  EXPECT_EQ(expanding(2, {scheduled_row({0, -0.0F, 0, 0}, idle_lanes, 2)}), said("-0", "63"));
  EXPECT_EQ(expanding(1, {scheduled_row({0, 5, 0, 0}, {idle, 1, idle, idle}, 1)}),
            "lane 1 puts its value into dense row 1 of 1");
  EXPECT_EQ(expanding(2, {scheduled_row({0, 5, 6, 0}, {idle, 2, 1, idle}, 2)}),
            "lane 2 puts its value at dense row 1, lane 2, again");
  EXPECT_THROW(expand({1, {{LaneRow(5), LaneSelects(5), 1}}}, table), std::invalid_argument);
}

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
